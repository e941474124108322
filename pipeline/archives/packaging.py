"""Where a package of a foreign format goes: a zip whatever it is called, a tar, or one file."""

from __future__ import annotations

import gzip
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Final

from pipeline.archives.sinks import Names, open_folder, open_zip, replaced
from schemas.source import Sink

_IN_MEMORY: Final = 1024 * 1024


def open_package(path: Path, ending: str) -> AbstractContextManager[Sink]:
    """A sink for a format whose files end so: `.zip` and its kin, `.tar.gz`, anything else is one file.

    A site (`ending` empty) is a folder, or a zip when the path says so. Same names and bytes in the same
    order give the same file, which appears whole at the end or not at all. Raises CoursewrightError when
    something is there that must not be replaced.
    """
    if ending == ".tar.gz":
        return _open_tar(path)
    if ending in (".zip", ".imscc", ".epub") or (not ending and path.suffix.lower() == ".zip"):
        return open_zip(path)
    return _open_file(path) if ending else open_folder(path)


@contextmanager
def _open_tar(target: Path) -> Iterator[Sink]:
    with (
        replaced(target) as partial,
        partial.open("xb") as file,
        gzip.GzipFile("", "wb", 6, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        yield _TarSink(archive, str(target))


class _TarSink:
    """See schemas.source.Sink. A header names the size, so each member is put aside until it is whole."""

    def __init__(self, archive: tarfile.TarFile, label: str) -> None:
        self._archive = archive
        self._names = Names(label + "!")

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        self._names.take(name)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as member:
            member.writelines(chunks)
            info = tarfile.TarInfo(name)
            info.size, info.mode = member.tell(), 0o644
            member.seek(0)
            self._archive.addfile(info, member)


@contextmanager
def _open_file(target: Path) -> Iterator[Sink]:
    with replaced(target) as partial, partial.open("xb") as file:
        yield _FileSink(file)


class _FileSink:
    """The one file of a format that has no more; its name is the user's."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._written = False

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        assert not self._written, f"{name}: this format is one file"
        self._written = True
        self._file.writelines(chunks)

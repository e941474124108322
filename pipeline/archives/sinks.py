"""Folders and zips, written beside their place and moved in when whole: a killed export leaves the old one.

What is left of a killed export is one hidden sibling (`.NAME.partial`), which the next one removes.
"""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.archives.findings import LIMIT, refused
from pipeline.archives.limits import WRITTEN
from pipeline.archives.listing import Listing
from pipeline.archives.names import ACTIVE_FILE, is_junk, runs
from schemas.findings import CoursewrightError
from schemas.media import is_packed
from schemas.source import Sink

_DOCUMENT = re.compile(r"(^|/)(bundle|program|course|quiz)\.ya?ml$|\.(program|course|quiz)\.ya?ml$")
_TOLD_BY_ITS_BYTES = "mimetype"
"""A file of this name comes first and is not deflated: an EPUB is told by its first 58 bytes (OCF 4.3)."""
_DOS_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


class Names:
    """Refuses names that our own reader would refuse or change, so that what is written can be read again."""

    def __init__(self, place: str) -> None:
        self._listing = Listing(place, WRITTEN)

    def take(self, name: str) -> None:
        taken = self._listing.take(name)
        if runs(name) or is_junk(name):
            self._listing.refuse(
                ACTIVE_FILE, name, "a file that is no content", "content", "Give it another name."
            )
        self._listing.close()
        assert taken == name, f"{name!r} is not written in its plain form"


# ── folders ──────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def open_folder(target: Path) -> Iterator[Sink]:
    """A new or empty folder, or one that holds a bundle, whose content is then replaced (see `_replace`)."""
    place = target.resolve()
    stays = _is_bundle(target) or place == Path.cwd()  # removing the folder would pull it from under a shell
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_of(place)
    try:
        partial.mkdir()
        sink = FolderSink(partial, str(target))
        yield sink
        if stays:
            _replace(partial, target, sink.written)
        else:
            if place.exists():
                place.rmdir()
            partial.rename(place)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


class FolderSink:
    """See schemas.source.Sink."""

    def __init__(self, root: Path, label: str) -> None:
        self.written: list[str] = []
        self._root = root
        self._names = Names(label + "/")

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        self._names.take(name)
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.writelines(chunks)
        self.written.append(name)


def _is_bundle(target: Path) -> bool:
    """Raises CoursewrightError when there is something at `target` that an export must not touch."""
    if not target.exists():
        return False
    if not target.is_dir():
        raise CoursewrightError(
            f"{target}: is a file, not a folder", "Choose another name, or one ending in .zip."
        )
    if (target / "bundle.yaml").is_file():
        return True
    if any(target.iterdir()):
        raise CoursewrightError(
            f"{target}: holds files that are no bundle", "Choose an empty or a new folder."
        )
    return False


def _replace(partial: Path, target: Path, written: list[str]) -> None:
    """Moves the new files over the old ones, `bundle.yaml` last, and removes bundle documents that are gone.

    Nothing else is deleted: not .git, not a README, not media that no content uses any more. Each file is
    whole at every moment.
    """
    _check_obstacles(target, written)
    for name in sorted(
        written, key=lambda name: (name == "bundle.yaml", _DOCUMENT.search(name) is not None, name)
    ):
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        (partial / name).replace(place)
    for path in _documents(target):
        if path.relative_to(target).as_posix() not in written:
            path.unlink()


def _check_obstacles(target: Path, written: list[str]) -> None:
    """A link or a folder in the way of a file would send it elsewhere: refused before anything is moved."""
    folders = {parent for name in written for parent in Path(name).parents if parent != Path()}
    for folder in sorted(folders):
        place = target / folder
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise CoursewrightError(f"{place}: is not a folder of its own", "Remove it, or export elsewhere.")
    for name in written:
        if (target / name).is_dir():
            raise CoursewrightError(
                f"{target / name}: is a folder, not a file", "Remove it, or export elsewhere."
            )


def _documents(target: Path) -> list[Path]:
    """The YAML documents a reader of this bundle would find; not those of bundles nested in it."""
    found = []
    for folder, folders, files in os.walk(target):
        here = Path(folder)
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and not (here / name / "bundle.yaml").exists()
        ]
        found += [here / name for name in files if _DOCUMENT.search(name) and not name.startswith(".")]
    return found


# ── zips ─────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def open_zip(target: Path) -> Iterator[Sink]:
    """A new zip, or in place of an older file of that name."""
    with replaced(target) as partial, zipfile.ZipFile(partial, "x") as archive:
        yield ZipSink(archive, str(target))


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """The hidden sibling to write to, which takes the place of the target at the end, or is gone."""
    if target.is_dir():
        raise CoursewrightError(f"{target}: is a folder", "Choose another name.")
    place = target.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_of(place)
    try:
        yield partial
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)


class ZipSink:
    """See schemas.source.Sink. Deterministic: fixed date, mode and system; packed media are only stored.

    Stays inside the limits of our own reader, and so needs no zip64 and no data descriptors.
    """

    def __init__(self, archive: zipfile.ZipFile, label: str) -> None:
        self._archive = archive
        self._label = label
        self._names = Names(label + "!")
        self._total = 0

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        self._names.take(name)
        info = zipfile.ZipInfo(name, _DOS_EPOCH)
        info.create_system = _UNIX
        info.external_attr = 0o100644 << 16
        stored = is_packed(name) or name == _TOLD_BY_ITS_BYTES
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        size = 0
        with self._archive.open(info, "w") as member:
            for chunk in chunks:
                size += len(chunk)
                self._check(name, "member_bytes", size, WRITTEN.member_bytes)
                member.write(chunk)
        self._total += size
        self._check(name, "total_bytes", self._total, WRITTEN.total_bytes)
        self._check(name, "members", len(self._archive.filelist), WRITTEN.members)
        self._check(name, "archive_bytes", self._archive.start_dir, WRITTEN.archive_bytes)
        if size > WRITTEN.ratio_free_bytes:
            self._check(name, "ratio", size // max(1, info.compress_size), WRITTEN.ratio)

    def _check(self, name: str, limit: str, value: int, most: int) -> None:
        if value > most:
            expected = f"at most {most:,} (limit {limit})"
            raise refused(
                LIMIT,
                f"{self._label}!{name}",
                f"{value:,}",
                expected,
                "Export to a folder in place of a zip.",
            )


def partial_of(target: Path) -> Path:
    """The hidden sibling to write to, with what a killed run left there removed."""
    partial = target.with_name(f".{target.name}.partial")
    if partial.is_dir() and not partial.is_symlink():
        shutil.rmtree(partial)
    else:
        partial.unlink(missing_ok=True)
    return partial

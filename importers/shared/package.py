"""A foreign package as one clean, deterministic zip: what a player unpacks or serves.

The same files give the same bytes on every machine: names sorted, no times, nothing compressed. Storing
costs space, but deflate output differs between zlib builds, which would make an unchanged package look
new, and git finds the small differences between two versions only in stored bytes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from schemas.model import Media
from schemas.source import Source

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE: Final = 0o100644 << 16
_CHUNK: Final = 1024 * 1024


_Member = tuple[str, int, Callable[[], BinaryIO]]
"""Name, size in bytes, and how to open it."""


class Package:
    """The zip as the only file of a bundle; implements `schemas.source.Files`.

    It lies in a temporary file, so memory stays flat whatever its size, until nobody refers to it.
    """

    def __init__(self, path: str, members: Iterable[_Member]) -> None:
        handle, name = tempfile.mkstemp(prefix="coursewright-", suffix=".zip")
        self._file = Path(name)
        weakref.finalize(self, self._file.unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as file:
            _write(file, members)
        with self._file.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        size = self._file.stat().st_size
        self.media = Media(path=path, digest=digest, size=size, media_type="application/zip")

    def open(self, name: str) -> BinaryIO:
        if name != self.media.path:
            raise KeyError(name)
        return self._file.open("rb")


def of_source(path: str, source: Source, names: Iterable[str] | Mapping[str, str]) -> Package:
    """Files of a source as one zip; a mapping gives their names there → those in the source."""
    members = names if isinstance(names, Mapping) else {name: name for name in names}
    return Package(
        path, ((name, source.size(at), partial(source.open, at)) for name, at in sorted(members.items()))
    )


def of_bytes(path: str, members: Iterable[tuple[str, bytes]]) -> Package:
    """Pieces of other files as one zip."""
    return Package(path, ((name, len(data), partial(BytesIO, data)) for name, data in sorted(members)))


def _write(file: BinaryIO, members: Iterable[_Member]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, size, opened in members:
            member = zipfile.ZipInfo(name, _EPOCH)
            member.external_attr = _REGULAR_FILE
            member.create_system = 3  # Unix, also when written on Windows
            member.file_size = size  # lets zipfile choose zip64 before it writes
            with opened() as read, archive.open(member, "w") as write:
                shutil.copyfileobj(read, write, _CHUNK)

"""A folder, or a lone YAML file, as a Source. What is hidden or leads out of the folder does not exist for it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipeline.archives.directory import NOT_A_FILE
from pipeline.archives.findings import LIMIT, refused
from pipeline.archives.limits import Limits
from pipeline.archives.listing import Listing
from pipeline.archives.names import ACTIVE_FILE, is_junk, runs
from pipeline.archives.zipped import too_long
from schemas.findings import Finding, Rule

UNREADABLE = Rule("CW015", "unreadable-file", "The operating system does not let us read a file.")
LEAVES = Rule(
    "CW016", "link-leaves-folder", "A symbolic link leads out of the folder, in a circle, or nowhere."
)

_PERMISSIONS = "Check that it is still there and its permissions."
_COPY = "Put a copy of the file in place of the link."


class FolderSource:
    """See schemas.source.Source. Files are listed once, on opening, and read when asked for."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._root = os.path.realpath(path)
        self._files: dict[str, tuple[str, int]] = {}
        listing = Listing(self.place(""), limits)
        self._walk(self._root, "", (), listing)
        self._notes = listing.close()
        self._names = sorted(self._files)

    @property
    def label(self) -> str:
        return str(self._path)

    @property
    def notes(self) -> Sequence[Finding]:
        return self._notes

    def names(self) -> Sequence[str]:
        return self._names

    def size(self, name: str) -> int:
        return self._files[name][1]

    def place(self, name: str) -> str:
        return name if str(self._path) == "." and name else os.path.join(self._path, name)

    def read(self, name: str, limit: int) -> bytes:
        return _read(self._files[name][0], self.place(name), limit)

    def open(self, name: str) -> BinaryIO:
        with _readable(self.place(name)):
            return open(self._files[name][0], "rb")

    def _walk(self, folder: str, prefix: str, above: tuple[str, ...], listing: Listing) -> None:
        """Sorted, so that findings come in the same order on every machine. `above` stops circles of links."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            return listing.refuse(
                UNREADABLE, prefix, error.strerror or str(error), "a readable folder", _PERMISSIONS
            )
        for entry in entries:
            if entry.name.startswith(".") or is_junk(entry.name):
                continue
            self._visit(entry, prefix + entry.name, (*above, folder), listing)
        return None

    def _visit(self, entry: os.DirEntry[str], name: str, above: tuple[str, ...], listing: Listing) -> None:
        path = self._resolved(entry, name, above, listing)
        if path is None:
            return
        try:
            status = entry.stat()
        except OSError as error:
            listing.refuse(UNREADABLE, name, error.strerror or str(error), "a readable file", _PERMISSIONS)
            return
        if stat.S_ISDIR(status.st_mode):
            if listing.take(name + "/") is not None:
                self._walk(path, name + "/", above, listing)
        elif not stat.S_ISREG(status.st_mode):
            listing.refuse(
                NOT_A_FILE, name, "a device, a pipe or a socket", "a file or a folder", "Take it out."
            )
        elif runs(name):
            listing.note(
                ACTIVE_FILE, name, "left out: a server or shell would run or obey it", "Nothing to do."
            )
        else:
            self._take(path, name, status.st_size, listing)

    def _take(self, path: str, stored: str, size: int, listing: Listing) -> None:
        if len(self._files) >= self._limits.folder_files:
            expected = f"at most {self._limits.folder_files:,} (limit folder_files)"
            raise refused(
                LIMIT, self.label, "more files than that", expected, "Name the folder of the bundle itself."
            )
        name = listing.take(stored)
        if name is not None:
            self._files[name] = (path, size)

    def _resolved(
        self, entry: os.DirEntry[str], name: str, above: tuple[str, ...], listing: Listing
    ) -> str | None:
        """The real path of an entry. A link may point to visible things inside the folder, and to nothing else."""
        if not entry.is_symlink():
            return entry.path
        target = os.path.realpath(entry.path)
        inside = os.path.relpath(target, self._root)
        hidden = any(part.startswith(".") for part in inside.split(os.sep))
        if hidden or target in above or not os.path.exists(target):
            listing.refuse(
                LEAVES,
                name,
                "a link that leads out, to a hidden file, in a circle or nowhere",
                "a file",
                _COPY,
            )
            return None
        return target


class LoneFile:
    """A source of one file, for checking a single YAML file."""

    notes: Sequence[Finding] = ()

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def label(self) -> str:
        return str(self._path)

    def names(self) -> Sequence[str]:
        return [self._path.name]

    def size(self, name: str) -> int:
        return self._only(name).stat().st_size

    def place(self, name: str) -> str:
        return str(self._path)

    def read(self, name: str, limit: int) -> bytes:
        return _read(str(self._only(name)), self.label, limit)

    def open(self, name: str) -> BinaryIO:
        with _readable(self.label):
            return self._only(name).open("rb")

    def _only(self, name: str) -> Path:
        if name != self._path.name:
            raise KeyError(name)
        return self._path


def _read(path: str, place: str, limit: int) -> bytes:
    with _readable(place), open(path, "rb") as file:
        content = file.read(limit + 1)
        if len(content) > limit:
            raise too_long(place, os.fstat(file.fileno()).st_size, limit)
    return content


@contextmanager
def _readable(place: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise refused(
            UNREADABLE, place, error.strerror or str(error), "a readable file", _PERMISSIONS
        ) from error

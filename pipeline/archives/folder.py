"""A folder, or a lone file, as a Source. What is hidden or lies outside does not exist for it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipeline.archives.detection import HEAD_BYTES, no_package
from pipeline.archives.faults import NOT_A_FILE
from pipeline.archives.findings import LIMIT, refused, too_long
from pipeline.archives.limits import Limits
from pipeline.archives.listing import Listing
from pipeline.archives.names import ACTIVE_FILE, is_junk, runs
from schemas.findings import Finding, RefusedError, Rule

UNREADABLE = Rule("CW015", "unreadable-file", "The operating system does not let us read a file.")
LEAVES = Rule(
    "CW016", "link-leaves-folder", "A symbolic link leads out of the folder, in a circle, or nowhere."
)

_PERMISSIONS = "Check that it is still there, and its permissions."


class FolderSource:
    """See schemas.source.Source. Files are listed once, on opening, and read when asked for."""

    def __init__(self, path: Path, limits: Limits, *, forgiving: bool = False) -> None:
        self._label = str(path)
        self._prefix = "" if self._label == "." else f"{self._label}/"
        self._files, self._notes = _Walk(path, self._prefix, limits).files(forgiving=forgiving)
        self._names = sorted(self._files)

    @property
    def label(self) -> str:
        return self._label

    @property
    def notes(self) -> Sequence[Finding]:
        return self._notes

    def names(self) -> Sequence[str]:
        return self._names

    def size(self, name: str) -> int:
        return self._files[name][1]

    def place(self, name: str) -> str:
        return self._prefix + name

    def read(self, name: str, limit: int) -> bytes:
        return _read(self._files[name][0], self.place(name), limit)

    def open(self, name: str) -> BinaryIO:
        return _open(self._files[name][0], self.place(name))


class _Walk:
    """One pass over the tree, sorted, so that findings come in the same order on every machine."""

    def __init__(self, path: Path, prefix: str, limits: Limits) -> None:
        self._path = path
        self._root = os.path.realpath(path)
        self._limits = limits
        self._listing = Listing(prefix, limits)
        self._files: dict[str, tuple[str, int]] = {}

    def files(self, *, forgiving: bool) -> tuple[dict[str, tuple[str, int]], Sequence[Finding]]:
        """Path on disk and size in bytes, by name; and the notes. Raises RefusedError with every finding."""
        self._enter(self._root, "", ())
        return self._files, self._listing.close(forgiving=forgiving)

    def _enter(self, folder: str, prefix: str, above: tuple[str, ...]) -> None:
        """`above` are the real folders on the way here: a link to one of them is a circle."""
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            self._unreadable(prefix, error)
            return
        for entry in entries:
            if not (entry.name.startswith(".") or is_junk(entry.name)):
                self._visit(entry, prefix + entry.name, (*above, folder))

    def _visit(self, entry: os.DirEntry[str], name: str, above: tuple[str, ...]) -> None:
        path = self._target(entry, name, above) if entry.is_symlink() else entry.path
        if path is None:
            return
        try:
            status = entry.stat()
        except OSError as error:
            self._unreadable(name, error)
            return
        if stat.S_ISDIR(status.st_mode):
            if self._listing.take(name + "/") is not None:
                self._enter(path, name + "/", above)
        elif not stat.S_ISREG(status.st_mode):
            found = "a device, a pipe or a socket"
            self._listing.refuse(NOT_A_FILE, name, found, "a file or a folder", "Take it out of the folder.")
        elif runs(name):
            found = "left out: a server, a shell or git would obey it"
            self._listing.note(ACTIVE_FILE, name, found, "files to show, play or download")
        else:
            self._take(path, name, status.st_size)

    def _target(self, entry: os.DirEntry[str], name: str, above: tuple[str, ...]) -> str | None:
        """Where a link leads. It may lead to visible things inside the folder, and to nothing else."""
        target = Path(os.path.realpath(entry.path))
        inside = Path(os.path.relpath(target, self._root))
        if any(part.startswith(".") for part in inside.parts) or str(target) in above or not target.exists():
            found = "a link that leads out of the folder, to something hidden, in a circle or nowhere"
            mend = "Put a copy of the file in place of the link."
            self._listing.refuse(LEAVES, name, found, "a file, or a link inside the folder", mend)
            return None
        return str(target)

    def _take(self, path: str, stored: str, size: int) -> None:
        if len(self._files) >= self._limits.folder_files:
            expected = f"at most {self._limits.folder_files:,} (limit folder_files)"
            mend = "Name the folder of the bundle itself."
            raise refused(LIMIT, str(self._path), "more files than are taken", expected, mend)
        name = self._listing.take(stored)
        if name is not None:
            self._files[name] = (path, size)

    def _unreadable(self, name: str, error: OSError) -> None:
        reason = error.strerror or str(error)
        self._listing.refuse(UNREADABLE, name, reason, "something we may read", _PERMISSIONS)


class LoneFile:
    """A source of one file. Its name is judged as those in a folder are."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        listing = Listing(str(path)[: -len(path.name)], limits)
        self._name = listing.take(path.name)
        self.notes: Sequence[Finding] = listing.close()

    @property
    def label(self) -> str:
        return str(self._path)

    def names(self) -> Sequence[str]:
        return [self._name] if self._name else []

    def size(self, name: str) -> int:
        return self._only(name).stat().st_size

    def place(self, name: str) -> str:
        return str(self._path.with_name(name))

    def read(self, name: str, limit: int) -> bytes:
        return _read(str(self._only(name)), self.label, limit)

    def open(self, name: str) -> BinaryIO:
        return _open(str(self._only(name)), self.label)

    def unknown(self) -> RefusedError:
        """For when no reader knows it: what it looks like."""
        with _open(str(self._path), self.label) as file:
            return no_package(self._path, file.read(HEAD_BYTES))

    def _only(self, name: str) -> Path:
        if name != self._name:
            raise KeyError(name)
        return self._path


def _open(path: str, place: str) -> BinaryIO:
    with _readable(place):
        return Path(path).open("rb")


def _read(path: str, place: str, limit: int) -> bytes:
    with _readable(place), Path(path).open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        if size > limit:
            raise too_long(place, size, limit)
        return file.readall()


@contextmanager
def _readable(place: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise refused(UNREADABLE, place, reason, "a file we may read", _PERMISSIONS) from error

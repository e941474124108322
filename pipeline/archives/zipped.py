"""A zip as a Source: the structure is proven on opening, each member's bytes when they are read."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Self, cast

from pipeline.archives.directory import BZIP2, Entry, read_directory
from pipeline.archives.encoding import stored_name
from pipeline.archives.faults import BadZipError, too_much
from pipeline.archives.findings import about, refused, too_long
from pipeline.archives.inflate import MemberStream, chunks
from pipeline.archives.limits import Limits
from pipeline.archives.listing import Listing
from pipeline.archives.names import ACTIVE_FILE, FLASH, LEFT_OUT, is_junk, runs
from schemas.findings import Finding, RefusedError, Rule

EMPTY = Rule("CW017", "empty-package", "A zip without any file in it.")
REROOTED = Rule("CW024", "package-in-folder", "The whole package lies inside one folder of the zip.")
ATTRIBUTES = Rule("CW025", "attributes-dropped", "Permissions or dates of a member mean nothing here.")
UNUSUAL = Rule(
    "CW026", "unusual-compression", "A member is compressed in a way that many players cannot read."
)


class ZipSource:
    """See schemas.source.Source. Leaving its `with` block closes the file. Threads may read at once."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._label = str(path)
        self._lock = threading.Lock()
        self._file = path.open("rb", buffering=0)
        try:
            self._length = os.fstat(self._file.fileno()).st_size
            self._members, self._root, self._notes = self._open(limits)
        except BaseException:
            self._file.close()
            raise
        self._names = sorted(self._members)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def label(self) -> str:
        return self._label

    @property
    def notes(self) -> Sequence[Finding]:
        return self._notes

    def names(self) -> Sequence[str]:
        return self._names

    def size(self, name: str) -> int:
        return self._members[name].size

    def place(self, name: str) -> str:
        return f"{self._label}!{self._root}{name}"

    def read(self, name: str, limit: int) -> bytes:
        size = self.size(name)
        if size > limit:
            raise too_long(self.place(name), size, limit)
        return b"".join(self._proven(self._members[name]))

    def open(self, name: str) -> BinaryIO:
        """RefusedError comes from reading: before the last bytes of a damaged member are handed out."""
        stream = MemberStream(self._proven(self._members[name]))
        return cast("BinaryIO", io.BufferedReader(stream, io.DEFAULT_BUFFER_SIZE))

    def _proven(self, entry: Entry) -> Iterator[bytes]:
        try:
            yield from chunks(self._read_at, entry)
        except BadZipError as error:
            raise self._refusal(error) from None

    def _open(self, limits: Limits) -> tuple[dict[str, Entry], str, Sequence[Finding]]:
        """Members by the name they are read by, the folder that held them all, and the notes."""
        try:
            if self._length > limits.archive_bytes:
                raise too_much(f"{self._length:,} bytes", "archive_bytes", limits.archive_bytes)
            entries = read_directory(self._read_at, self._length, limits)
        except BadZipError as error:
            raise self._refusal(error) from None
        listing = Listing(self._label + "!", limits)
        members = {name: entry for entry in entries if (name := _content(entry, listing)) is not None}
        notes = listing.close()
        if not members:
            raise refused(EMPTY, self._label, "no file", "a package", "Check what was packed.")
        if root := _shared_folder(members):
            notes = (*notes, _rerooted(self._label, root))
        return {name[len(root) :]: entry for name, entry in members.items()}, root, notes

    def _read_at(self, offset: int, size: int) -> bytes:
        """Position and reading belong together: uploads read members from several threads."""
        if not 0 <= offset < self._length or size <= 0:
            return b""
        with self._lock:
            self._file.seek(offset)
            return self._file.read(size) or b""

    def _refusal(self, error: BadZipError) -> RefusedError:
        member = "!" + error.member.decode("utf-8", "replace") if error.member else ""
        return refused(error.rule, self._label + member, error.found, error.expected, error.mend)


def _content(entry: Entry, listing: Listing) -> str | None:
    """The name of a member that is content; None for folders, junk, and what is refused."""
    stored = stored_name(entry, listing)
    name = None if stored is None else listing.take(stored)
    if name is None or name.endswith("/"):
        return None
    if is_junk(name):
        listing.note(
            LEFT_OUT, name, "left out: an operating system or office program put it there", "content"
        )
        return None
    if runs(name):
        expected = "files to show, play or download"
        mend = "Take it out of the package and pack again."
        listing.refuse(ACTIVE_FILE, name, "a file that a server, a shell or git would obey", expected, mend)
        return None
    _note_oddities(entry, name, listing)
    return name


def _note_oddities(entry: Entry, name: str, listing: Listing) -> None:
    if entry.mode & 0o6000:
        listing.note(ATTRIBUTES, name, "setuid or setgid permissions, dropped", "none")
    month, day = entry.date >> 5 & 15, entry.date & 31
    if not (1 <= month <= 12 and day):
        listing.note(ATTRIBUTES, name, "a date that is none, dropped", "a date")
    if entry.method == BZIP2:
        found = "bzip2, which few players can read; unpacked here"
        listing.note(UNUSUAL, name, found, "deflate", "Pack with deflate.")
    if name.lower().endswith(".swf"):
        found = "Flash, which browsers no longer play; kept as a file"
        listing.note(FLASH, name, found, "video or HTML", "Replace it.")


def _shared_folder(names: dict[str, Entry]) -> str:
    """The folder that holds everything, with its slash; empty when there is none."""
    first, last = (name.split("/")[:-1] for name in (min(names), max(names)))
    depth = 0
    while depth < min(len(first), len(last)) and first[depth] == last[depth]:
        depth += 1
    return "".join(part + "/" for part in first[:depth])


def _rerooted(label: str, root: str) -> Finding:
    found = "one folder with everything in it; read from there"
    mend = "Nothing to do; next time pack the content of the folder."
    place = f"{label}!{root}"
    return about(REROOTED, place, found, "the package at the root of the zip", mend, severity="warning")

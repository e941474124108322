"""A zip as a Source: the structure is proven on opening, each member's bytes when they are read."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from pipeline.archives.directory import BZIP2, BadZipError, Entry, read_directory
from pipeline.archives.encoding import stored_name
from pipeline.archives.findings import LIMIT, about, refused
from pipeline.archives.inflate import MemberStream, chunks
from pipeline.archives.limits import Limits
from pipeline.archives.listing import Listing
from pipeline.archives.names import ACTIVE_FILE, LEFT_OUT, is_junk, runs
from schemas.findings import Finding, RefusedError, Rule

REROOTED = Rule("CW024", "package-in-folder", "The whole package lies inside one folder of the zip.")
ATTRIBUTES = Rule("CW025", "attributes-dropped", "Permissions or dates of a member mean nothing here.")
UNUSUAL = Rule(
    "CW026", "unusual-compression", "A member is compressed in a way that many players cannot read."
)


class ZipSource:
    """See schemas.source.Source. Closing it closes the file. Safe to read from several threads."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._label = str(path)
        self._lock = threading.Lock()
        self._file = path.open("rb", buffering=0)
        try:
            self._length = self._file.seek(0, io.SEEK_END)
            self._members, self._root, self._notes = self._open(limits)
        except BaseException:
            self._file.close()
            raise
        self._names = sorted(self._members)

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
        return b"".join(self._pieces(name))

    def open(self, name: str) -> BinaryIO:
        return cast("BinaryIO", io.BufferedReader(MemberStream(self._pieces(name))))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _pieces(self, name: str) -> Iterator[bytes]:
        entry = self._members[name]
        return self._proven(chunks(self._read_at, entry))

    def _proven(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from pieces
        except BadZipError as error:
            raise self._refusal(error) from None

    def _open(self, limits: Limits) -> tuple[dict[str, Entry], str, Sequence[Finding]]:
        if self._length > limits.archive_bytes:
            expected = f"at most {limits.archive_bytes:,} (limit archive_bytes)"
            raise refused(
                LIMIT, self._label, f"{self._length:,} bytes", expected, "Use a folder in place of the zip."
            )
        try:
            entries = read_directory(self._read_at, self._length, limits)
        except BadZipError as error:
            raise self._refusal(error) from None
        listing = Listing(self._label + "!", limits)
        named = {name: entry for entry in entries if (name := _listed(entry, listing)) is not None}
        notes = listing.close()
        root = _shared_folder(named)
        if root:
            notes = (*notes, _rerooted(self._label, root))
        return {name[len(root) :]: entry for name, entry in named.items()}, root, notes

    def _read_at(self, offset: int, size: int) -> bytes:
        if not 0 <= offset < self._length or size <= 0:
            return b""
        with self._lock:
            self._file.seek(offset)
            return self._file.read(size) or b""

    def _refusal(self, error: BadZipError) -> RefusedError:
        member = "!" + error.member.decode("utf-8", "replace") if error.member else ""
        return refused(error.rule, self._label + member, error.found, error.expected, error.mend)


def too_long(place: str, size: int, limit: int) -> RefusedError:
    return refused(
        LIMIT, place, f"{size:,} bytes", f"at most {limit:,} for a file of this kind", "Make it smaller."
    )


def _listed(entry: Entry, listing: Listing) -> str | None:
    """The name of a member that is content; None for folders, junk and what is refused."""
    stored = stored_name(entry, listing)
    name = None if stored is None else listing.take(stored)
    if name is None or name.endswith("/"):
        return None
    if is_junk(name):
        return listing.note(LEFT_OUT, name, "left out: it belongs to an operating system", "Nothing to do.")
    if runs(name):
        expected = "files that are shown, played or downloaded"
        return listing.refuse(
            ACTIVE_FILE, name, "a file that a server or shell would run or obey", expected, _TAKE_OUT
        )
    _note_attributes(entry, name, listing)
    return name


_TAKE_OUT = "Take it out of the package and pack again."


def _note_attributes(entry: Entry, name: str, listing: Listing) -> None:
    if entry.mode & 0o6000:
        listing.note(ATTRIBUTES, name, "setuid or setgid permissions, dropped", "Nothing to do.")
    if not (1 <= entry.date >> 5 & 15 <= 12 and entry.date & 31):
        listing.note(ATTRIBUTES, name, "a date that is none, dropped", "Nothing to do.")
    if entry.method == BZIP2:
        listing.note(UNUSUAL, name, "bzip2 compression, undone on the way", "Pack with ordinary compression.")


def _shared_folder(names: dict[str, Entry]) -> str:
    """The folder that holds everything, with its slash; empty when there is none."""
    if not names:
        return ""
    first, last = min(names).split("/")[:-1], max(names).split("/")[:-1]
    depth = 0
    while depth < min(len(first), len(last)) and first[depth] == last[depth]:
        depth += 1
    return "".join(part + "/" for part in first[:depth])


def _rerooted(label: str, root: str) -> Finding:
    mend = "Nothing to do; next time pack the folder's content rather than the folder."
    return about(
        REROOTED, f"{label}!{root}", "everything lies in this folder; read from there", "", mend, "warning"
    )

"""A zip as a Source: the structure is proven on opening, each member's bytes when they are read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from pipeline.archives.archive import ArchiveSource
from pipeline.archives.contents import content, repositories, rerooted
from pipeline.archives.directory import BZIP2, Entry, read_directory
from pipeline.archives.encoding import stored_name
from pipeline.archives.faults import too_much
from pipeline.archives.inflate import chunks
from pipeline.archives.listing import Listing
from schemas.findings import Finding, Rule

ATTRIBUTES = Rule("CW025", "attributes-dropped", "Permissions or dates of a member mean nothing here.")
UNUSUAL = Rule(
    "CW026", "unusual-compression", "A member is compressed in a way that many players cannot read."
)
REPEATED = Rule("CW018", "repeated-member", "A file is in the archive more than once, each time the same.")

_H5P = b"h5p.json"


class ZipSource(ArchiveSource[Entry]):
    """See `ArchiveSource`."""

    def _open(self) -> tuple[Mapping[str, Entry], Sequence[Finding]]:
        if self._file.length > self._limits.archive_bytes:
            found = f"{self._file.length:,} bytes"
            raise too_much(found, "archive_bytes", self._limits.archive_bytes)
        entries = read_directory(self._file.read, self._file.length, self._limits)
        listing = Listing(self._label + "!", self._limits)
        packed_along = repositories(entry.name.decode("utf-8", "replace") for entry in entries)
        members = {
            name: entry
            for entry in self._without_repeats(entries, listing)
            if (name := _content(entry, listing, packed_along)) is not None
        }
        return members, (*listing.close(), *rerooted(self._label, members))

    def _chunks(self, member: Entry) -> Iterator[bytes]:
        return chunks(self._file.read, member)

    def _without_repeats(self, entries: Sequence[Entry], listing: Listing) -> Iterator[Entry]:
        """H5P editors store a picture once for each place that shows it, all under one name. Repeats that are
        equal byte for byte are left out; what differs, or is no H5P, stays for `listing` to refuse.
        """
        if all(entry.name != _H5P for entry in entries):
            yield from entries
            return
        first: dict[bytes, Entry] = {}
        left = self._limits.ratio_free_bytes
        for entry in entries:
            before = first.setdefault(entry.name, entry)
            if before is not entry and entry.size <= left and self._equal(before, entry):
                left -= entry.size
                name = entry.name.decode("utf-8", "replace")
                listing.note(REPEATED, name, "more than once, each time the same bytes; taken once", "once")
            else:
                yield entry

    def _equal(self, one: Entry, other: Entry) -> bool:
        return (one.size, one.crc) == (other.size, other.crc) and (
            _digest(self._chunks(one)) == _digest(self._chunks(other))
        )


def _digest(pieces: Iterator[bytes]) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def _content(entry: Entry, listing: Listing, packed_along: frozenset[str]) -> str | None:
    """The name of a member that is content; None for folders, litter, and what is refused."""
    stored = stored_name(entry, listing)
    name = None if stored is None else content(stored, listing, packed_along)
    if name is not None:
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

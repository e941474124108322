"""A tar as a Source: plain, in its own file, or unpacked from a gzip into a temporary one (`gzipped`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.archives.archive import ArchiveSource
from pipeline.archives.contents import content, repositories
from pipeline.archives.encoding import BAD_NAME
from pipeline.archives.faults import CUT_OFF, NOT_A_FILE, REPACK, BadArchiveError, too_much
from pipeline.archives.listing import Listing
from pipeline.archives.names import mended
from pipeline.archives.tarheaders import Header, read_headers
from pipeline.archives.zipped import ATTRIBUTES
from schemas.findings import Finding, Rule

LINKED = Rule("CW019", "hard-link", "Two names of one file in a tar; each is read as a file of its own.")

_CHUNK = 256 * 1024
_PACKED_FOLDER = "./"
"""Before every name, and a member itself, in what `tar czf x.tar.gz .` makes."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where the bytes of a member are. They have no checksum; that of the gzip was proven."""

    start: int
    size: int


class TarSource(ArchiveSource[Stretch]):
    """See `ArchiveSource`. That a tar has one folder with everything in it is its custom, and no note."""

    def _open(self) -> tuple[Mapping[str, Stretch], Sequence[Finding]]:
        if self._file.length > self._limits.total_bytes:
            raise too_much(f"{self._file.length:,} bytes", "total_bytes", self._limits.total_bytes)
        listing = Listing(self._label + "!", self._limits)
        headers = list(read_headers(self._file.read, self._file.length, self._limits))
        members = _Members(listing, repositories(header.name for header in headers))
        for header in headers:
            members.take(header)
        return members.content, listing.close()

    def _chunks(self, member: Stretch) -> Iterator[bytes]:
        position, end = member.start, member.start + member.size
        while position < end:
            piece = self._file.read(position, min(end - position, _CHUNK))
            if not piece:
                raise BadArchiveError(CUT_OFF, "the end of the file", f"{end - position:,} bytes more")
            yield piece
            position += len(piece)


class _Members:
    """Takes headers one by one. `content` has the members to read, by their names."""

    def __init__(self, listing: Listing, packed_along: frozenset[str]) -> None:
        self._listing = listing
        self._packed_along = packed_along
        self._files: dict[str, Stretch] = {}
        self.content: dict[str, Stretch] = {}

    def take(self, header: Header) -> None:
        if header.kind == "folder" and header.name == _PACKED_FOLDER:
            return
        if not _is_text(header.name):
            shown = header.name.encode("utf-8", "surrogateescape").decode(errors="backslashreplace")
            self._listing.refuse(BAD_NAME, shown, "bytes that are not UTF-8", "UTF-8", REPACK)
            return
        if header.oddity:
            self._listing.note(ATTRIBUTES, header.name, header.oddity, "none")
        stretch = Stretch(header.start, header.size)
        if header.kind == "link":
            linked = self._linked(header)
            if linked is None:
                return
            stretch = linked
        if header.kind != "folder":
            self._files.setdefault(mended(header.name), stretch)
        name = content(header.name.removeprefix(_PACKED_FOLDER), self._listing, self._packed_along)
        if name is not None:
            self.content[name] = stretch

    def _linked(self, header: Header) -> Stretch | None:
        """What a hard link stands for: a file before it. None when that is itself, or is refused."""
        name, target = mended(header.name), mended(header.target)
        found = self._files.get(target)
        if found is None:
            mend = "Put a copy of the file in its place and pack it again."
            expected = "a link to a file before it in the archive"
            self._listing.refuse(NOT_A_FILE, name, f"a hard link to {target!r}", expected, mend)
            return None
        said = "a link to itself, left out" if name == target else "a hard link, read as a file of its own"
        self._listing.note(LINKED, name, said, "a file")
        return None if name == target else found


def _is_text(name: str) -> bool:
    """Whether it was UTF-8; bytes that are not arrive as lone surrogates."""
    return name.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in name)

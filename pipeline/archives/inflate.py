"""The bytes of a member: never more than the directory promised, and not one before the last is proven.

The size in the directory has passed the limits; inflating stops one byte beyond it. So a size that lies is
found after as much as it admitted, and a bomb never unfolds. (CVE-2024-0450; APPNOTE 4.4.7.)
"""

from __future__ import annotations

import bz2
import io
import zlib
from collections.abc import Iterator
from typing import Protocol

from pipeline.archives.directory import BZIP2, DEFLATED, Entry
from pipeline.archives.endrecord import Read
from pipeline.archives.faults import BadArchiveError
from schemas.findings import Rule

CORRUPT = Rule("CW008", "damaged", "The bytes of an archive are not those its checksum and size promise.")

_CHUNK = 256 * 1024
_AGAIN = "Download or copy the package again; if that does not help, pack it again."


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def chunks(read: Read, entry: Entry) -> Iterator[bytes]:
    """Pieces of at most 256 KiB; the last is held back until size and CRC are right, else BadArchiveError."""
    size = crc = 0
    held = b""
    for piece in _pieces(read, entry):
        size += len(piece)
        if size > entry.size:
            raise _damaged(entry, f"more than the {entry.size:,} bytes it promises")
        crc = zlib.crc32(piece, crc)
        if held:
            yield held
        held = piece
    if size != entry.size:
        raise _damaged(entry, f"{size:,} bytes in place of {entry.size:,}")
    if crc != entry.crc:
        raise _damaged(entry, f"checksum {crc:08x} in place of {entry.crc:08x}")
    yield held


def _pieces(read: Read, entry: Entry) -> Iterator[bytes]:
    if entry.method == DEFLATED:
        return _inflated(read, entry, zlib.decompressobj(-zlib.MAX_WBITS))
    if entry.method == BZIP2:
        return _inflated(read, entry, bz2.BZ2Decompressor())
    return _packed(read, entry)


def _packed(read: Read, entry: Entry) -> Iterator[bytes]:
    position, left = entry.start, entry.packed
    while left:
        piece = read(position, min(left, _CHUNK))
        if not piece:
            raise _damaged(entry, "the end of the file")
        yield piece
        position += len(piece)
        left -= len(piece)


def _inflated(read: Read, entry: Entry, stream: _Decompressor) -> Iterator[bytes]:
    taken = 0
    for packed in _packed(read, entry):
        taken += len(packed)
        data = packed
        while not stream.eof:
            try:
                piece = stream.decompress(data, _CHUNK)
            except (zlib.error, OSError, ValueError) as error:
                raise _damaged(entry, "compressed data that cannot be read") from error
            if piece:
                yield piece
            data = getattr(stream, "unconsumed_tail", b"")
            if len(piece) < _CHUNK:  # otherwise more may be waiting inside the decompressor
                break
        if stream.eof:
            break
    if not stream.eof:
        raise _damaged(entry, "compressed data without an end")
    if stream.unused_data or taken != entry.packed:
        raise _damaged(entry, "bytes hidden behind the end of its data")


def _damaged(entry: Entry, found: str) -> BadArchiveError:
    return BadArchiveError(CORRUPT, found, "what the directory promises", mend=_AGAIN, member=entry.name)


class MemberStream(io.RawIOBase):
    """A member as a readable file. A damaged one raises before its last bytes are handed out."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the stub wants a WriteableBuffer
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

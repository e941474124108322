"""What is inside a gzip, in a temporary file without a name: proven to its last byte, and gone once closed.

Tars inside are read in any order and by several threads, and a gzip can only be read from its start, so it is
unpacked once. (RFC 1952; Python's tarfile never looks at checksum and length at the end.)
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from pipeline.archives.faults import CUT_OFF, HIDDEN_BYTES, BadArchiveError, too_much
from pipeline.archives.inflate import CORRUPT
from pipeline.archives.limits import Limits
from pipeline.archives.unnamed import unnamed

MAGIC = b"\x1f\x8b"

_CHUNK = 256 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_AGAIN = "Download or copy the package again."
_HEADER, _FLAGS, _EXTRA, _NAMED = 10, 3, 0x4, 0x8


def unpacked(packed: BinaryIO, length: int, limits: Limits) -> BinaryIO:
    """A file with the content, gone when it is closed. `length` is that of `packed`.

    Raises BadArchiveError when the gzip is damaged or larger than a limit, CoursewrightError when the disk is
    full.
    """
    if length > limits.archive_bytes:
        raise too_much(f"{length:,} bytes", "archive_bytes", limits.archive_bytes)
    return unnamed(_pieces(packed, limits))


def name_within(head: bytes) -> str:
    """The name that a gzip's header gives its content, which means nothing here; empty when it gives none."""
    if len(head) < _HEADER or not head[_FLAGS] & _NAMED:
        return ""
    at = _HEADER
    if head[_FLAGS] & _EXTRA:
        at += 2 + int.from_bytes(head[at : at + 2], "little")
    return head[at:].partition(b"\0")[0].decode("latin-1")


class _Place(NamedTuple):
    """How far reading has come, in bytes of the gzip and of its content."""

    packed: int
    content: int


def _pieces(packed: BinaryIO, limits: Limits) -> Iterator[bytes]:
    """At most 256 KiB each. A gzip may have several parts, one after the other."""
    size = taken = parts = 0
    checked = _Place(0, 0)
    data = packed.read(_CHUNK)
    while data:
        if not data.startswith(MAGIC[: len(data)]):
            found = f"bytes after the end of the gzip: {data[:8]!r}"
            raise BadArchiveError(HIDDEN_BYTES, found, "nothing", mend=_AGAIN)
        parts += 1
        if parts > limits.members:
            raise too_much(f"more than {limits.members:,} parts", "members", limits.members)
        part = zlib.decompressobj(_GZIP)
        while not part.eof:
            piece = _inflated(part, data)
            taken += len(data) - len(part.unconsumed_tail) - len(part.unused_data)
            size += len(piece)
            checked = _checked(checked, _Place(taken, size), limits)
            if piece:
                yield piece
            data = part.unconsumed_tail
            if not data and not part.eof and len(piece) < _CHUNK:  # else more may be waiting in `part`
                data = packed.read(_CHUNK)
                if not data:
                    raise BadArchiveError(CUT_OFF, "a gzip without an end", "a whole one", mend=_AGAIN)
        data = part.unused_data or packed.read(_CHUNK)


def _inflated(part: zlib._Decompress, data: bytes) -> bytes:
    try:
        return part.decompress(data, _CHUNK)
    except zlib.error as error:
        raise BadArchiveError(CORRUPT, f"damaged gzip data ({error})", "a sound gzip", mend=_AGAIN) from error


def _checked(since: _Place, now: _Place, limits: Limits) -> _Place:
    """Where the next stretch begins: none of 64 MiB may come from less than its 200th part."""
    if now.content > limits.total_bytes:
        raise too_much(f"more than {limits.total_bytes:,} bytes unpacked", "total_bytes", limits.total_bytes)
    content = now.content - since.content
    if content <= limits.ratio_free_bytes:
        return since
    packed = now.packed - since.packed
    if content > limits.ratio * packed:
        found = f"{content:,} bytes unpacked from {packed:,}, {content // max(1, packed):,}:1"
        raise too_much(found, "ratio", limits.ratio)
    return now

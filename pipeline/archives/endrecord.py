"""Where the directory of a zip is: the end record must be the last thing in the file, in zip64 both of them.

APPNOTE 4.3.14 to 4.3.16. CVE-2025-8291 was a reader that found the zip64 record without asking its locator.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

from pipeline.archives.faults import CONTRADICTION, CUT_OFF, HIDDEN_BYTES, BadArchiveError

Read = Callable[[int, int], bytes]
"""(offset, size) → bytes; fewer only where the file ends."""

FULL16, FULL32 = 0xFFFF, 0xFFFFFFFF

_END = struct.Struct("<4s4H2LH")
_LOCATOR64 = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_AGAIN = "The file is cut off or something was added to it: download or copy it again."


class Place(NamedTuple):
    """Of the directory: its first byte, its length in bytes, and how many entries it holds."""

    offset: int
    size: int
    entries: int


def find_directory(read: Read, length: int) -> Place:
    """Raises BadArchiveError unless the directory ends where the end records begin, and they end the file."""
    position, short = _end_record(read, length)
    place = short
    if read(position - _LOCATOR64.size, 4) == b"PK\6\7" or FULL32 in short[:2] or short.entries == FULL16:
        position, place = _end_record64(read, position)
        for narrow, wide, full in zip(short, place, (FULL32, FULL32, FULL16), strict=True):
            if narrow not in (wide, full):
                found = f"{narrow:,} in one end record and {wide:,} in the other"
                raise BadArchiveError(CONTRADICTION, found, "the same number twice")
    if place.offset + place.size != position:
        found = f"a directory that ends at byte {place.offset + place.size:,}, an end record at {position:,}"
        raise BadArchiveError(HIDDEN_BYTES, found, "an end record right after the directory")
    return place


def _end_record(read: Read, length: int) -> tuple[int, Place]:
    """Its position and what it says. The last signature in the file counts, and nothing may follow it."""
    window = min(length, _END.size + FULL16)
    tail = read(length - window, window)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _END.size > len(tail):
        raise BadArchiveError(CUT_OFF, "no end record", "one at the end of the file", mend=_AGAIN)
    _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(tail, at)
    beyond = len(tail) - at - _END.size
    if beyond != comment:
        found = f"{beyond:,} bytes after the end record, which announces {comment:,}"
        raise BadArchiveError(CUT_OFF, found, "a file that ends with its end record", mend=_AGAIN)
    if disk not in (0, FULL16) or first_disk not in (0, FULL16) or here != count:
        raise BadArchiveError(CONTRADICTION, "one part of a split archive", "the whole archive in one file")
    return length - window + at, Place(offset, size, count)


def _end_record64(read: Read, end: int) -> tuple[int, Place]:
    """The zip64 record just before its locator, which is just before `end`."""
    at = end - _LOCATOR64.size - _END64.size
    block = read(at, _END64.size + _LOCATOR64.size) if at >= 0 else b""
    if block[_END64.size : _END64.size + 4] != b"PK\6\7" or block[:4] != b"PK\6\6":
        raise BadArchiveError(CONTRADICTION, "no zip64 end record", "one just before the end record")
    _, disk, position, disks = _LOCATOR64.unpack_from(block, _END64.size)
    if disk or disks != 1 or position != at:
        found = f"a zip64 locator that points to byte {position:,} of disk {disk}"
        raise BadArchiveError(CONTRADICTION, found, f"byte {at:,}, where the record is")
    _, size, _, _, disk, first_disk, here, count, *place = _END64.unpack_from(block)
    if size != _END64.size - 12 or disk or first_disk or here != count:
        raise BadArchiveError(CONTRADICTION, "a zip64 end record of another size or disk", "56 bytes, disk 0")
    return at, Place(place[1], place[0], count)

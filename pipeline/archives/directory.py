"""The structure of a zip, believed only where every part of the file says the same.

Order of checks: end record at the very end → size and count of the directory → each entry → spans that
follow one another from byte 0 without gap or overlap → local headers equal to the directory. A reader that
starts at the front and one that starts at the back then see the same members. (APPNOTE 6.3.10; the rules
PyPI applies since 2025-08; CVE-2024-0450, CVE-2025-8291, CVE-2025-54368.)
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.archives.endrecord import FULL32, Read, find_directory
from pipeline.archives.faults import (
    CONTRADICTION,
    ENCRYPTED,
    HIDDEN_BYTES,
    METHOD,
    NOT_A_FILE,
    BadArchiveError,
    too_much,
)
from pipeline.archives.limits import Limits

STORED, DEFLATED, BZIP2 = 0, 8, 12
SIZES_FOLLOW, UTF8 = 0x8, 0x800
UNICODE_PATH = 0x7075

_ZIP64 = 0x1
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_KNOWN_FLAGS = 0x2 | 0x4 | SIZES_FOLLOW | UTF8
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
_NEWEST_VERSION = 63
_FOLDER = 0o4
_TYPES = {0: "", 0o10: "", _FOLDER: "", 0o12: "a symbolic link", 0o1: "a named pipe", 0o2: "a device"}
_SMALLER = "Use a folder in place of the archive, or a smaller file."


@dataclass(slots=True)
class Entry:
    """One row of the directory. `start` is the offset of its data, known once its own header is read."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    header: int
    system: int
    mode: int
    date: int
    extra: dict[int, bytes]
    start: int = 0

    @property
    def is_folder(self) -> bool:
        return self.name.endswith((b"/", b"\\"))


def read_directory(read: Read, length: int, limits: Limits) -> list[Entry]:
    """Every entry, in the order of its header. Raises BadArchiveError at the first lie or excess."""
    place = find_directory(read, length)
    if place.entries > limits.members:
        raise too_much(f"{place.entries:,} members", "members", limits.members)
    if place.size > limits.directory_bytes:
        raise too_much(f"a directory of {place.size:,} bytes", "directory_bytes", limits.directory_bytes)
    entries = list(_entries(read(place.offset, place.size), place.entries))
    for entry in entries:
        _check_kind(entry)
        _check_size(entry, limits)
    _check_sum(entries, limits)
    entries.sort(key=lambda entry: entry.header)
    _check_spans(read, entries, place.offset)
    return entries


# ── the directory ────────────────────────────────────────────────────────────────────────────────


def _entries(block: bytes, count: int) -> Iterator[Entry]:
    at = 0
    said = f"{count:,}, as the end record says"
    for _ in range(count):
        if block[at : at + 4] != b"PK\1\2" or at + _CENTRAL.size > len(block):
            raise BadArchiveError(CONTRADICTION, "a directory with fewer entries", said)
        fields = _CENTRAL.unpack_from(block, at)
        name_end = at + _CENTRAL.size + fields[12]
        extra_end = name_end + fields[13]
        name = block[at + _CENTRAL.size : name_end]
        at = extra_end + fields[14]
        if at > len(block):
            raise BadArchiveError(CONTRADICTION, "an entry that runs past the directory", "entries inside it")
        yield _entry(fields, name, _extra(block[name_end:extra_end], name))
    if at != len(block):
        raise BadArchiveError(CONTRADICTION, "a directory with more entries", said)


def _entry(fields: tuple[int, ...], name: bytes, extra: dict[int, bytes]) -> Entry:
    (
        _,
        _,
        system,
        version,
        _,
        flags,
        method,
        _,
        date,
        crc,
        packed,
        size,
        _,
        _,
        _,
        disk,
        _,
        attributes,
        header,
    ) = fields
    size, packed, header = _widened(name, extra, size, packed, header)
    if disk or version > _NEWEST_VERSION:
        found = f"zip version {version / 10} on disk {disk}"
        raise BadArchiveError(METHOD, found, "at most version 6.3, on disk 0", member=name)
    return Entry(name, flags, method, crc, packed, size, header, system, attributes >> 16, date, extra)


def _widened(name: bytes, extra: dict[int, bytes], *short: int) -> list[int]:
    """The fields, each saturated one taken from the zip64 extra field, in their order (APPNOTE 4.5.3)."""
    if FULL32 not in short:
        return list(short)
    wide = extra.get(_ZIP64, b"")
    values = iter(struct.unpack_from(f"<{len(wide) // 8}Q", wide))
    try:
        return [next(values) if value == FULL32 else value for value in short]
    except StopIteration:
        raise BadArchiveError(
            CONTRADICTION, "a zip64 field too short", "8 bytes a size", member=name
        ) from None


def _extra(block: bytes, name: bytes) -> dict[int, bytes]:
    """Extra fields by id. One that overruns the block, or a second zip64 or name field, is a lie."""
    fields: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(block):
        kind, size = struct.unpack_from("<2H", block, at)
        at += 4 + size
        if at > len(block) or (kind in fields and kind in (_ZIP64, UNICODE_PATH)):
            raise BadArchiveError(
                CONTRADICTION, "extra fields that overrun or repeat", "each once", member=name
            )
        fields[kind] = block[at - size : at]
    if block[at:].strip(b"\0"):
        raise BadArchiveError(CONTRADICTION, "extra fields cut in the middle", "whole ones", member=name)
    return fields


def _check_kind(entry: Entry) -> None:
    kind = entry.mode >> 12
    if entry.flags & _ENCRYPTED_FLAGS:
        mend = "Pack it again without a password."
        raise BadArchiveError(
            ENCRYPTED, "an encrypted member", "one that is not", mend=mend, member=entry.name
        )
    if entry.flags & ~_KNOWN_FLAGS:
        raise BadArchiveError(
            METHOD, f"flag bits {entry.flags:#06x}", "only bits 1, 2, 3 and 11", member=entry.name
        )
    if entry.method not in (STORED, DEFLATED, BZIP2):
        found = f"compression method {entry.method}"
        raise BadArchiveError(METHOD, found, "stored (0) or deflate (8)", member=entry.name)
    if _TYPES.get(kind, "a device") or (kind == _FOLDER and not entry.is_folder):
        found = _TYPES.get(kind, "a device") or "a folder with the name of a file"
        mend = "Put a copy of the file in its place and pack it again."
        raise BadArchiveError(NOT_A_FILE, found, "a file or a folder", mend=mend, member=entry.name)


def _check_size(entry: Entry, limits: Limits) -> None:
    if (entry.is_folder and entry.size) or (entry.method == STORED and entry.size != entry.packed):
        found = f"{entry.packed:,} bytes packed and {entry.size:,} unpacked"
        raise BadArchiveError(CONTRADICTION, found, "sizes that fit its kind", member=entry.name)
    if entry.size > limits.member_bytes:
        found = f"a member of {entry.size:,} bytes"
        raise too_much(found, "member_bytes", limits.member_bytes, mend=_SMALLER, member=entry.name)
    if entry.size > limits.ratio_free_bytes and entry.size > limits.ratio * entry.packed:
        found = (
            f"{entry.size:,} bytes unpacked from {entry.packed:,}, {entry.size // max(1, entry.packed):,}:1"
        )
        raise too_much(found, "ratio", limits.ratio, mend=_SMALLER, member=entry.name)


def _check_sum(entries: Sequence[Entry], limits: Limits) -> None:
    """Many small bombs are one: what is packed beyond the ratio counts together."""
    total = sum(entry.size for entry in entries)
    if total > limits.total_bytes:
        raise too_much(f"{total:,} bytes unpacked", "total_bytes", limits.total_bytes)
    dense = sum(entry.size for entry in entries if entry.size > limits.ratio * entry.packed)
    if dense > limits.ratio_free_bytes:
        raise too_much(f"{dense:,} bytes in members that are packed more tightly", "ratio", limits.ratio)


# ── the members' own headers ─────────────────────────────────────────────────────────────────────

_LOCAL = struct.Struct("<4s2B4HL2L2H")
_LONGEST_DESCRIPTOR = 24


def _check_spans(read: Read, entries: list[Entry], directory: int) -> None:
    """Members tile the file from byte 0 to the directory, and their own headers say what it says."""
    position = 0
    following = [entry.header for entry in entries[1:]] + [directory]
    for entry, after in zip(entries, following, strict=False):
        if entry.header != position:
            found = (
                f"{abs(entry.header - position):,} bytes {'before' if entry.header > position else 'in'} it"
            )
            raise _hidden(entry, found + " that are not its own")
        _read_local(read, entry)
        end = entry.start + entry.packed
        if end < after and entry.flags & SIZES_FOLLOW:
            _check_descriptor(read(end, min(after - end, _LONGEST_DESCRIPTOR + 1)), entry)
        elif end != after:
            raise _hidden(entry, f"data up to byte {end:,}, and the next part at {after:,}")
        position = after
    if position != directory:
        raise BadArchiveError(
            HIDDEN_BYTES, f"{directory:,} bytes of no member", "members from the first byte on"
        )


def _hidden(entry: Entry, found: str) -> BadArchiveError:
    return BadArchiveError(HIDDEN_BYTES, found, "members one right after another", member=entry.name)


def _read_local(read: Read, entry: Entry) -> None:
    """Sets `entry.start`. Sizes may be zero here when they follow the data (bit 3)."""
    head_size = _LOCAL.size + len(entry.name)
    head = read(entry.header, head_size)
    if len(head) < head_size or head[:4] != b"PK\3\4":
        raise _differs(entry, "no header where its data should begin")
    _, _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack_from(head)
    if name_length != len(entry.name) or head[_LOCAL.size :] != entry.name:
        other = read(entry.header + _LOCAL.size, min(name_length, 200)).decode("utf-8", "replace")
        raise _differs(entry, f"its own header names it {other!r}")
    extra = read(entry.header + head_size, extra_length) if extra_length else b""
    if len(extra) < extra_length:
        raise _differs(entry, "its own header runs past the end")
    size, packed = _widened(entry.name, _extra(extra, entry.name), size, packed)
    unset = 0 if flags & SIZES_FOLLOW else None
    pairs = ((crc, entry.crc), (packed, entry.packed), (size, entry.size))
    if (flags, method) != (entry.flags, entry.method) or any(a not in (b, unset) for a, b in pairs):
        raise _differs(entry, "its own header has other sizes, another checksum or method")
    entry.start = entry.header + head_size + extra_length


def _differs(entry: Entry, found: str) -> BadArchiveError:
    return BadArchiveError(CONTRADICTION, found, "what the directory says", member=entry.name)


def _check_descriptor(block: bytes, entry: Entry) -> None:
    """Checksum and sizes after the data, with or without signature, 32 or 64 bits wide (APPNOTE 4.3.9)."""
    values = (entry.crc, entry.packed, entry.size)
    forms = [struct.pack("<LQQ", *values)]
    if max(values) <= FULL32:
        forms.append(struct.pack("<LLL", *values))
    if block not in forms and block.removeprefix(b"PK\7\x08") not in forms:
        raise _hidden(entry, "bytes after its data that are not its sizes")

"""The structure of a zip, believed only where every part of the file says the same.

Order of checks: end record at the very end → size and count of the directory → each entry → spans that
follow one another from byte 0 without gap or overlap → local headers equal to the directory. A reader that
starts at the front and one that starts at the back then see the same members. (APPNOTE 6.3.10; the rules
PyPI applies since 2025-08; CVE-2024-0450, CVE-2025-8291, CVE-2025-54368.)
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.archives.findings import LIMIT
from pipeline.archives.limits import Limits
from schemas.findings import Rule

CUT_OFF = Rule("CW002", "zip-cut-off", "A zip does not end where its end record says.")
CONTRADICTION = Rule(
    "CW003", "zip-contradicts-itself", "Two places of a zip say different things about one member."
)
UNCLAIMED = Rule("CW004", "zip-hidden-bytes", "Bytes of a zip belong to no member, or to two.")
ENCRYPTED = Rule("CW005", "zip-encrypted", "A member is protected by a password.")
METHOD = Rule("CW006", "zip-method", "A member is compressed in a way that is not taken.")
NOT_A_FILE = Rule("CW007", "not-a-file", "A member is a link or a device, not a file.")

STORED, DEFLATED, BZIP2 = 0, 8, 12
REPACK = "Pack the files again with an ordinary zip program, and import that."

_END = struct.Struct("<4s4H2LH")
_LOCATOR64 = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_SIZES_FOLLOW, _UTF8 = 0x8, 0x800
_KNOWN_FLAGS = 0x2 | 0x4 | _SIZES_FOLLOW | _UTF8
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
_NEWEST_VERSION = 63
_FILE_TYPES = {
    0: "",
    0o10: "",
    0o4: "",
    0o12: "symbolic link",
    0o1: "named pipe",
    0o2: "device",
    0o6: "device",
}

Read = Callable[[int, int], bytes]
"""(offset, size) → bytes; fewer only at the end of the file."""


class BadZipError(Exception):
    """The structure cannot be believed. `member` is its stored name, where there is one."""

    def __init__(
        self, rule: Rule, found: str, expected: str, mend: str = REPACK, member: bytes = b""
    ) -> None:
        super().__init__(found)
        self.rule, self.found, self.expected, self.mend, self.member = rule, found, expected, mend, member


@dataclass(slots=True)
class Entry:
    """One row of the directory. `start` is the offset of its data, known once its local header is read."""

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
    def utf8(self) -> bool:
        return bool(self.flags & _UTF8)

    @property
    def is_folder(self) -> bool:
        return self.name.endswith((b"/", b"\\"))


def read_directory(read: Read, length: int, limits: Limits) -> list[Entry]:
    """Every entry in the order of its data, proven to tile the file. Raises BadZipError at the first lie."""
    offset, size, count = _end_record(read, length)
    if count > limits.members:
        raise BadZipError(LIMIT, f"{count:,} members", f"at most {limits.members:,} (limit members)", _FEWER)
    if size > limits.directory_bytes:
        expected = f"at most {limits.directory_bytes:,} (limit directory_bytes)"
        raise BadZipError(LIMIT, f"a directory of {size:,} bytes", expected)
    entries = list(_entries(read(offset, size), count))
    for entry in entries:
        _check_entry(entry, limits)
    _check_total(entries, limits)
    entries.sort(key=lambda entry: entry.header)
    _check_spans(read, entries, offset)
    return entries


_FEWER = "Split the package, or raise the limit."


# ── the end record ───────────────────────────────────────────────────────────────────────────────


def _end_record(read: Read, length: int) -> tuple[int, int, int]:
    """(offset, size, count) of the directory."""
    window = min(length, _END.size + _FULL16)
    tail = read(length - window, window)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _END.size > len(tail):
        raise BadZipError(CUT_OFF, "no end record", "one at the end of the file", _AGAIN)
    _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(tail, at)
    if at + _END.size + comment != len(tail):
        beyond = len(tail) - at - _END.size
        found = f"{beyond:,} bytes after the end record, which announces {comment:,}"
        raise BadZipError(CUT_OFF, found, "a file that ends with its end record", _AGAIN)
    position = length - window + at
    if read(position - _LOCATOR64.size, 4) == b"PK\6\7" or _FULL32 in (size, offset) or count == _FULL16:
        position, *wide = _end_record64(read, position)
        _same("the two end records", (here, count, size, offset), (wide[2], wide[2], wide[1], wide[0]))
        offset, size, count = wide
    elif disk or first_disk or here != count:
        raise BadZipError(CONTRADICTION, "one part of a split archive", "the whole archive in one file")
    if offset + size != position:
        found = f"a directory that ends at byte {offset + size:,}, with the end record at {position:,}"
        raise BadZipError(UNCLAIMED, found, "an end record right after the directory")
    return offset, size, count


_AGAIN = "The file is cut off or something was added to it: download or copy it again."


def _end_record64(read: Read, end: int) -> tuple[int, int, int, int]:
    """(position of the record, offset, size, count); `end` is where the short end record begins."""
    locator = read(end - _LOCATOR64.size, _LOCATOR64.size) if end >= _LOCATOR64.size + _END64.size else b""
    if len(locator) < _LOCATOR64.size or locator[:4] != b"PK\6\7":
        raise BadZipError(CONTRADICTION, "no zip64 locator", "one, since the end record refers to it")
    _, disk, position, disks = _LOCATOR64.unpack(locator)
    record = read(position, _END64.size) if position == end - _LOCATOR64.size - _END64.size else b""
    if disk or disks != 1 or record[:4] != b"PK\6\6":
        raise BadZipError(CONTRADICTION, "a zip64 locator that points elsewhere", "one just after its record")
    _, length, _, _, disk, first_disk, here, count, size, offset = _END64.unpack(record)
    if length != _END64.size - 12 or disk or first_disk or here != count:
        raise BadZipError(
            CONTRADICTION, "a zip64 end record of another size or disk", "one of 56 bytes, disk 0"
        )
    return position, offset, size, count


def _same(where: str, short: tuple[int, ...], wide: tuple[int, ...]) -> None:
    """A short field must be saturated or equal to its wide form."""
    for index, (narrow, true) in enumerate(zip(short, wide, strict=True)):
        if narrow not in (true, _FULL16 if index < 2 else _FULL32):
            raise BadZipError(CONTRADICTION, f"{narrow:,} and {true:,} in {where}", "the same number twice")


# ── the directory ────────────────────────────────────────────────────────────────────────────────


def _entries(block: bytes, count: int) -> Iterator[Entry]:
    at = 0
    for _ in range(count):
        if block[at : at + 4] != b"PK\1\2" or at + _CENTRAL.size > len(block):
            raise BadZipError(
                CONTRADICTION, "a directory with fewer entries", f"{count:,}, as the end record says"
            )
        fields = _CENTRAL.unpack_from(block, at)
        name_end = at + _CENTRAL.size + fields[12]
        extra_end = name_end + fields[13]
        next_at = extra_end + fields[14]
        if next_at > len(block):
            raise BadZipError(CONTRADICTION, "an entry that runs past the directory", "entries inside it")
        name = block[at + _CENTRAL.size : name_end]
        yield _entry(fields, name, _extra(block[name_end:extra_end], name))
        at = next_at
    if at != len(block):
        raise BadZipError(
            CONTRADICTION, "a directory with more entries", f"{count:,}, as the end record says"
        )


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
        raise BadZipError(
            METHOD, f"zip version {version / 10}, disk {disk}", "at most 6.3 on one disk", member=name
        )
    return Entry(name, flags, method, crc, packed, size, header, system, attributes >> 16, date, extra)


def _widened(name: bytes, extra: dict[int, bytes], *short: int) -> list[int]:
    """The fields with each saturated one taken from the zip64 extra field, in order. (APPNOTE 4.5.3)"""
    if _FULL32 not in short:
        return list(short)
    wide, at, fields = extra.get(1, b""), 0, []
    for value in short:
        if value == _FULL32:
            if at + 8 > len(wide):
                raise BadZipError(CONTRADICTION, "a zip64 field too short", "8 bytes a size", member=name)
            (value,) = struct.unpack_from("<Q", wide, at)  # noqa: PLW2901 - the wide form of the same field
            at += 8
        fields.append(value)
    return fields


def _extra(block: bytes, name: bytes) -> dict[int, bytes]:
    """Extra fields by id. A field that overruns its block, or a second zip64 or name field, is a lie."""
    fields: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(block):
        kind, size = struct.unpack_from("<2H", block, at)
        at += 4 + size
        if at > len(block) or (kind in fields and kind in (0x1, 0x7075)):
            raise BadZipError(CONTRADICTION, "extra fields that overrun or repeat", "each once", member=name)
        fields[kind] = block[at - size : at]
    if block[at:].strip(b"\0"):
        raise BadZipError(CONTRADICTION, "extra fields cut in the middle", "whole ones", member=name)
    return fields


def _check_entry(entry: Entry, limits: Limits) -> None:
    if entry.flags & _ENCRYPTED_FLAGS:
        raise BadZipError(
            ENCRYPTED, "an encrypted member", "a zip without password", _NO_PASSWORD, entry.name
        )
    if entry.flags & ~_KNOWN_FLAGS:
        raise BadZipError(
            METHOD, f"flag bits {entry.flags:#06x}", "only bits 1, 2, 3 and 11", member=entry.name
        )
    if entry.method not in (STORED, DEFLATED, BZIP2):
        raise BadZipError(
            METHOD, f"compression method {entry.method}", "stored or deflate", member=entry.name
        )
    kind = _FILE_TYPES.get(entry.mode >> 12, "special file")
    if kind or (entry.mode >> 12 == 0o4 and not entry.is_folder):
        found = f"a {kind or 'folder with a file name'}"
        raise BadZipError(NOT_A_FILE, found, "a file or a folder", _NO_LINKS, entry.name)
    if entry.is_folder and entry.size or entry.method == STORED and entry.size != entry.packed:
        raise BadZipError(
            CONTRADICTION, f"sizes {entry.packed:,} and {entry.size:,}", "sizes that fit", member=entry.name
        )
    _check_size(entry, limits)


_NO_PASSWORD = "Pack it again without a password."
_NO_LINKS = "Put a copy of the file in its place and pack it again."


def _check_size(entry: Entry, limits: Limits) -> None:
    if entry.size > limits.member_bytes:
        expected = f"at most {limits.member_bytes:,} (limit member_bytes)"
        raise BadZipError(LIMIT, f"a member of {entry.size:,} bytes", expected, _SMALLER, entry.name)
    if entry.size > limits.ratio_free_bytes and entry.size > limits.ratio * entry.packed:
        found = f"{entry.size:,} bytes packed into {entry.packed:,}"
        expected = f"at most {limits.ratio}:1 above {limits.ratio_free_bytes:,} bytes (limit ratio)"
        raise BadZipError(LIMIT, found, expected, _SMALLER, entry.name)


def _check_total(entries: list[Entry], limits: Limits) -> None:
    total = sum(entry.size for entry in entries)
    if total > limits.total_bytes:
        expected = f"at most {limits.total_bytes:,} (limit total_bytes)"
        raise BadZipError(LIMIT, f"{total:,} bytes unpacked", expected, _FEWER)


_SMALLER = "Use a folder in place of the zip, a smaller file, or raise the limit."


# ── the members' own headers ─────────────────────────────────────────────────────────────────────


def _check_spans(read: Read, entries: list[Entry], directory: int) -> None:
    """Local headers equal the directory, and the members tile the file from byte 0 to the directory."""
    position = 0
    ends = [entry.header for entry in entries[1:]] + [directory]
    for entry, following in zip(entries, ends, strict=True):
        if entry.header != position:
            found = f"{abs(entry.header - position):,} bytes {'before' if entry.header > position else 'shared with'} it"
            raise BadZipError(UNCLAIMED, found, "members one after another", member=entry.name)
        _read_local(read, entry)
        end = entry.start + entry.packed
        if end < following and entry.flags & _SIZES_FOLLOW:
            _check_descriptor(read(end, following - end) if following - end <= 24 else b"", entry)
        elif end != following:
            found = f"data up to byte {end:,}, and the next part at {following:,}"
            raise BadZipError(UNCLAIMED, found, "members one after another", member=entry.name)
        position = following
    if position != directory:
        raise BadZipError(UNCLAIMED, f"{directory:,} bytes in no member", "none")


def _read_local(read: Read, entry: Entry) -> None:
    block = read(entry.header, _LOCAL.size + len(entry.name))
    if len(block) < _LOCAL.size + len(entry.name) or block[:4] != b"PK\3\4":
        raise BadZipError(CONTRADICTION, "no header where its data should begin", "one", member=entry.name)
    _, _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack_from(block)
    name = block[_LOCAL.size :]
    if name_length != len(entry.name) or name != entry.name:
        other = read(entry.header + _LOCAL.size, min(name_length, 200)).decode("utf-8", "replace")
        raise BadZipError(CONTRADICTION, f"its own header names it {other!r}", "one name", member=entry.name)
    extra = read(entry.header + len(block), extra_length) if extra_length else b""
    if len(extra) < extra_length:
        raise BadZipError(
            CONTRADICTION, "a header that runs past the end", "one inside the file", member=name
        )
    size, packed = _widened(name, _extra(extra, name), size, packed)
    ours, theirs = (crc, packed, size), (entry.crc, entry.packed, entry.size)
    later = bool(flags & _SIZES_FOLLOW)
    if (flags, method) != (entry.flags, entry.method) or not all(
        mine == other or (later and mine == 0) for mine, other in zip(ours, theirs, strict=True)
    ):
        raise BadZipError(
            CONTRADICTION, "sizes, checksum or method differ in its two headers", "equal", member=name
        )
    entry.start = entry.header + len(block) + extra_length


def _check_descriptor(block: bytes, entry: Entry) -> None:
    """The sizes written after the data: with or without signature, 32 or 64 bits wide. (APPNOTE 4.3.9)"""
    values = (entry.crc, entry.packed, entry.size)
    for form in ("<LLL", "<LQQ"):
        if form == "<LLL" and max(values) > _FULL32:
            continue
        plain = struct.pack(form, *values)
        if block in (plain, b"PK\7\x08" + plain):
            return
    raise BadZipError(
        UNCLAIMED, "bytes after its data that are not its sizes", "sizes or nothing", member=entry.name
    )

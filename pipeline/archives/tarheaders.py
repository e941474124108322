"""The headers of a tar, from the first to the marker at its end, believed only where all say the same.

`tarfile` reads a block of 512 bytes into fields. The walk from header to header is our own: tarfile's takes a
damaged header for the end of the archive without a word, follows a size in a pax record that contradicts the
header, and knows no limits. (POSIX.1-2017 pax, GNU tar manual "Basic Tar Format"; CVE-2019-20907,
CVE-2025-8194, CVE-2025-62518.)
"""

from __future__ import annotations

import math
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.archives.endrecord import Read
from pipeline.archives.faults import (
    CONTRADICTION,
    CUT_OFF,
    HIDDEN_BYTES,
    METHOD,
    NOT_A_FILE,
    BadArchiveError,
    too_much,
)
from pipeline.archives.limits import Limits

BLOCK = tarfile.BLOCKSIZE

_ZEROS = bytes(BLOCK)
_CHUNK = 1024 * 1024
_LONGEST_NUMBER = 12
_GLOBAL, _PAX, _LONG_NAME, _LONG_LINK = b"g", b"x", b"L", b"K"
_KINDS: Mapping[bytes, Literal["file", "folder", "link"]] = {
    b"0": "file",
    b"\0": "file",
    b"7": "file",
    b"1": "link",
    b"5": "folder",
}
_REFUSED = {b"2": "a symbolic link", b"3": "a device", b"4": "a device", b"6": "a named pipe"}
_AGAIN = "The file is cut off or damaged: download or copy it again."
_COPY = "Put a copy of the file in its place and pack it again."


@dataclass(slots=True)
class Header:
    """A member: its name, of a folder with a slash at its end, and of a hard link whose file it is.

    `start` is the offset of its `size` bytes; `oddity` a phrase about what means nothing here, or empty.
    """

    name: str
    kind: Literal["file", "folder", "link"]
    target: str
    size: int
    start: int
    oddity: str


def is_header(block: bytes) -> bool:
    """Whether a file that begins so is a tar: the checksum of the first header fits."""
    try:
        tarfile.TarInfo.frombuf(block[:BLOCK], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True


def read_headers(read: Read, length: int, limits: Limits) -> Iterator[Header]:
    """Every member, in the order of the archive. Raises BadArchiveError at the first lie or excess."""
    position = members = 0
    longer: dict[bytes, bytes] = {}
    while info := _header(read, position):
        start, position = position + BLOCK, _after(info, position, length)
        members += 1
        if members > limits.members:
            raise too_much(f"more than {limits.members:,} members", "members", limits.members)
        if info.type not in (_GLOBAL, _PAX, _LONG_NAME, _LONG_LINK):
            yield _member(info, start, longer, limits)
            longer = {}
        elif info.size > limits.header_bytes:
            found = f"a header of {info.size:,} bytes"
            raise too_much(found, "header_bytes", limits.header_bytes, member=_raw(info.name))
        elif info.type == _GLOBAL:
            _check_global(read(start, info.size))
        elif info.type in longer:
            raise BadArchiveError(CONTRADICTION, "two long names for one member", "one")
        else:
            longer[info.type] = read(start, info.size)
    if longer:
        raise BadArchiveError(CUT_OFF, "a long name without its member", "a member after it", mend=_AGAIN)
    _check_end(read, position, length)


def _header(read: Read, position: int) -> tarfile.TarInfo | None:
    """The fields of a header; None for the marker at the end."""
    block = read(position, BLOCK)
    if len(block) < BLOCK:
        raise BadArchiveError(CUT_OFF, "no marker at its end", "two blocks of zeros", mend=_AGAIN)
    if block == _ZEROS:
        return None
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError) as error:
        found = f"a damaged header at byte {position:,}"
        raise BadArchiveError(CUT_OFF, found, "a header whose checksum fits", mend=_AGAIN) from error


def _after(info: tarfile.TarInfo, position: int, length: int) -> int:
    """Where the next header is."""
    size = info.size
    after = position + BLOCK + -(-size // BLOCK) * BLOCK
    if size < 0 or after > length:
        found = f"a size of {size:,} bytes, with {max(0, length - position - BLOCK):,} left"
        raise BadArchiveError(
            CUT_OFF, found, "a member inside the archive", mend=_AGAIN, member=_raw(info.name)
        )
    return after


def _check_end(read: Read, position: int, length: int) -> None:
    """Nothing but zeros after the last member."""
    while position < length:
        if read(position, _CHUNK).strip(b"\0"):
            raise BadArchiveError(HIDDEN_BYTES, "bytes after its end", "zeros, as tar writes them")
        position += _CHUNK


# ── one member ───────────────────────────────────────────────────────────────────────────────────


def _member(info: tarfile.TarInfo, start: int, longer: Mapping[bytes, bytes], limits: Limits) -> Header:
    pax = _records(longer.get(_PAX, b""))
    name = _longer(info.name, longer.get(_LONG_NAME), pax.get("path"))
    target = _longer(info.linkname, longer.get(_LONG_LINK), pax.get("linkpath"))
    kind = _kind(info, name, pax)
    if kind != "file" and info.size:
        found = f"a {kind} of {info.size:,} bytes"
        raise BadArchiveError(CONTRADICTION, found, "one without content", member=_raw(name))
    if info.size > limits.member_bytes:
        found = f"a member of {info.size:,} bytes"
        raise too_much(found, "member_bytes", limits.member_bytes, member=_raw(name))
    if kind == "folder":
        name = name.removesuffix("/") + "/"
    return Header(name, kind, target, info.size, start, _oddity(info, pax))


def _kind(info: tarfile.TarInfo, name: str, pax: Mapping[str, str]) -> Literal["file", "folder", "link"]:
    if info.type in _REFUSED:
        found = _REFUSED[info.type]
        raise BadArchiveError(NOT_A_FILE, found, "a file or a folder", mend=_COPY, member=_raw(name))
    if info.type not in _KINDS or any(key.startswith("GNU.sparse.") for key in pax):
        found = (
            f"a member of type {info.type.decode('latin-1')!r}"
            if info.type not in _KINDS
            else "a sparse file"
        )
        raise BadArchiveError(METHOD, found, "files, folders and hard links", member=_raw(name))
    if pax.get("size", str(info.size)) != str(info.size):
        found = f"a size of {info.size:,} bytes in one header and {pax['size']!r} in the other"
        raise BadArchiveError(CONTRADICTION, found, "the same number twice", member=_raw(name))
    return _KINDS[info.type]


def _longer(short: str, gnu: bytes | None, pax: str | None) -> str:
    """The name that counts. GNU and pax have headers for names over 100 bytes; both are two names."""
    if gnu is None:
        return short if pax is None else pax
    name = _text(gnu.rstrip(b"\0"))
    if pax not in (None, name):
        raise BadArchiveError(CONTRADICTION, f"a second name, {pax!r}", "one name", member=_raw(name))
    return name


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")


def _raw(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


# ── pax ──────────────────────────────────────────────────────────────────────────────────────────


def _records(block: bytes) -> dict[str, str]:
    """Lines of `LENGTH KEY=VALUE`; the length counts itself and the line end."""
    records: dict[str, str] = {}
    at = 0
    while at < len(block):
        digits, blank, _ = block[at : at + _LONGEST_NUMBER].partition(b" ")
        size = int(digits) if blank and digits.isdigit() else 0
        key, equals, value = block[at + len(digits) + 1 : at + size].partition(b"=")
        if not (key and equals and value.endswith(b"\n") and at + size <= len(block)):
            raise BadArchiveError(CONTRADICTION, "a pax record of another length", "the length it says")
        records[_text(key)] = _text(value[:-1])
        at += size
    return records


def _check_global(block: bytes) -> None:
    """A global header may comment (git does), and not name or size every member."""
    if not _records(block).keys().isdisjoint(("path", "linkpath", "size")):
        found = "one name or size for all members"
        raise BadArchiveError(CONTRADICTION, found, "comments in a global header")


# ── what means nothing here ──────────────────────────────────────────────────────────────────────

_LAST_SECOND = 253_402_300_799
"""9999-12-31T23:59:59Z; dates after it are none for most programs."""


def _oddity(info: tarfile.TarInfo, pax: Mapping[str, str]) -> str:
    if info.mode & 0o6000:
        return "setuid or setgid permissions, dropped"
    if not info.mode & 0o400:
        return "permissions that forbid reading it, dropped"
    if not 0 <= _number(info, pax, "mtime") <= _LAST_SECOND:
        return "a date that is none, dropped"
    if not all(0 <= _number(info, pax, key) < 1 << 32 for key in ("uid", "gid")):
        return "an owner that is none, dropped"
    if not (info.uname + info.gname).isprintable():
        return "an owner's name with control characters, dropped"
    return ""


def _number(info: tarfile.TarInfo, pax: Mapping[str, str], key: Literal["mtime", "uid", "gid"]) -> float:
    try:
        number = float(pax.get(key, getattr(info, key)))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadArchiveError(CONTRADICTION, f"{key} {pax[key]!r}", "a number", member=_raw(info.name))
    return number

"""Bytes of a text file → UTF-8 that is harmless to keep and to show, or every reason why not.

Authors' text ends up in PostgreSQL, XML, terminals and spreadsheets, so what any of these refuses or obeys
is refused here: NUL and control characters, half surrogates, noncharacters (Unicode 23.7). The usual case
costs a few memory scans; positions are worked out only for a refusal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from importers.bundle.faults import Fault, Spot
from schemas.findings import Rule

NOT_UTF8 = Rule("CW101", "not-utf8", "Text files are UTF-8, or UTF-16 with a byte order mark.")
FORBIDDEN_CHARACTER = Rule(
    "CW102",
    "forbidden-character",
    "Control characters, old line separators and noncharacters are not text.",
)
CONFLICT_MARKERS = Rule("CW103", "conflict-markers", "Git left both sides of a merge in the file.")
LFS_POINTER = Rule("CW104", "lfs-pointer", "The file is a note where Git LFS keeps the real one.")
EMPTY_FILE = Rule("CW105", "empty-file", "A file that is read needs something in it.")

LFS_SIZE = 1024
"""A pointer file is shorter than this, says the Git LFS specification."""

_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
# What libyaml's own reader lets through although it is on our list, as UTF-8 bytes. Substring searches only.
_RARE = (
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xa9",
    b"\xef\xb7",
    b"\xbf\xbe",
    b"\xbf\xbf",
    b"\xef\xbb\xbf",
)
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(p + 0xFFFE)}{chr(p + 0xFFFF)}" for p in range(0, 0x110000, 0x10000)
)

_CONFLICT = re.compile(rb"^(?:<{7} |>{7} )", re.MULTILINE)
_LFS = b"version https://git-lfs.github.com/spec/", b"version: https://git-lfs.github.com/spec/"


@cache
def forbidden() -> re.Pattern[str]:
    """What no text file may hold."""
    return re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff{_NONCHARACTERS}]")


@cache
def forbidden_in_values() -> re.Pattern[str]:
    """In a value, where escapes can say anything: U+2028 written as an escape is meant, CR never is."""
    return re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff{_NONCHARACTERS}]")


def harmless(data: bytes) -> bytes | None:
    """The text as UTF-8 without byte order mark and with LF line ends; None when it needs a closer look.

    Invalid UTF-8 and most control characters are left to the reader behind (libyaml, `str.decode`).
    """
    if data[:2] in _UTF16 and data[:4] not in _UTF32:
        try:
            data = data[2:].decode(_UTF16[data[:2]]).encode()
        except UnicodeDecodeError:
            return None
    elif data[:3] == b"\xef\xbb\xbf":
        data = data[3:]
    if any(rare in data for rare in _RARE) and _forbidden(data):
        return None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data


def _forbidden(data: bytes) -> bool:
    return forbidden().search(data.decode(errors="replace")) is not None


def is_lfs_pointer(data: bytes) -> bool:
    return data.startswith(_LFS)


def text_faults(name: str, data: bytes) -> Iterator[Fault]:
    """Every reason to refuse the bytes as text, with lines; nothing for good text."""
    if is_lfs_pointer(data):
        yield lfs_fault(name)
        return
    encoding_fault = _encoding_fault(name, data)
    if encoding_fault is not None:
        yield encoding_fault
        return
    yield from _character_faults(name, unmarked(data).decode())
    conflict = _CONFLICT.search(data)
    if conflict is not None:
        yield Fault(
            rule=CONFLICT_MARKERS,
            spot=Spot(name, mark=(data.count(b"\n", 0, conflict.start()) + 1, 1)),
            found="a git conflict marker",
            expected="one version of the text",
            mend="keep the side you want, delete the lines that start with <<<<<<<, ======= and >>>>>>>",
        )


def unmarked(data: bytes) -> bytes:
    """Decodable bytes with line ends and byte order mark out of the way, forbidden characters still in."""
    if data[:2] in _UTF16:
        data = data[2:].decode(_UTF16[data[:2]]).encode()
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def lfs_fault(name: str) -> Fault:
    return Fault(
        rule=LFS_POINTER,
        spot=Spot(name, mark=(1, 1)),
        found="a Git LFS pointer",
        expected="the file itself",
        mend="run `git lfs pull`, then try again",
    )


def _encoding_fault(name: str, data: bytes) -> Fault | None:
    found = _foreign_encoding(data)
    mark = (1, 1)
    if found is None:
        encoding = _UTF16.get(data[:2], "utf-8")
        try:
            (data[2:] if encoding != "utf-8" else data).decode(encoding)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding, errors="replace")
            mark = (before.count("\n") + 1, len(before) - before.rfind("\n"))
            found = f"byte 0x{error.object[error.start]:02X}, which is not {encoding.upper()}{_guess(error)}"
    if found is None:
        return None
    return Fault(
        rule=NOT_UTF8,
        spot=Spot(name, mark=mark),
        found=found,
        expected="text in UTF-8",
        mend="save the file as UTF-8 in your editor",
    )


def _foreign_encoding(data: bytes) -> str | None:
    if data[:4] in _UTF32:
        return "UTF-32"
    start = data[:64]
    if data[:2] not in _UTF16 and len(start) >= 4 and start.count(0) * 3 >= len(start):
        return "UTF-16 without a byte order mark"
    return None


def _guess(error: UnicodeDecodeError) -> str:
    if error.reason == "unexpected end of data":
        return " (the file ends inside a character: it was cut off)"
    byte = error.object[error.start : error.start + 1]
    letter = byte.decode("cp1252", errors="ignore")
    return f" (it is '{letter}' in Windows-1252)" if letter.isalpha() else ""


def _character_faults(name: str, text: str, limit: int = 10) -> Iterator[Fault]:
    for count, match in enumerate(forbidden().finditer(text)):
        if count == limit:
            return
        before = text[: match.start()]
        yield Fault(
            rule=FORBIDDEN_CHARACTER,
            spot=Spot(name, mark=(before.count("\n") + 1, len(before) - before.rfind("\n"))),
            found=described(match.group()),
            expected="printable text, spaces, tabs and line ends",
            mend="delete the character; it is often pasted along unseen",
        )


def described(character: str) -> str:
    """`U+001B`, with its name where Unicode has one."""
    name = unicodedata.name(character, _control_name(character))
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


def _control_name(character: str) -> str:
    known = {0x00: "NUL", 0x07: "BELL", 0x1B: "ESCAPE", 0x7F: "DELETE", 0x85: "NEXT LINE"}
    point = ord(character)
    if 0xD800 <= point <= 0xDFFF:
        return "half of a surrogate pair"
    return known.get(point, "control character" if point < 0xA0 else "noncharacter")

"""Bytes of a plain text file → text. Nothing in such a file says how it is encoded, so little is guessed.

A byte order mark decides; else it is UTF-8 if it can be, which other text hardly ever is by chance; else
Windows-1252, which is what Windows editors and spreadsheets of the western world write.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from typing import Final

from importers.shared.encoding import codec_of
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source

ENCODING: Final = Rule(
    "CW580", "text-encoding", "A text file is UTF-8, UTF-16 with its mark, or Windows-1252."
)

MAX_BYTES: Final = 16 * 1024 * 1024
HEAD_BYTES: Final = 65_536
"""How much of a file is looked at to recognise it."""
_CHARSET: Final = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{1,40})""", re.IGNORECASE)
_CHARSET_WITHIN: Final = 1_024
"""The HTML standard has it that early."""
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_RARELY: Final = 10
"""One byte in so many may be a NUL by accident; more are data."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class TextFile:
    """`text` has line feeds for line ends and no byte order mark; `note` tells of a guess."""

    text: str
    note: str = ""


def read(source: Source, name: str) -> TextFile:
    """A text file of a source. Raises RefusedError (CW580) for binary data, and for what is too long."""
    return decode(source.read(name, MAX_BYTES), source.place(name))


def read_page(source: Source, name: str) -> TextFile:
    """The same of a page, where a stray NUL means nothing, as it does to browsers."""
    data = source.read(name, MAX_BYTES)
    stray = data.count(b"\0")
    if not stray or data.startswith(_WIDE) or stray * _RARELY > len(data):
        return decode(data, source.place(name))
    return replace(decode(data.replace(b"\0", b""), source.place(name)), note="NUL characters taken out")


def head(source: Source, name: str) -> str:
    """The beginning of a file, to recognise it by; "" when it is not text."""
    with source.open(name) as file:
        data = file.read(HEAD_BYTES)
    if len(data) == HEAD_BYTES:
        data = data[: data.rfind(b"\n") + 1]
        data += b"\0" if data.startswith(_WIDE) and len(data) % 2 else b""
    try:
        return decode(data, name).text
    except RefusedError:
        return ""


def decode(data: bytes, place: str) -> TextFile:
    """A page of HTML may name its encoding. Raises RefusedError (CW580) with the line of what is no text."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return TextFile(_lines(_decoded(data[len(mark) :], codec, place)))
    if b"\0" in data:
        raise _refusal(data, data.index(b"\0"), place)
    declared = _CHARSET.search(data[:_CHARSET_WITHIN])
    named = codec_of(declared[1].decode("ascii", "replace")) if declared else None
    if named and named != "utf-8":
        return TextFile(_lines(_decoded(data, named, place)))
    try:
        return TextFile(_lines(data.decode()))
    except UnicodeDecodeError:
        return TextFile(_lines(_decoded(data, "cp1252", place)), "not UTF-8: read as Windows-1252")


def _decoded(data: bytes, codec: str, place: str) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise _refusal(data, error.start, place) from None
    if "\0" in text:
        raise _refusal(data, 0, place)
    return text


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refusal(data: bytes, start: int, place: str) -> RefusedError:
    line = data.count(b"\n", 0, start) + 1
    return RefusedError(
        [
            Finding(
                rule=ENCODING,
                location=Location(place, line),
                found=f"byte 0x{data[start]:02X}, which is no text",
                expected="text in UTF-8",
                mend="save the file as UTF-8 text",
            )
        ]
    )

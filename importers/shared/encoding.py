"""Bytes of an XML document → text, before any XML parser sees them.

Decoding here, strictly and from a closed list, means that the parser is only ever fed UTF-8: documents
in UTF-7 or EBCDIC that hide a declaration from one reader and show it to another do not exist for us.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location

ENCODING: Final = Rule(
    "CW501", "xml-encoding", "The bytes of an XML file must be text in the encoding it names."
)
VERSION: Final = Rule("CW502", "xml-version", "Only XML 1.0 is read.")

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8", frozenset({"utf-8", "utf8"})),
    (codecs.BOM_UTF16_LE, "utf-16-le", frozenset({"utf-16", "utf-16le"})),
    (codecs.BOM_UTF16_BE, "utf-16-be", frozenset({"utf-16", "utf-16be"})),
)
_CODECS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    # Authors who say Latin-1 and type curly quotes mean what browsers take it for (WHATWG Encoding).
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-2": "iso-8859-2",
    "iso-8859-15": "iso-8859-15",
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "shift_jis": "cp932",
    "euc-jp": "euc-jp",
    "euc-kr": "euc-kr",
    "koi8-r": "koi8-r",
}
"""Encodings that authoring tools write. Python knows stranger ones (zlib, idna, utf-7): not for input."""

_DECLARATION: Final = re.compile(
    r"""<\?xml\s+version\s*=\s*["'](?P<version>[^"']*)["'](?:\s+encoding\s*=\s*["'](?P<encoding>[^"']*)["'])?"""
)


def codec_of(declared: str) -> str | None:
    """Python's name of an encoding that a document names; None of one that is not for input."""
    return _CODECS.get(declared.strip().lower())


def decode(data: bytes, place: str) -> str:
    """The document's text, its line ends line feeds (XML 1.0 §2.11), without a byte order mark.

    Raises RefusedError for bytes that are not what the document says, and for XML versions but 1.0.
    """
    for mark, codec, names in _BYTE_ORDER_MARKS:
        if data.startswith(mark) and not data.startswith(codecs.BOM_UTF32_LE):
            text = _decode(data[len(mark) :], codec, place)
            declared = _declared(text, place)
            if declared and declared not in names:
                raise _refusal(
                    place, f"a byte order mark of {codec.upper()} and a declaration of {declared!r}"
                )
            return text
    if b"\0" in data[:4]:
        raise _refusal(place, "UTF-16 or UTF-32 without a byte order mark, or binary data")
    declared = _declared(data[:200].decode("latin-1"), place) or "utf-8"
    if declared not in _CODECS:
        raise _refusal(
            place, f"encoding {declared!r}" + (" without a byte order mark" * (declared == "utf-16"))
        )
    return _decode(data, _CODECS[declared], place)


def _declared(head: str, place: str) -> str | None:
    match = _DECLARATION.match(head)
    if not match:
        return None
    if match["version"] != "1.0":
        found = f"XML version {match['version']!r}"
        mend = 'write <?xml version="1.0" encoding="UTF-8"?>'
        raise RefusedError(
            [Finding(rule=VERSION, location=Location(place, 1, 1), found=found, expected="1.0", mend=mend)]
        )
    return match["encoding"].lower() if match["encoding"] else None


def _decode(data: bytes, codec: str, place: str) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal(place, f"byte 0x{data[error.start]:02X}, which is not {codec.upper()}", line) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refusal(place: str, found: str, line: int = 1) -> RefusedError:
    finding = Finding(
        rule=ENCODING,
        location=Location(place, line),
        found=found,
        expected="text in UTF-8, or in the encoding that the XML declaration names",
        mend="save the file as UTF-8, with an XML declaration that says UTF-8 or none",
    )
    return RefusedError([finding])

"""What the first bytes of a file say it is, whatever its name.

Sources: WHATWG MIME Sniffing (sections 6 and 7), PNG (ISO/IEC 15948), GIF89a, the WebP container
specification, JPEG (ITU T.81).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Final, Literal

Family = Literal[
    "7z", "aac", "avi", "bmp", "executable", "flac", "gif", "gzip", "html", "ico", "iso-media", "jpeg",
    "matroska", "mp3", "mvg", "ogg", "ole", "pdf", "playlist", "png", "policy", "postscript", "rtf", "svg",
    "text", "unknown", "vtt", "wav", "webp", "woff", "xml", "zip",
]  # fmt: skip

TEXTUAL: Final[frozenset[Family]] = frozenset({"text", "html", "svg", "xml", "vtt"})

_STARTS: Final[tuple[tuple[bytes, Family], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"\xff\xf1", "aac"),
    (b"\xff\xf9", "aac"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x7fELF", "executable"),
    (b"\xcf\xfa\xed\xfe", "executable"),
    (b"\xca\xfe\xba\xbe", "executable"),
    (b"%PDF-", "pdf"),
    (b"%!PS", "postscript"),
    (b"{\\rtf", "rtf"),
)
# These are words too: "BMW" and "MZ" start honest text files, so they count only in binary ones.
_BINARY_STARTS: Final[tuple[tuple[bytes, Family], ...]] = (
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"ID3", "mp3"),
    (b"wOFF", "woff"),
    (b"wOF2", "woff"),
    (b"MZ", "executable"),
)
_TEXT_STARTS: Final[tuple[tuple[bytes, Family], ...]] = (
    (b"WEBVTT", "vtt"),
    (b"#EXTM3U", "playlist"),
    (b"push graphic-context", "mvg"),
)
_RIFF: Final[dict[bytes, Family]] = {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}
_QUICKTIME_ATOMS: Final = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
# MPEG audio frames without an ID3 tag: layer III of MPEG 1, 2 and 2.5, with and without CRC.
_MP3_FRAME: Final = re.compile(rb"\xff[\xfb\xfa\xf3\xf2\xe3\xe2]")
_HTML: Final = re.compile(
    rb"<(!doctype\s+html|html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p|img|form)\b",
    re.IGNORECASE,
)
_XML_PROLOGUE: Final = re.compile(
    rb"(\s*(<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>))*\s*", re.DOTALL
)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def sniff(head: bytes) -> Family:
    """Names the kind of bytes. `unknown` is binary of no known kind."""
    for start, family in _STARTS:
        if head.startswith(start):
            return family
    if _MP3_FRAME.match(head):
        return "mp3"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"  # UTF-16, the only text with NUL bytes
    return _sniff_binary(head) if b"\0" in head else _sniff_text(head)


def _sniff_binary(head: bytes) -> Family:
    for start, family in _BINARY_STARTS:
        if head.startswith(start):
            return family
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "unknown")
    return "iso-media" if head[4:8] in _QUICKTIME_ATOMS else "unknown"


def _sniff_text(head: bytes) -> Family:
    text = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    for start, family in _TEXT_STARTS:
        if text.startswith(start):
            return family
    return _sniff_markup(text) if text.startswith(b"<") else "text"


def _sniff_markup(text: bytes) -> Family:
    if _HTML.match(text):
        return "html"
    prologue = _XML_PROLOGUE.match(text)
    root = text[prologue.end() :] if prologue else text
    if re.match(rb"<([\w.-]+:)?svg\b", root):
        return "svg"
    if root.startswith((b"<cross-domain-policy", b"<access-policy")):
        return "policy"
    return "html" if _HTML.match(root) else "xml"


# ── images ───────────────────────────────────────────────────────────────────────────────────────


def dimensions(head: bytes, family: Family) -> tuple[int, int] | None:
    """Width and height in pixels as the header claims; None when the bytes shown do not tell."""
    read = _DIMENSIONS.get(family)
    try:
        return read(head) if read else None
    except struct.error:
        return None


def _png(head: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def _gif(head: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", head, 6)
    return width, height


def _webp(head: bytes) -> tuple[int, int] | None:
    chunk = head[12:16]
    if chunk == b"VP8X":
        (wide, width, high, height) = struct.unpack_from("<HBHB", head, 24)
        return wide + (width << 16) + 1, high + (height << 16) + 1
    if chunk == b"VP8L":
        (bits,) = struct.unpack_from("<I", head, 21)
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None  # VP8 holds at most 16,383 × 16,383 in 4:2:0, and every browser bounds it


def _jpeg(head: bytes) -> tuple[int, int] | None:
    """Walks the segments to the frame header; it may lie behind a long preview, and is then not seen."""
    offset = 2
    while offset + 9 <= len(head) and head[offset] == 0xFF:
        marker = head[offset + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", head, offset + 5)
            return width, height
        offset += 2 + struct.unpack_from(">H", head, offset + 2)[0]
    return None


_DIMENSIONS: Final[dict[str, Callable[[bytes], tuple[int, int] | None]]] = {
    "png": _png,
    "gif": _gif,
    "webp": _webp,
    "jpeg": _jpeg,
}


def overclaims(head: bytes, family: Family, *, complete: bool) -> bool:
    """Whether a WebP container contradicts itself: a chunk or a file larger than the bytes that are there."""
    if family != "webp" or len(head) < 20:
        return False
    (riff,) = struct.unpack_from("<I", head, 4)
    (chunk,) = struct.unpack_from("<I", head, 16)
    return chunk + 12 > riff or (complete and riff + 8 > len(head))

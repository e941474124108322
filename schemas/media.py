"""Media: one table from file extension to media type, and everything decided from it.

The type comes from the author's extension and never from the machine's own MIME table, so the same
bundle means the same on every machine. Bytes that contradict the extension are refused (`verdict`).
Rows are added, never changed: tenants hold storage keys made from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal, NamedTuple

from schemas.signatures import TEXTUAL, Family, dimensions, overclaims, sniff

Use = Literal["video", "image", "subtitles", "document", "any"]

MIB: Final = 1024 * 1024
HEAD_BYTES: Final = 4096
"""What `verdict` wants to see: the first bytes of a file, or all of a shorter one."""
CEILINGS: Final[dict[Use, int]] = {
    "video": 5120 * MIB,
    "image": 20 * MIB,
    "subtitles": 5 * MIB,
    "document": 256 * MIB,
    "any": 2048 * MIB,
}
"""Largest size in bytes that is taken for a use."""
PIXEL_CEILING: Final = 8192 * 8192
"""Larger images exhaust whoever makes thumbnails; it also bars GIFs whose size is really JavaScript."""


@dataclass(frozen=True, slots=True)
class _Type:
    """`extensions[0]` is the one in storage keys. `active`: a browser that opens it may run scripts."""

    name: str
    extensions: tuple[str, ...]
    families: frozenset[Family]
    use: Use = "any"
    inline: bool = False
    packed: bool = False
    active: bool = False


def _image(name: str, *extensions: str, family: Family, packed: bool = True) -> _Type:
    return _Type(name, extensions, frozenset({family}), use="image", inline=True, packed=packed)


def _played(name: str, *extensions: str, family: Family, use: Use = "any") -> _Type:
    return _Type(name, extensions, frozenset({family}), use=use, inline=True, packed=True)


def _file(name: str, *extensions: str, family: Family, packed: bool = True) -> _Type:
    return _Type(name, extensions, frozenset({family}), packed=packed)


def _text(name: str, *extensions: str, active: bool = False) -> _Type:
    return _Type(name, extensions, TEXTUAL, active=active)


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument"

_TYPES: Final = (
    _image("image/png", ".png", family="png"),
    _image("image/jpeg", ".jpg", ".jpeg", family="jpeg"),
    _image("image/gif", ".gif", family="gif"),
    _image("image/webp", ".webp", family="webp"),
    _image("image/avif", ".avif", family="iso-media"),
    _image("image/bmp", ".bmp", family="bmp", packed=False),
    _image("image/x-icon", ".ico", family="ico", packed=False),
    _Type("image/svg+xml", (".svg",), frozenset({"svg"}), use="image", active=True),
    _played("video/mp4", ".mp4", ".m4v", family="iso-media", use="video"),
    _played("video/webm", ".webm", family="matroska", use="video"),
    _played("video/ogg", ".ogv", family="ogg", use="video"),
    _played("video/quicktime", ".mov", family="iso-media", use="video"),
    _played("audio/mpeg", ".mp3", family="mp3"),
    _played("audio/mp4", ".m4a", family="iso-media"),
    _played("audio/ogg", ".ogg", ".oga", ".opus", family="ogg"),
    _played("audio/flac", ".flac", family="flac"),
    _played("audio/aac", ".aac", family="aac"),
    _Type("audio/wav", (".wav",), frozenset({"wav"}), inline=True),
    _Type("text/vtt", (".vtt",), frozenset({"vtt"}), use="subtitles", inline=True),
    _Type("application/pdf", (".pdf",), frozenset({"pdf"}), use="document", inline=True, packed=True),
    _file("application/zip", ".zip", family="zip"),
    _file("application/epub+zip", ".epub", family="zip"),
    _file("application/gzip", ".gz", ".tgz", family="gzip"),
    _file("application/x-7z-compressed", ".7z", family="7z"),
    _file(f"{_OFFICE}.wordprocessingml.document", ".docx", family="zip"),
    _file(f"{_OFFICE}.spreadsheetml.sheet", ".xlsx", family="zip"),
    _file(f"{_OFFICE}.presentationml.presentation", ".pptx", family="zip"),
    _file(f"{_OPEN_DOCUMENT}.text", ".odt", family="zip"),
    _file(f"{_OPEN_DOCUMENT}.spreadsheet", ".ods", family="zip"),
    _file(f"{_OPEN_DOCUMENT}.presentation", ".odp", family="zip"),
    _file("application/msword", ".doc", family="ole", packed=False),
    _file("application/vnd.ms-excel", ".xls", family="ole", packed=False),
    _file("application/vnd.ms-powerpoint", ".ppt", family="ole", packed=False),
    _file("application/rtf", ".rtf", family="rtf", packed=False),
    _file("font/woff", ".woff", family="woff"),
    _file("font/woff2", ".woff2", family="woff"),
    _text(
        "text/plain", ".txt", ".log", ".tex", ".sql", ".py", ".r", ".java", ".c", ".h", ".cpp", ".cs", ".sh"
    ),
    _text("text/markdown", ".md"),
    _text("text/csv", ".csv"),
    _text("text/tab-separated-values", ".tsv"),
    _text("text/calendar", ".ics"),
    _text("application/x-subrip", ".srt"),
    _text("application/json", ".json", ".ipynb", ".geojson"),
    _text("application/yaml", ".yaml", ".yml"),
    _text("text/html", ".html", ".htm", active=True),
    _text("application/xhtml+xml", ".xhtml", active=True),
    _text("application/xml", ".xml", ".xsd", ".xsl", active=True),
    _text("text/javascript", ".js", ".mjs", active=True),
    _text("text/css", ".css", active=True),
)
_BY_NAME: Final = {kind.name: kind for kind in _TYPES}
_BY_EXTENSION: Final = {extension: kind for kind in _TYPES for extension in kind.extensions}


# ── types ────────────────────────────────────────────────────────────────────────────────────────


def media_type_of(path: str) -> str | None:
    """The media type that a file's extension stands for; None when publishing it is not allowed."""
    kind = _BY_EXTENSION.get(PurePosixPath(path).suffix.lower())
    return kind.name if kind else None


def fits(use: Use, media_type: str) -> bool:
    """Whether files of a type may be used so: a thumbnail must be an image, a pdf content a PDF."""
    return use == "any" or _BY_NAME[media_type].use == use


def extensions(use: Use) -> tuple[str, ...]:
    """Every extension that fits a use, in the table's order; for messages."""
    return tuple(extension for kind in _TYPES if fits(use, kind.name) for extension in kind.extensions)


def is_packed(path: str) -> bool:
    """Whether the bytes are compressed already, so that deflating them again is wasted time."""
    kind = _BY_EXTENSION.get(PurePosixPath(path).suffix.lower())
    return kind is not None and kind.packed


def is_active(media_type: str) -> bool:
    """Whether a browser that opens such a file may run scripts in it."""
    return _BY_NAME[media_type].active


# ── storage ──────────────────────────────────────────────────────────────────────────────────────


class Headers(NamedTuple):
    """What an object is stored and served with."""

    content_type: str
    disposition: Literal["inline", "attachment"]


def storage_key(digest: str, media_type: str) -> str:
    """`sha256/ab/<64 hex><.ext>`, relative to the store. Raises KeyError for a type not in the table.

    The extension follows from the type, so the same bytes as .jpg and .jpeg are one object. Files that
    a browser could run (except SVG, which is useless under another type) get `.txt`: even a plain
    web server in front of a folder then serves them as text.
    """
    return f"sha256/{digest[:2]}/{digest}{_stored(media_type).extensions[0]}"


def headers(media_type: str) -> Headers:
    """How to serve such a file: inline only what a player or viewer shows, everything else as a download."""
    stored = _stored(media_type)
    charset = "; charset=utf-8" if stored.name == "text/plain" else ""
    return Headers(stored.name + charset, "inline" if stored.inline else "attachment")


def _stored(media_type: str) -> _Type:
    kind = _BY_NAME[media_type]
    return _BY_NAME["text/plain"] if kind.active and kind.use == "any" else kind


# ── bytes against names ──────────────────────────────────────────────────────────────────────────


class Objection(NamedTuple):
    """Why a file is refused, in the words of a finding."""

    found: str
    expected: str
    mend: str


def verdict(path: str, head: bytes) -> Objection | None:
    """Judges a file by its name and its first `HEAD_BYTES` bytes (all of a shorter file); None is good.

    It keeps honest mistakes and disguises out; it is no virus scanner. What a browser does with the
    bytes is settled by the stored content type, never by the bytes.
    """
    kind = _BY_EXTENSION.get(PurePosixPath(path).suffix.lower())
    if kind is None:
        return _unknown_type(path)
    if not head:
        return Objection(
            "an empty file", "a file with content", "put the real file there, or remove the reference"
        )
    family = sniff(head)
    if family not in kind.families:
        return _disguise(path, family, kind)
    return _impossible(head, family)


def _unknown_type(path: str) -> Objection:
    suffix = PurePosixPath(path).suffix
    return Objection(
        f"files of type {suffix!r}" if suffix else "a file without an extension",
        f"one of {' '.join(extensions('any'))}",
        "convert the file to one of these types, or put it into a .zip",
    )


def _disguise(path: str, family: Family, kind: _Type) -> Objection:
    return Objection(
        f"a {PurePosixPath(path).suffix} file whose bytes are {family}",
        f"bytes of {kind.name}",
        "give the file the extension of what it is, or export it again from the program that made it",
    )


def _impossible(head: bytes, family: Family) -> Objection | None:
    if overclaims(head, family, complete=len(head) < HEAD_BYTES):
        return Objection(
            f"a {family} file that claims more bytes than it has",
            "a complete file",
            "copy or export the file again",
        )
    size = dimensions(head, family)
    if size and size[0] * size[1] > PIXEL_CEILING:
        return Objection(
            f"an image of {size[0]} × {size[1]} pixels",
            f"at most {PIXEL_CEILING // 1_000_000} megapixels",
            "scale the image down",
        )
    return None

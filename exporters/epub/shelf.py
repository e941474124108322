"""The media of a book: which of them readers of EPUB can show (EPUB 3.3, section 3.2) goes along."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator
from typing import Final, Literal

from lxml import etree

from exporters.shared.places import media_place
from schemas.model import Bundle, Media
from schemas.source import Files

Use = Literal["image", "audio", "video", "track"]

CORE: Final[dict[Use, frozenset[str]]] = {
    "image": frozenset(("image/gif", "image/jpeg", "image/png", "image/svg+xml", "image/webp")),
    "audio": frozenset(("audio/mpeg", "audio/mp4")),
    "video": frozenset(("video/mp4", "video/webm")),
    "track": frozenset(("text/vtt",)),
}
"""Films have no core type; these two are what readers play. Ogg is core only with Opus in it."""
UNUSED: Final = "nothing in the book shows it"
_UNFIT: Final = re.compile(r"[^A-Za-z0-9._/-]+")
_ADDRESSES: Final = re.compile(r"(^|\})(href|src)$")
_ACTIVE: Final = frozenset(("script", "foreignObject", "iframe", "audio", "video", "handler"))
_STYLED_FROM_ELSEWHERE: Final = re.compile(r"@import|url\(\s*[\"']?(?!#|data:)")
_LARGEST_DRAWING: Final = 8 * 1024 * 1024


def shelved(path: str) -> str:
    """Where a file lies in the book; a name that readers may spell otherwise (OCF 4.2.2) gets a plain one."""
    own = media_place(path)
    plain = _UNFIT.sub("-", own)
    if plain == own:
        return own
    stem, extension = posixpath.splitext(plain)
    return f"{stem}-{hashlib.sha256(path.encode()).hexdigest()[:8]}{extension}"


class Shelf:
    """Takes along what pages show. `used` are the files that are in the book, in the order of their paths."""

    def __init__(self, bundle: Bundle, files: Files) -> None:
        self._media = {media.path: media for media in bundle.media}
        self._files = files
        self._used: dict[str, Media] = {}
        self._reasons: dict[str, str] = {}

    def take(self, path: str, use: Use) -> str | None:
        """The place of a file in the book; None when it cannot be shown there, and `reason` tells why."""
        media = self._media.get(path)
        if media is None:
            return None
        reason = self._reasons.get(path) or self._unfit(media, use)
        if reason:
            self._reasons[path] = reason
            return None
        self._used[path] = media
        return shelved(path)

    def name(self, path: str, reason: str) -> None:
        """Why a file that the book speaks of is not in it."""
        self._reasons.setdefault(path, reason)

    def reason(self, path: str) -> str:
        return self._reasons.get(path, UNUSED)

    @property
    def used(self) -> list[Media]:
        return [self._used[path] for path in sorted(self._used)]

    def _unfit(self, media: Media, use: Use) -> str:
        if media.media_type not in CORE[use]:
            return f"readers of EPUB need not show {media.media_type}"
        if media.media_type != "image/svg+xml":
            return ""
        if media.size > _LARGEST_DRAWING:
            return "an SVG of this size is more than readers take"
        return _unfit_drawing(self._files, media.path)


def _unfit_drawing(files: Files, path: str) -> str:
    """Why an SVG cannot be shown: a book has no scripts, and its pictures nothing from elsewhere."""
    try:
        with files.open(path) as stream:
            return next(_faults(stream.read()), "")
    except etree.XMLSyntaxError:
        return "the SVG is not well-formed"


def _faults(data: bytes) -> Iterator[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None and b"<!ENTITY" in data:
        yield "the SVG declares entities"
    for element in root.iter(etree.Element):
        if str(element.tag).rpartition("}")[2] in _ACTIVE:
            yield "the SVG has something active in it"
        if _STYLED_FROM_ELSEWHERE.search((element.text or "") + element.get("style", "")):
            yield "the SVG shows something from elsewhere"
        for name, value in element.attrib.items():
            if str(name).startswith("on"):
                yield "the SVG has scripts in it"
            if _ADDRESSES.search(str(name)) and not str(value).startswith(("#", "data:image/")):
                yield "the SVG shows something from elsewhere"

"""The media of a bundle that is being made: each file once, under a name that bundles may have.

Equal bytes are one file, whatever they were called. Files stay where they are and are streamed when the
bundle is written, so memory does not grow with them.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from importers.shared import package
from schemas.media import CEILINGS, HEAD_BYTES, MIB, Use, fits, media_type_of, verdict
from schemas.model import Media
from schemas.source import Source

_ODD: Final = re.compile(r"[^\w.()+@=,-]+")
_DOCUMENT: Final = re.compile(r"\.(md|ya?ml)$", re.IGNORECASE)
"""Names that mean pages and documents in a bundle: such files go into a zip to be media."""
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LONGEST_PART: Final = 80
_CHUNK: Final = 1024 * 1024
_DATA: Final = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)?(?:;[\w=-]+)*?(?P<base64>;base64)?,", re.ASCII)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file cannot be media as it is, in words for the report."""

    reason: str


class Shelf:
    """Implements `schemas.source.Files` for the media put on it."""

    def __init__(self, source: Source, folder: str = "media") -> None:
        self._source = source
        self._folder = folder
        self._media: dict[str, Media] = {}
        self._openers: dict[str, Callable[[], BinaryIO]] = {}
        self._by_digest: dict[tuple[str, str], str] = {}
        self._by_name: dict[tuple[str, str], str | Refused] = {}
        self._taken: set[str] = set()

    @property
    def media(self) -> tuple[Media, ...]:
        """As `Bundle.media` wants them: sorted by path."""
        return tuple(self._media[path] for path in sorted(self._media))

    def open(self, name: str) -> BinaryIO:
        return self._openers[name]()

    def put(self, name: str, *, called: str = "", use: Use = "any") -> str | Refused:
        """A file of the source as media: its path in the bundle. `called` is its name for people, where the
        source's own is none (a hash). Raises KeyError when the source has no such file.
        """
        key = (name, called)
        if key not in self._by_name:
            self._by_name[key] = self._put(name, called or name)
        found = self._by_name[key]
        return found if isinstance(found, Refused) else self._for(use, found)

    def put_bytes(self, called: str, data: bytes, *, use: Use = "any") -> str | Refused:
        """Bytes that stood inside another file (base64 in XML, a data: address)."""
        objection = _objection(called, data[:HEAD_BYTES], len(data))
        if objection:
            return objection
        digest = hashlib.sha256(data).hexdigest()
        return self._for(use, self._keep(called, digest, len(data), lambda: io.BytesIO(data)))

    def put_data(self, address: str, called: str) -> str | Refused:
        """The file in a `data:` address (RFC 2397); `called` is its name without extension."""
        parsed = _of_data(address)
        if parsed is None:
            return Refused("a data: address that cannot be read")
        kind, data = parsed
        extension = _EXTENSIONS.get(kind)
        return (
            self.put_bytes(called + extension, data) if extension else Refused(f"a data: address of {kind}")
        )

    def pack(self, called: str, names: Iterable[str]) -> str:
        """Files of the source as one zip: for what is no media by itself, or only plays together."""
        return self.pack_as(called, {name: name for name in names})

    def pack_as(self, called: str, members: Mapping[str, str]) -> str:
        """The same under other names: `members` are names of the source by those in the zip."""
        path = self._path(f"{called.removesuffix('.zip')}.zip")
        return self._packed(package.of_source(path, self._source, members))

    def pack_bytes(self, called: str, members: Iterable[tuple[str, bytes]]) -> str:
        """The same of bytes: for pieces of a file, such as the source of what was not converted."""
        path = self._path(f"{called.removesuffix('.zip')}.zip")
        return self._packed(package.of_bytes(path, members))

    def _packed(self, packed: package.Package) -> str:
        path, digest = packed.media.path, packed.media.digest
        known = self._by_digest.get((digest, ".zip"))
        if known:
            return known
        self._media[path] = packed.media
        self._openers[path] = lambda: packed.open(path)
        self._by_digest[digest, ".zip"] = path
        return path

    def _put(self, name: str, called: str) -> str | Refused:
        size = self._source.size(name)
        digest = hashlib.sha256()
        with self._source.open(name) as file:
            head = file.read(HEAD_BYTES)
            objection = _objection(called, head, size)
            if objection:
                return objection
            digest.update(head)
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return self._keep(called, digest.hexdigest(), size, lambda: self._source.open(name))

    def _keep(self, called: str, digest: str, size: int, opener: Callable[[], BinaryIO]) -> str:
        extension = PurePosixPath(called).suffix.lower()
        known = self._by_digest.get((digest, extension))
        if known:
            return known
        path = self._path(called, digest)
        kind = media_type_of(path)
        assert kind is not None, "judged before"
        self._media[path] = Media(path=path, digest=digest, size=size, media_type=kind)
        self._openers[path] = opener
        self._by_digest[digest, extension] = path
        return path

    def _path(self, called: str, digest: str = "") -> str:
        """A path for a name: readable, and not taken by other bytes."""
        path = f"{self._folder}/{tidy(called)}"
        stem, suffix = path[: -len(PurePosixPath(path).suffix) or None], PurePosixPath(path).suffix
        mark = digest or hashlib.sha256(called.encode()).hexdigest()
        for length in (0, 8, 64):
            candidate = f"{stem}-{mark[:length]}{suffix}" if length else path
            key = unicodedata.normalize("NFKC", candidate).casefold()
            if key not in self._taken:
                self._taken.add(key)
                return candidate
        raise AssertionError("two files with one digest")

    def _for(self, use: Use, path: str) -> str | Refused:
        media = self._media[path]
        if not fits(use, media.media_type):
            return Refused(f"{media.media_type}, which is no {use}")
        if media.size > CEILINGS[use]:
            return Refused(f"{media.size / MIB:,.0f} MiB, more than the {CEILINGS[use] // MIB:,} for {use}")
        return path


def tidy(called: str) -> str:
    """A file name of any system as one that bundles may have; its folders stay.

    `Übung 1/a: b?.PNG` → `Übung-1/a-b.png`.
    """
    parts = [_tidy(part) for part in unicodedata.normalize("NFC", called).replace("\\", "/").split("/")]
    path = "/".join(part for part in parts if part) or "file"
    suffix = PurePosixPath(path).suffix
    return path[: -len(suffix) or None] + suffix.lower()


def _tidy(part: str) -> str:
    plain = _ODD.sub("-", part).strip("-. ")
    suffix = PurePosixPath(plain).suffix
    stem = plain[: -len(suffix) or None].rstrip("-. ")
    whole = f"{stem[: _LONGEST_PART - len(suffix)]}{suffix}" if stem else plain[:_LONGEST_PART]
    return f"file-{whole}" if _DEVICE.match(whole) else whole


def _objection(called: str, head: bytes, size: int) -> Refused | None:
    if _DOCUMENT.search(called):
        return Refused("a name that means a document of the bundle")
    found = verdict(called, head)
    if found:
        return Refused(found.found)
    return Refused(f"{size / MIB:,.0f} MiB") if size > max(CEILINGS.values()) else None


_EXTENSIONS: Final = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "application/pdf": ".pdf",
}


def _of_data(address: str) -> tuple[str, bytes] | None:
    import binascii
    from base64 import b64decode
    from urllib.parse import unquote_to_bytes

    match = _DATA.match(address)
    if not match:
        return None
    data = unquote_to_bytes(address[match.end() :])
    try:
        return match["type"] or "text/plain", b64decode(data) if match["base64"] else data
    except (binascii.Error, ValueError):
        return None

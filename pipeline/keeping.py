"""A release's bundle in the media store: its documents and pages in one small file, named by its bytes.

The file is gzipped JSON lines: first what the media are (they are in the store by content already), then
one `[name, text]` a document or page. No zip, because a bundle may have more files than a zip may.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson

from schemas.findings import Finding
from schemas.media import storage_key
from schemas.model import Bundle, Media
from schemas.source import Reading, Source

if TYPE_CHECKING:
    from loaders.media import Store

_TYPE: Final = "application/gzip"
_FASTEST: Final = 1  # a fifth larger than the best and five times as fast


@dataclass(frozen=True, slots=True)
class Kept:
    """A packed bundle. `digest` is the SHA-256 of `data`, in hex."""

    data: bytes = field(repr=False)
    digest: str


def pack(bundle: Bundle) -> Kept:
    """Everything a bundle says, without the bytes of its media."""
    from exporters.bundle import write

    lines = _Lines()
    lines.add([[one.path, one.digest, one.size, one.media_type] for one in bundle.media])
    write(replace(bundle, media=()), _NoFiles(), lines)
    data = gzip.compress(b"".join(lines.written), _FASTEST, mtime=0)
    return Kept(data, hashlib.sha256(data).hexdigest())


def keep(store: Store, kept: Kept) -> None:
    """Puts a packed bundle into the store, unless it is there."""
    store.put(storage_key(kept.digest, _TYPE), lambda: io.BytesIO(kept.data), len(kept.data), _TYPE)


def recall(store: Store, digest: str, label: str) -> tuple[Source, Reading]:
    """The bundle that was kept under `digest`, and its documents. Its media are opened from the store.

    Raises CoursewrightError when the store lost or damaged it, RefusedError when its documents are not
    sound any more by the rules of this version.
    """
    from loaders.media.upload import StoreFiles

    file = Media(path=label, digest=digest, size=0, media_type=_TYPE)
    with StoreFiles(store, [file]).open(label) as stream:
        data = stream.read()
    return unpack(data, label, store)


def unpack(data: bytes, label: str, store: Store) -> tuple[Source, Reading]:
    """What was packed. Media that nothing in the documents names are left out."""
    from importers import bundle as reader
    from loaders.media.upload import StoreFiles

    listed, *lines = gzip.decompress(data).splitlines()
    media = [
        Media(path=path, digest=digest, size=size, media_type=media_type)
        for path, digest, size, media_type in orjson.loads(listed)
    ]
    source = _Documents(label, dict(map(orjson.loads, lines)), {one.path: one.size for one in media})
    bundle = reader.recall(source, media)
    return source, Reading(bundle, StoreFiles(store, bundle.media))


class _Lines:
    """A `Sink` of one JSON line for each file."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def add(self, value: Any) -> None:
        self.written.append(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        self.add([name, b"".join(chunks).decode()])


class _NoFiles:
    """`Files` of a bundle without media."""

    def open(self, name: str) -> BinaryIO:
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class _Documents:
    """A `Source` of documents in memory. Media are known by name and size alone."""

    label: str
    documents: Mapping[str, str]
    media: Mapping[str, int]
    notes: Sequence[Finding] = ()

    def names(self) -> list[str]:
        return sorted({*self.documents, *self.media})

    def size(self, name: str) -> int:
        return self.media[name] if name in self.media else len(self.documents[name].encode())

    def open(self, name: str) -> BinaryIO:
        return io.BytesIO(self.documents[name].encode())

    def read(self, name: str, limit: int) -> bytes:  # noqa: ARG002 they were short enough when published
        return self.documents[name].encode()

    def place(self, name: str) -> str:
        return f"{self.label}!{name}"

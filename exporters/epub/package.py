"""The package document (EPUB 3.3, section 5): what the book is, its files, and the order of its pages."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from lxml import etree

from exporters.epub.xhtml import LANG, Node
from exporters.shared.xml import harmless

FOLDER: Final = "EPUB"
PACKAGE: Final = f"{FOLDER}/package.opf"
MODIFIED: Final = "1980-01-01T00:00:00Z"
"""Every book must name a moment, and equal bundles give equal bytes: the date that all its files have."""
_OPF: Final = "http://www.idpf.org/2007/opf"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_CONTAINER: Final = "urn:oasis:names:tc:opendocument:xmlns:container"
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:coursewright:book")


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the book. `linear` is None for what is not in the reading order."""

    place: str
    media_type: str
    properties: str = ""
    linear: bool | None = None

    @property
    def id(self) -> str:
        return f"f{hashlib.sha256(self.place.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a shelf shows of a book, and what it promises to readers who cannot see or hear all of it."""

    identifier: str
    title: str
    languages: tuple[str, ...]
    description: str | None
    direction: str
    modes: tuple[str, ...]
    sufficient: str
    features: tuple[str, ...]
    moves: bool


def identifier(*keys: str) -> str:
    """The same for the same keys, always."""
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, '/'.join(keys))}"


def package(about: About, items: Sequence[Item], ncx: Item) -> Iterator[bytes]:
    root = etree.Element(f"{{{_OPF}}}package", nsmap={None: _OPF, "dc": _DC})  # type: ignore[dict-item]
    root.set("version", "3.0")
    root.set("unique-identifier", "id")
    root.set("prefix", "schema: http://schema.org/")
    root.set(LANG, about.languages[0])
    _metadata(root, about, items)
    manifest = _in(root, "manifest")
    for item in items:
        _in(manifest, "item", id=item.id, href=quote(item.place, safe="/~"), **_said(item))
    spine = _in(root, "spine", toc=ncx.id, **{"page-progression-direction": about.direction})
    for item in items:
        if item.linear is not None:
            _in(spine, "itemref", idref=item.id, **({} if item.linear else {"linear": "no"}))
    yield _bytes(root)


def _said(item: Item) -> dict[str, str]:
    properties = {"properties": item.properties} if item.properties else {}
    return {"media-type": item.media_type, **properties}


def _metadata(root: Node, about: About, items: Sequence[Item]) -> None:
    metadata = _in(root, "metadata")
    _dc(metadata, "identifier", about.identifier).set("id", "id")
    _dc(metadata, "title", about.title)
    for language in about.languages:
        _dc(metadata, "language", language)
    if about.description:
        _dc(metadata, "description", about.description)
    _meta(metadata, "dcterms:modified", MODIFIED)
    for mode in about.modes:
        _meta(metadata, "schema:accessMode", mode)
    _meta(metadata, "schema:accessModeSufficient", about.sufficient)
    for feature in about.features:
        _meta(metadata, "schema:accessibilityFeature", feature)
    _meta(metadata, "schema:accessibilityHazard", "unknown" if about.moves else "none")
    cover = next((item for item in items if item.properties == "cover-image"), None)
    if cover:
        _in(metadata, "meta", name="cover", content=cover.id)  # how EPUB 2 found it


def _meta(metadata: Node, name: str, value: str) -> None:
    _in(metadata, "meta", property=name).text = value


def _dc(metadata: Node, name: str, value: str) -> Node:
    element = etree.SubElement(metadata, f"{{{_DC}}}{name}")
    element.text = harmless(value)
    return element


def _in(parent: Node, tag: str, /, **attributes: str) -> Node:
    return etree.SubElement(parent, f"{{{_OPF}}}{tag}", attributes)


def _bytes(root: Node) -> bytes:
    etree.indent(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def container() -> Iterator[bytes]:
    """Where a reader begins (OCF 4.2.6.3.1)."""
    root = etree.Element(f"{{{_CONTAINER}}}container", nsmap={None: _CONTAINER}, version="1.0")  # type: ignore[dict-item]
    files = etree.SubElement(root, f"{{{_CONTAINER}}}rootfiles")
    place = {"full-path": PACKAGE, "media-type": "application/oebps-package+xml"}
    etree.SubElement(files, f"{{{_CONTAINER}}}rootfile", place)
    yield _bytes(root)

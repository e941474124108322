"""The tables of contents: for readers of EPUB 3 (section 7) and, as an NCX, for those of EPUB 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final
from urllib.parse import quote

from lxml import etree

from exporters.epub.outline import NAVIGATION, Outline
from exporters.epub.xhtml import Node, h
from exporters.shared.phrases import Phrases
from exporters.shared.xml import harmless

_NCX: Final = "http://www.daisy.org/z3986/2005/ncx/"


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    place: str
    below: tuple[Entry, ...] = ()


def entries(outline: Outline, say: Phrases) -> list[Entry]:
    """Parts with their chapters and pages, then the answers."""
    parts = [
        Entry(
            part.course.title,
            part.place,
            tuple(
                Entry(
                    chapter.section.title,
                    chapter.place,
                    tuple(Entry(content.title, place) for content, place in chapter.pages),
                )
                for chapter in part.chapters
            ),
        )
        for part in outline.parts
    ]
    told = [part for part in outline.parts if part.answers]
    several = len(told) > 1
    return parts + [
        Entry(f"{say['answers']}: {part.course.title}" if several else say["answers"], str(part.answers))
        for part in told
    ]


def contents(listed: Sequence[Entry], say: Phrases) -> Node:
    """The body of the navigation document, which is a page of the book as well."""
    toc = h(
        "nav",
        h("h1", say["contents"], id="title"),
        _list(listed),
        type_="toc",
        role="doc-toc",
        labelled="title",
    )
    landmarks = h(
        "ol",
        h("li", h("a", say["contents"], href=NAVIGATION, type_="toc")),
        h("li", h("a", listed[0].title, href=_address(listed[0].place), type_="bodymatter")),
    )
    hidden = h(
        "nav", h("h2", say["contents"]), landmarks, type_="landmarks", hidden="hidden", label=say["contents"]
    )
    return h("body", toc, hidden)


def _list(listed: Iterable[Entry]) -> Node:
    items = (
        h("li", h("a", entry.title, href=_address(entry.place)), _list(entry.below) if entry.below else None)
        for entry in listed
    )
    return h("ol", *items)


def _address(place: str) -> str:
    return quote(place, safe="/~")


def ncx(listed: Sequence[Entry], identifier: str, title: str, language: str) -> Iterator[bytes]:
    root = etree.Element(f"{{{_NCX}}}ncx", nsmap={None: _NCX}, version="2005-1")  # type: ignore[dict-item]
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    head = etree.SubElement(root, f"{{{_NCX}}}head")
    etree.SubElement(head, f"{{{_NCX}}}meta", name="dtb:uid", content=identifier)
    _labelled(root, "docTitle", title)
    points = etree.SubElement(root, f"{{{_NCX}}}navMap")
    _points(points, listed, count(1))
    etree.indent(root)
    yield etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _points(parent: Node, listed: Iterable[Entry], order: Iterator[int]) -> None:
    for entry in listed:
        n = str(next(order))
        point = etree.SubElement(parent, f"{{{_NCX}}}navPoint", id=f"n{n}", playOrder=n)
        _labelled(point, "navLabel", entry.title)
        etree.SubElement(point, f"{{{_NCX}}}content", src=_address(entry.place))
        _points(point, entry.below, order)


def _labelled(parent: Node, name: str, text: str) -> None:
    label = etree.SubElement(parent, f"{{{_NCX}}}{name}")
    etree.SubElement(label, f"{{{_NCX}}}text").text = harmless(text)

"""XHTML as EPUB wants it (EPUB 3.3, 6.1): written through lxml, so that nothing in it is escaped by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from lxml import etree

from exporters.shared.xml import VOID, closed, harmless

XHTML: Final = "http://www.w3.org/1999/xhtml"
OPS: Final = "http://www.idpf.org/2007/ops"
XML: Final = "http://www.w3.org/XML/1998/namespace"
TYPE: Final = f"{{{OPS}}}type"
LANG: Final = f"{{{XML}}}lang"

Node: TypeAlias = etree._Element  # noqa: SLF001  lxml has no other name for it
Child: TypeAlias = "Node | str | None"

_NAMES: Final = {None: XHTML, "epub": OPS}
_ATTRIBUTES: Final = {"type_": TYPE, "class_": "class", "labelled": "aria-labelledby", "label": "aria-label"}


def h(tag: str, *children: Child, **attributes: str | None) -> Node:
    """An element. Children and attributes that are None or empty are left out."""
    element = etree.Element(f"{{{XHTML}}}{tag}", nsmap=_NAMES)  # type: ignore[arg-type]  # None is the default one
    for name, value in attributes.items():
        if value:
            element.set(_ATTRIBUTES.get(name, name.replace("_", "-")), harmless(value))
    for child in children:
        if isinstance(child, str):
            append_text(element, harmless(child))
        elif child is not None:
            element.append(child)
    return element


def append_text(element: Node, text: str) -> None:
    """After everything that is in the element."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def fragment(html: str) -> Node:
    """The sanitiser's HTML as a `div`. The parser has to guess nothing: it is given XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return etree.fromstring(f'<div xmlns="{XHTML}" xmlns:epub="{OPS}">{closed(html)}</div>', parser)


def name(element: Node) -> str:
    """Without its namespace."""
    return str(element.tag).rpartition("}")[2]


def rename(element: Node, tag: str) -> None:
    element.tag = f"{{{XHTML}}}{tag}"


def replace(element: Node, new: Node) -> None:
    """In place; what stood behind stays there."""
    parent = element.getparent()
    assert parent is not None, "the root is never replaced"
    new.tail = element.tail
    parent.replace(element, new)


def remove(element: Node) -> None:
    """With its content, and without what stood behind it."""
    parent, previous = element.getparent(), element.getprevious()
    assert parent is not None, "the root is never removed"
    tail = element.tail or ""
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def drop(element: Node, attribute: str) -> None:
    """Takes an attribute off, if it is there."""
    if attribute in element.attrib:
        del element.attrib[attribute]


def words(element: Node) -> str:
    """The text of it, on one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def document(title: str, language: str, direction: str, style: str, body: Node) -> Iterator[bytes]:
    """A whole page. `style` is the address of the style sheet."""
    head = h(
        "head",
        h("title", title),
        h("link", rel="stylesheet", type="text/css", href=style),
    )
    root = h("html", head, body, lang=language, dir=direction)
    root.set(LANG, language)
    for element in root.iter():
        if not len(element) and not element.text and name(element) not in VOID:
            element.text = ""  # `<p></p>`: old readers take `<p/>` for the beginning of one
    yield etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>") + b"\n"

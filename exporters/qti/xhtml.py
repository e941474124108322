"""HTML of question texts → the XHTML that all versions of QTI 2 and 3 allow (2.1 §7.3).

What they have no element for becomes one that says the same in words or nothing but its text.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from exporters.shared.xml import Markup, harmless

_VOID: Final = re.compile(r"<((?:br|col|hr|img|input|source|track|wbr)\b[^<>]*)>")
_INLINE: Final = frozenset(
    "a abbr b br cite code dfn em i img kbd q samp small span strong sub sup var".split()  # noqa: SIM905
)
_OF_TEXT: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "p", "pre"))
"""Blocks that hold inline elements only."""
_OF_BLOCKS: Final = frozenset(
    "blockquote caption col colgroup dd div dl dt hr li ol table tbody td tfoot th thead tr ul".split()  # noqa: SIM905
)
_ALLOWED: Final = _INLINE | _OF_TEXT | _OF_BLOCKS
_BLOCKS: Final = frozenset(("details", "figure", "figcaption", "summary"))
_DROPPED: Final = frozenset(("rp", "source", "track", "wbr"))
_ATTRIBUTES: Final = {
    "a": ("href",),
    "img": ("src", "alt"),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan"),
}
_ENTRIES: Final = {"dl": ("dd", "dt"), "ol": ("li",), "ul": ("li",)}
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def xhtml(html: str) -> Markup:
    """Well-formed content for an element of flow; `html` is as the sanitiser writes it."""
    closed = _VOID.sub(r"<\1/>", harmless(html)).replace("&nbsp;", "&#160;")
    root = etree.fromstring(f"<div>{closed}</div>", _PARSER)
    for node in reversed(list(root.iterdescendants())):  # the innermost first
        _clean(node)
    _order(root)
    written = etree.tostring(root, encoding="unicode")
    return Markup(written.removeprefix("<div>").removesuffix("</div>") if written != "<div/>" else "")


def _clean(node: etree._Element) -> None:
    tag = str(node.tag)
    if tag in _DROPPED:
        _replace(node, "")
    elif tag == "input":
        _replace(node, "☑ " if "checked" in node.attrib else "☐ ")
    elif tag == "img" and not node.get("src"):
        _replace(node, node.get("alt", ""))
    else:
        _rename(node, tag)
        _keep_attributes(node)
        _order(node)
        _wrap(node)


def _rename(node: etree._Element, tag: str) -> None:
    """Players become links; inline elements with blocks in them, which XHTML does not know, blocks."""
    if tag in ("audio", "video") and node.get("src"):
        node.tag, node.text = "a", node.get("src")
        node.set("href", str(node.text))
        del node[:]
    elif tag == "a" and (not node.get("href") or node.get("href", "").startswith("#")):
        node.tag = "span"
    elif tag not in _ALLOWED:
        node.tag = "div" if tag in _BLOCKS else "span"
    if node.tag in _INLINE | _OF_TEXT and not all(child.tag in _INLINE for child in node):
        node.tag = "div"
    if node.tag == "table" and node.find("tbody") is None:
        for head in node.findall("thead"):
            head.tag = "tbody"


def _keep_attributes(node: etree._Element) -> None:
    given = {str(name): str(value) for name, value in node.attrib.items()}
    node.attrib.clear()
    for name in _ATTRIBUTES.get(str(node.tag), ()):
        if name in given or name == "alt":
            node.set(name, given.get(name, ""))
    if given.get("lang"):
        node.set(_LANGUAGE, given["lang"])


def _wrap(node: etree._Element) -> None:
    """Quotations hold blocks: what stands in one becomes a block."""
    if node.tag == "blockquote":
        inner = etree.Element("div")
        inner.text, node.text = node.text, None
        inner.extend(list(node))
        node.append(inner)


def _order(node: etree._Element) -> None:
    """Entries stand in lists and lists hold entries, which broken HTML does not mind: words and elements
    between entries become some, and entries outside of a list blocks.
    """
    known = _ENTRIES.get(str(node.tag), ())
    for child in node:
        if child.tag in ("li", "dt", "dd") and child.tag not in known:
            child.tag = "div"
        if known and child.tag not in known:
            entry = etree.Element(known[0])
            entry.tail, child.tail = child.tail, None
            node.replace(child, entry)
            entry.append(child)
    for child in list(node) if known else ():
        words = child.tail
        if words and words.strip():
            child.tail = None
            child.addnext(_entry(known[0], words))
    if known and node.text and node.text.strip():
        node.insert(0, _entry(known[0], node.text))
        node.text = None


def _entry(tag: str, text: str) -> etree._Element:
    entry = etree.Element(tag)
    entry.text = text
    return entry


def _replace(node: etree._Element, text: str) -> None:
    """Text in place of an element; what is behind it stays."""
    parent, before = node.getparent(), node.getprevious()
    assert parent is not None
    behind = text + (node.tail or "")
    if before is not None:
        before.tail = (before.tail or "") + behind
    else:
        parent.text = (parent.text or "") + behind
    parent.remove(node)

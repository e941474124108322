"""XML as text: elements are built and written here, and nothing is ever put into a document unescaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final, NewType

Markup = NewType("Markup", str)
"""Well-formed XML that is written as it is: XHTML out of schemas.richtext."""

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_INDENT: Final = "  "
VOID: Final = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
_TAG: Final = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^\s=>"]+="[^"]*")*)>')
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no document of XML 1.0 can hold (§2.2), not even as a reference."""


@dataclass(frozen=True, slots=True)
class Element:
    """`children` are elements, texts to be escaped (`Text`), and markup."""

    name: str
    attributes: Mapping[str, str]
    children: tuple[Element | Text | Markup, ...]


@dataclass(frozen=True, slots=True)
class Text:
    text: str


Child = Element | Text | Markup | None


def element(name: str, attributes: Mapping[str, str | None] | None = None, /, *children: Child) -> Element:
    """Attributes and children that are None are left out."""
    given = {key: value for key, value in (attributes or {}).items() if value is not None}
    return Element(name, given, tuple(child for child in children if child is not None))


def document(root: Element) -> bytes:
    """UTF-8. Elements stand on lines of their own, unless text or a lone piece of markup is beside them."""
    return (_HEAD + "".join(_lines(root, "\n"))[1:] + "\n").encode()


def stream(name: str, children: Iterable[Element]) -> Iterator[bytes]:
    """A document of many parts, each written when it is made."""
    yield f"{_HEAD}<{name}>".encode()
    for child in children:
        yield "".join(_lines(child, "\n" + _INDENT)).encode()
    yield f"\n</{name}>\n".encode()


def fragment(node: Element) -> Markup:
    """The element on one line."""
    return Markup("".join(_inline(node)))


def escaped(text: str) -> str:
    """Character data, or an attribute's value between double quotes."""
    return escape(harmless(text)).replace("\r", "&#13;")


def harmless(text: str) -> str:
    """Without the characters that no document can hold."""
    return _FORBIDDEN.sub("", text)


def closed(html: str) -> Markup:
    """HTML as the sanitiser writes it (quoted, all closed but void elements), as XML."""
    return Markup(harmless(_TAG.sub(_closed, html.replace("&nbsp;", "\u00a0"))))


def _closed(tag: re.Match[str]) -> str:
    closing, name, attributes = tag.groups()
    return f"<{closing}{name}{attributes.replace('<', '&lt;')}{'/' if name in VOID else ''}>"


def _lines(node: Element, break_: str) -> Iterator[str]:
    yield break_
    if not _in_lines(node):
        yield from _inline(node)
        return
    yield _opening(node)
    for child in node.children:
        if isinstance(child, Element):
            yield from _lines(child, break_ + _INDENT)
        else:
            yield from (break_ + _INDENT, *_child(child))
    yield f"{break_}</{node.name}>"


def _in_lines(node: Element) -> bool:
    texts = any(isinstance(child, Text) for child in node.children)
    return bool(node.children) and not texts and any(isinstance(child, Element) for child in node.children)


def _inline(node: Element) -> Iterator[str]:
    if not node.children:
        yield _opening(node)[:-1] + "/>"
        return
    yield _opening(node)
    for child in node.children:
        yield from _child(child)
    yield f"</{node.name}>"


def _child(child: Element | Text | Markup) -> Iterator[str]:
    if isinstance(child, Element):
        yield from _inline(child)
    else:
        yield escaped(child.text) if isinstance(child, Text) else child


def _opening(node: Element) -> str:
    attributes = (f' {name}="{_value(value)}"' for name, value in node.attributes.items())
    return f"<{node.name}{''.join(attributes)}>"


def _value(text: str) -> str:
    """Line breaks and tabs as references: readers take them for blanks otherwise (XML 1.0 §3.3.3)."""
    return escaped(text).replace("\n", "&#10;").replace("\t", "&#9;")

"""Texts of Moodle: four formats, one way to name nothing, and files by a placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from html import escape
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote
from xml.sax.saxutils import escape as escape_xml
from xml.sax.saxutils import quoteattr

from importers.shared.pages import WORDS
from importers.shared.xml import Node
from schemas.richtext import render

NULL: Final = "$@NULL@$"
_MOST_DIGITS: Final = 15
FILES: Final = "pluginfile:"
"""Scheme of the addresses that `located` writes."""
_PLACEHOLDER: Final = "@@PLUGINFILE@@"
_FORMATS: Final = {"0": "auto", "moodle_auto_format": "auto", "2": "plain", "plain_text": "plain"} | {
    "4": "markdown",
    "markdown": "markdown",
}
_TAG: Final = re.compile(r"(<[^<>]*>)")


def value(node: Node | None, *names: str) -> str:
    """The text of the first of the children that is there; "" for none and for Moodle's NULL."""
    for name in names:
        child = node.first(name) if node is not None else None
        if child is not None:
            text = child.text
            return "" if text.strip() == NULL else text.replace(NULL, "").replace("$@LINEFEED@$", "\n")
    return ""


def plain(node: Node | None, *names: str) -> str:
    """A value of one line, without blanks around it."""
    return value(node, *names).strip()


def as_html(text: str, form: str) -> str:
    """A text in one of Moodle's formats (FORMAT_MOODLE, HTML, PLAIN, MARKDOWN) as HTML."""
    match _FORMATS.get(form.strip()):
        case "auto":
            return "".join(map(_unbroken, _TAG.split(text.strip()))).replace("\n", "<br>")
        case "plain":
            return escape(text.strip(), quote=False).replace("\n", "<br>")
        case "markdown":
            return render(text.replace(_PLACEHOLDER, "pluginfile"), lambda _path: None).replace(
                '"pluginfile/', f'"{_PLACEHOLDER}/'
            )
    return text


def _unbroken(piece: str) -> str:
    """A tag, or a text beside tags, where a line that ends at a tag is no line of the author's."""
    inner = piece.strip()
    if not inner:
        return "" if "\n" in piece else piece
    before, _, after = piece.partition(inner)
    lead, tail = ("" if "\n" in edge else edge for edge in (before, after))
    return lead + inner + tail


def located(html: str, place: str) -> str:
    """The text with its files under `pluginfile:PLACE/…`, so that it can be put together with others."""
    return html.replace(_PLACEHOLDER, FILES + place)


def missing(tag: str, address: str) -> str | None:
    """What stands in place of an address that leads nowhere: of a picture its name, of a link its words."""
    name = PurePosixPath(unquote(address).partition("?")[0]).name
    return f"{WORDS}({escape(name)})" if tag == "img" else None


def whole(text: str) -> int:
    """A count, a time in seconds; 0 for what is none, or beyond any that Moodle has."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 0


def number(text: str) -> Decimal:
    """A fraction, a mark; 0 for what is none, or beyond any that Moodle has."""
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() and abs(found.adjusted()) <= _MOST_DIGITS else Decimal(0)


def xml_of(node: Node) -> bytes:
    """An element as XML again, to keep what was not converted; without what users said about it."""
    return "".join(_pieces(node)).encode()


def _pieces(node: Node) -> Iterator[str]:
    attributes = (f" {name.rpartition('}')[2]}={quoteattr(given)}" for name, given in node.attributes.items())
    yield f"<{node.name}{''.join(attributes)}>{escape_xml(node.lead)}"
    for child in node.children:
        if child.name != "comments":
            yield from _pieces(child)
        yield escape_xml(child.tail)
    yield f"</{node.name}>"

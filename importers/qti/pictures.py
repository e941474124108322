"""Pictures that interactions work on, and names for the areas and images in them."""

from __future__ import annotations

from html import escape
from typing import Final

from importers.qti.body import Writer
from importers.shared import areas, markup
from importers.shared.pages import words
from importers.shared.xml import Node

_PICTURES: Final = frozenset(("img", "object", "picture"))


def html(node: Node, writer: Writer) -> str:
    """The picture right inside a graphic interaction; "" where there is none."""
    return "".join(f"<p>{_shown(child, writer)}</p>" for child in node.children if child.name in _PICTURES)


def _shown(picture: Node, writer: Writer) -> str:
    return markup.outer_html(picture) if picture.name != "picture" else writer.inside(picture)


def named(node: Node, element: str) -> dict[str, str]:
    """Areas by identifier: their label, else where they are."""
    size = _size(node)
    found = [each for each in node.walk() if each.name == element]
    names = [_label(area) or _place(area, size) or f"area {number}" for number, area in enumerate(found, 1)]
    identifiers = (area.attributes.get("identifier", "").strip() for area in found)
    return dict(zip(identifiers, areas.told_apart(names), strict=True))


def _place(area: Node, size: tuple[float, float] | None) -> str:
    shape, coords = area.attributes.get("shape", "").lower(), area.attributes.get("coords", "")
    return areas.place(areas.center(shape, coords), size)


def _label(area: Node) -> str:
    return (area.attributes.get("hotspotLabel") or area.attributes.get("aria-label") or "").strip()


def _size(node: Node) -> tuple[float, float] | None:
    picture = next(
        (each for each in node.walk() if each.name in ("img", "object") and each.attributes.get("width")),
        None,
    )
    if picture is None:
        return None
    return areas.size(picture.attributes.get("width", ""), picture.attributes.get("height", ""))


def label(node: Node, writer: Writer) -> str:
    """HTML of what is to be dragged: a text, or a picture with its alternative text."""
    if node.name == "gapText":
        return writer.inside(node)
    said = alternative(node)
    return f"{escape(said)} {writer.inside(node)}" if said else writer.inside(node)


def alternative(node: Node) -> str:
    """What a picture to be dragged says in words; "" when it says nothing."""
    if node.attributes.get("objectLabel"):
        return node.attributes["objectLabel"].strip()
    for child in node.walk():
        if child.name == "img" and child.attributes.get("alt", "").strip():
            return child.attributes["alt"].strip()
        if child.name == "object" and words(markup.inner_html(child)):
            return words(markup.inner_html(child))
    return ""

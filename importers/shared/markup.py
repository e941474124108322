"""XHTML inside foreign XML → HTML text, to be sanitised afterwards like all foreign HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Final

from importers.shared.xml import Node

Replace = Callable[[Node], str | None]
"""HTML to stand in place of an element (an interaction, a variable); None leaves it as it is."""

_VOID: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)


def inner_html(node: Node, replace: Replace = lambda _node: None) -> str:
    """What is inside an element, tags without their prefixes."""
    return "".join(_inside(node, replace))


def outer_html(node: Node, replace: Replace = lambda _node: None) -> str:
    """The element itself, without its tail."""
    return "".join(_element(node, replace))


def _inside(node: Node, replace: Replace) -> Iterator[str]:
    yield escape(node.lead, quote=False)
    for child in node.children:
        yield from _element(child, replace)
        yield escape(child.tail, quote=False)


def _element(node: Node, replace: Replace) -> Iterator[str]:
    other = replace(node)
    if other is not None:
        yield other
        return
    attributes = (f' {name.rpartition("}")[2]}="{escape(value)}"' for name, value in node.attributes.items())
    yield f"<{node.name}{''.join(attributes)}>"
    if node.name not in _VOID:
        yield from _inside(node, replace)
        yield f"</{node.name}>"

"""A node → the XML it says, for what is kept beside a bundle because it could not be converted."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from importers.shared.xml import Node

_XML: Final = "http://www.w3.org/XML/1998/namespace"


def element(node: Node) -> bytes:
    """The element and all below it as a document of its own. Comments and prefixes are not kept."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{"".join(_element(node, ""))}\n'.encode()


def _element(node: Node, around: str) -> Iterator[str]:
    """`around` is the default namespace where the element stands."""
    own = f' xmlns="{escape(node.namespace)}"' if node.namespace != around else ""
    yield f"<{node.name}{own}{''.join(_attributes(node))}"
    if not node.children and not node.text:
        yield "/>"
        return
    yield f">{escape(node.lead, quote=False)}"
    for child in node.children:
        yield from _element(child, node.namespace)
        yield escape(child.tail, quote=False)
    yield f"</{node.name}>"


def _attributes(node: Node) -> Iterator[str]:
    for number, (name, value) in enumerate(node.attributes.items()):
        namespace, _, local = name.rpartition("}")
        written = escape(value).replace("\n", "&#10;").replace("\t", "&#9;")
        if not namespace:
            yield f' {local}="{written}"'
        elif namespace[1:] == _XML:
            yield f' xml:{local}="{written}"'
        else:
            yield f' xmlns:a{number}="{escape(namespace[1:])}" a{number}:{local}="{written}"'

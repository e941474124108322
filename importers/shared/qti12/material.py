"""Material of QTI 1.2 (ASI information model §3.5) → HTML, to be sanitised like all foreign HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Final

from importers.shared.markup import inner_html
from importers.shared.xml import Node

Asked = Callable[[Node], str]
"""HTML to stand where a response is asked for."""

_RESPONSES: Final = frozenset(("response_lid", "response_str", "response_num", "response_xy", "response_grp"))
_BLOCKS: Final = frozenset(("flow", "flow_mat", "material_block"))
_SILENT: Final = frozenset(("qticomment", "altmaterial", "response_extension", "duration"))
_MARKUP: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_MEDIA: Final = {"mataudio": "audio", "matvideo": "video"}


def html(node: Node | None, asked: Asked = lambda _response: "") -> str:
    """What is inside an element, in document order; `asked` writes what stands in place of responses."""
    return "".join(_inside(node, asked)).strip() if node else ""


def _inside(node: Node, asked: Asked) -> Iterator[str]:
    for child in node.children:
        yield from _element(child, asked)


def _element(node: Node, asked: Asked) -> Iterator[str]:
    name = node.name
    if name in _RESPONSES:
        yield asked(node)
    elif name in ("mattext", "matemtext", "mat_formattedtext", "formatted_text"):
        yield _text(node)
    elif name == "matimage":
        yield f'<img src="{escape(_address(node, "imagtype", "image/png"))}" alt="{escape(_label(node))}">'
    elif name in _MEDIA:
        kind = _MEDIA[name]
        yield f'<{kind} controls src="{escape(_address(node, f"{kind}type", f"{kind}/mpeg"))}"></{kind}>'
    elif name in ("matapplication", "matapplet"):
        address = node.attributes.get("uri", "")
        yield f'<a href="{escape(address)}">{escape(_label(node) or address)}</a>'
    elif name == "matbreak":
        yield "<br>"
    elif name in _BLOCKS:
        yield f"<div>{html(node, asked)}</div>"
    elif name not in _SILENT:
        yield from _inside(node, asked)


def _text(node: Node) -> str:
    """HTML where the type says so or, without a type, where tags are in it (several tools forget it)."""
    kind = node.attributes.get("texttype", "").strip().lower()
    if node.children:
        return inner_html(node)
    if kind.endswith(("html", "/xhtml", "smart_text")) or (not kind and _MARKUP.search(node.text)):
        return node.text
    return escape(node.text, quote=False).replace("\n\n", "<br><br>")


def _address(node: Node, type_name: str, fallback: str) -> str:
    """`uri`, or the bytes that stand inside as a data: address (§3.5.3)."""
    written = node.attributes.get("uri", "").strip()
    inside = "".join(node.text.split())
    if written or not inside or node.attributes.get("embedded", "base64").lower() != "base64":
        return written
    return f"data:{node.attributes.get(type_name) or fallback};base64,{inside}"


def _label(node: Node) -> str:
    return node.attributes.get("label", "").strip()

"""What an item of QTI 1.2 asks: its responses, each with the labels to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from importers.shared.qti12 import material
from importers.shared.xml import Node

_RESPONSES: Final = frozenset(("response_lid", "response_str", "response_num", "response_xy", "response_grp"))
_RENDERINGS: Final = frozenset(
    ("render_choice", "render_fib", "render_hotspot", "render_slider", "render_extension")
)


@dataclass(frozen=True, slots=True)
class Label:
    """A `response_label`: `html` is what it shows, `kind` how New Quizzes offers it ("dropdown"), `area` and
    `coords` the shape and place of a hot spot.
    """

    ident: str
    html: str
    kind: str = ""
    area: str = ""
    coords: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """`kind` is "lid", "str", "num", "xy" or "grp"; `rendering` the name of its `render_…` element.

    `prompt` is the material of the response itself; in matching questions it is the left side.
    """

    ident: str
    kind: str
    cardinality: str
    rendering: str
    prompt: str
    around: str
    labels: tuple[Label, ...]
    integers: bool
    rows: int
    node: Node

    @property
    def typed(self) -> bool:
        return self.kind in ("str", "num") and self.rendering in ("render_fib", "render_slider", "")


def responses(presentation: Node | None) -> list[Response]:
    """In document order."""
    return [response(node) for node in _nodes(presentation)] if presentation else []


def _nodes(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.name in _RESPONSES:
            yield child
        else:
            yield from _nodes(child)


def response(node: Node) -> Response:
    rendering = next((child for child in node.children if child.name in _RENDERINGS), None)
    own = [child for child in node.children if child.name not in _RENDERINGS]
    attributes = rendering.attributes if rendering else {}
    return Response(
        ident=node.attributes.get("ident", "").strip(),
        kind=node.name.removeprefix("response_"),
        cardinality=node.attributes.get("rcardinality", "Single").strip().capitalize(),
        rendering=rendering.name if rendering else "",
        prompt="".join(material.html(_holding(node, child)) for child in own),
        around=material.html(_without_labels(rendering)) if rendering else "",
        labels=tuple(_labels(rendering)) if rendering else (),
        integers=attributes.get("fibtype", "").lower() == "integer",
        rows=int(rows) if (rows := attributes.get("rows", "")).isdecimal() and len(rows) < 6 else 1,
        node=node,
    )


def _holding(node: Node, child: Node) -> Node:
    return Node(node.name, node.namespace, {}, "", node.location, [child])


def _without_labels(node: Node) -> Node:
    """The same element with its own material alone: what stands in labels belongs to them."""
    kept = [child for child in node.children if child.name in ("material", "material_ref")]
    return Node(node.name, node.namespace, {}, "", node.location, kept)


def _labels(node: Node) -> Iterator[Label]:
    for child in node.walk():
        if child.name == "response_label":
            said, area = " ".join(child.text.split()), child.attributes.get("rarea", "").strip().lower()
            yield Label(
                ident=child.attributes.get("ident", "").strip(),
                html=material.html(child) or ("" if area else said),
                kind=child.attributes.get("answer_type", "").lower(),
                area=area,
                coords=said if area else "",
            )

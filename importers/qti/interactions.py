"""One interaction (QTI 2.2 §5.4) → one question of ours: the table behind docs/migrate-from-qti.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Final

from importers.qti import answers, choices, pairs, pictures
from importers.qti.asking import Asking, noted
from importers.qti.body import Writer
from importers.shared.questions import Made, UnfitError
from importers.shared.xml import Node


def shown(node: Node, writer: Writer) -> str:
    """What of an interaction belongs into the stem: its prompt, and a passage or picture it works on."""
    prompt = "".join(
        f"<div>{writer.inside(child)}</div>" for child in node.children if child.name == "prompt"
    )
    match node.name:
        case "hottextInteraction":
            return prompt + writer.inside(_without(node, "prompt"))
        case "gapMatchInteraction":
            passage = _without(node, "prompt", "gapText", "gapImg")
            return f"{prompt}<p>{answers.offer(node, writer)}</p>{writer.inside(passage, answers.gap)}"
        case "sliderInteraction":
            low, high = (node.attributes.get(name, "") for name in ("lowerBound", "upperBound"))
            return f"{prompt}<p>({escape(low)} – {escape(high)})</p>"
        case _:
            return prompt + pictures.html(node, writer)


def question(asking: Asking) -> Made:
    """Raises UnfitError for what none of our types can ask."""
    name = asking.node.name
    build = _BUILDERS.get(name)
    if build is None:
        raise UnfitError(_REASONS.get(name, f"a {name}, which only its own player knows"))
    return noted(build(asking), asking.response.notes)


def _without(node: Node, *names: str) -> Node:
    """The element without some of its first children."""
    kept = [child for child in node.children if child.name not in names]
    return Node(node.name, node.namespace, {}, node.text, node.location, kept)


_BUILDERS: Final[Mapping[str, Callable[[Asking], Made]]] = {
    "associateInteraction": pairs.associate,
    "choiceInteraction": choices.choice,
    "drawingInteraction": answers.described,
    "extendedTextInteraction": answers.extended,
    "gapMatchInteraction": answers.gap_match,
    "graphicAssociateInteraction": pairs.graphic_associate,
    "graphicGapMatchInteraction": pairs.graphic_gap_match,
    "graphicOrderInteraction": pairs.graphic_order,
    "hotspotInteraction": choices.hotspot,
    "hottextInteraction": choices.hottext,
    "matchInteraction": pairs.match,
    "orderInteraction": pairs.order,
    "positionObjectInteraction": answers.described,
    "selectPointInteraction": answers.described,
    "sliderInteraction": answers.slider,
    "textEntryInteraction": answers.text_entry,
    "uploadInteraction": answers.upload,
}
_REASONS: Final = {
    "customInteraction": "an interaction of its maker's own, which only its player knows (custom)",
    "portableCustomInteraction": "an interaction programmed for this item (portable custom interaction)",
}

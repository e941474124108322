"""Gaps, typed and written answers → fill in the blank, short answer, essay."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Final

from importers.qti import pictures
from importers.qti.asking import ALL_RIGHT, Asking, identifier
from importers.qti.body import Writer
from importers.qti.declarations import Response, number
from importers.shared import areas
from importers.shared import questions as ours
from importers.shared.pages import words
from importers.shared.questions import GAP, Made, UnfitError
from importers.shared.xml import Node

_CASE: Final = "upper and lower case must match in the source"
_UPLOAD: Final = "learners upload a file in the source: here they write, and a person grades it"
OFFERED: Final = "what a gap offers to choose from stands behind it"


def gap_match(asking: Asking) -> Made:
    offered = _offered(asking.node, asking.writer)
    accepted: dict[str, list[str]] = {gap: [] for gap in asking.choices("gap")}
    for value in asking.response.chosen:
        word, _, place = value.partition(" ")
        if place in accepted and offered.get(word):
            accepted[place].append(offered[word])
    blanks = list(accepted.items())
    filled = [blank for blank in blanks if blank[1]]
    if not filled:
        raise UnfitError("gaps, and nothing that is right in them")
    notes = ["words to drag into gaps: they stand above the text to be typed"]
    if len(filled) < len(blanks):
        notes.append("gaps that stay empty in the source are left out")
    return ours.fill_in_blank(asking.stem, filled, *notes)


def offer(node: Node, writer: Writer) -> str:
    return f"({' / '.join(escape(text) for text in _offered(node, writer).values())})"


def _offered(node: Node, writer: Writer) -> dict[str, str]:
    """Words to put into gaps; a picture stands for its label."""
    return {
        identifier(child): words(writer.inside(child))
        if child.name == "gapText"
        else pictures.alternative(child)
        for child in node.walk()
        if child.name in ("gapText", "gapImg")
    }


def gap(node: Node) -> str:
    return GAP.format(escape(identifier(node))) if node.name == "gap" else ""


def accepted(response: Response) -> tuple[tuple[str, ...], list[str]]:
    """Every answer to type that is right, and notes."""
    notes = list(response.notes)
    if response.partial:
        notes.append(ALL_RIGHT)
    if response.case:
        notes.append(_CASE)
    return response.typed, notes


def text_entry(asking: Asking) -> Made:
    answers, notes = accepted(asking.response)
    return ours.short_answer(asking.stem, answers, *notes)


def extended(asking: Asking) -> Made:
    """Graded by a person; a model answer goes into the explanation, since none is accepted by itself."""
    answers = [value for value in asking.response.typed if value.strip()]
    if not answers:
        return ours.essay(asking.stem)
    model = "\n\n".join(asking.texts.text(escape(answer)).text for answer in answers)
    explained = "\n\n".join(filter(None, (asking.stem.explanation, f"**Model answer:**\n\n{model}")))
    return ours.essay(
        replace(asking.stem, explanation=explained),
        "the right answer of the source stands in the explanation",
    )


def slider(asking: Asking) -> Made:
    answers, notes = accepted(asking.response)
    if not any(number(answer) is not None for answer in answers):
        return ours.essay(asking.stem, "a slider without a right value: graded by a person")
    return ours.short_answer(asking.stem, answers, *notes, "a slider: the number is typed")


def upload(asking: Asking) -> Made:
    return ours.essay(asking.stem, _UPLOAD)


def described(asking: Asking) -> Made:
    """What is marked, drawn or placed on a picture in the source is said in words."""
    return ours.essay(asking.stem, areas.DESCRIBED)

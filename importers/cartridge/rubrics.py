"""Canvas's rubrics: learners see them with the assignment, so they stand in its instructions."""

from __future__ import annotations

from collections.abc import Iterator

from importers.cartridge import canvas
from importers.cartridge.canvas import child, value
from importers.cartridge.workshop import Workshop
from importers.shared import plain_text
from importers.shared.pages import words
from importers.shared.xml import Node


def table(shop: Workshop, identifier: str) -> tuple[str, str]:
    """The rubric as a Markdown table, and a note; both "" when there is none."""
    root = shop.documents.settings(canvas.RUBRICS) if identifier else None
    for rubric in root.children if root else ():
        if rubric.attributes.get("identifier") == identifier:
            lines = [
                f"## {_cell(value(rubric, 'title')) or 'Rubric'}",
                "",
                "| | | |",
                "|---|---|---|",
                *_rows(rubric),
            ]
            return "\n".join(lines), "its rubric stands in the instructions"
    return "", ""


def _rows(rubric: Node) -> Iterator[str]:
    criteria = child(rubric, "criteria")
    for criterion in criteria.children if criteria else ():
        name = value(criterion, "description")
        more = words(value(criterion, "long_description"))
        yield f"| **{_cell(name) or '…'}** | {_cell(value(criterion, 'points'))} | {_cell(more)} |"
        ratings = child(criterion, "ratings")
        for rating in ratings.children if ratings else ():
            yield f"| | {_cell(value(rating, 'points'))} | {_cell(value(rating, 'description'))} |"


def _cell(text: str) -> str:
    return plain_text.as_markdown(plain_text.answer(text)[0])

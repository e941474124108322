"""What the makers of questions work with: one interaction and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from importers.qti.body import Writer
from importers.qti.declarations import Response
from importers.shared.figures import Figures
from importers.shared.questions import Made, Stem
from importers.shared.xml import Node

ALL_RIGHT: Final = "answers are worth different points in the source: each of them is right here"


@dataclass(frozen=True, slots=True)
class Asking:
    """One interaction with what belongs to it. `stem` has its text already."""

    node: Node
    response: Response
    stem: Stem
    writer: Writer
    texts: Figures

    def text(self, html: str, notes: list[str]) -> str:
        page = self.texts.text(html)
        notes += page.notes
        return page.text

    def choices(self, name: str) -> dict[str, Node]:
        """Elements of a name anywhere inside, by identifier."""
        return {identifier(node): node for node in self.node.walk() if node.name == name}


def identifier(node: Node) -> str:
    return node.attributes.get("identifier", "").strip()


def noted(made: Made, notes: Iterable[str]) -> Made:
    return Made(made.question, tuple(dict.fromkeys((*made.notes, *notes))))


def line(text: str) -> str:
    return " ".join(text.split())


def escape_markdown(text: str) -> str:
    return text.replace("*", "\\*").replace("_", "\\_").replace("[", "\\[")

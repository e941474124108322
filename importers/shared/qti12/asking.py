"""What the makers of questions work with: one item in parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from importers.shared.figures import Figures
from importers.shared.qti12 import material
from importers.shared.qti12.responses import Response
from importers.shared.qti12.scoring import Scoring
from importers.shared.questions import Made, Stem
from importers.shared.xml import Node

ALL_RIGHT: Final = "answers are worth different points in the source: each of them is right here"


@dataclass(frozen=True, slots=True)
class Asking:
    """One item in parts. `before` is HTML to stand above it, `shown` what it shows without its responses,
    `stem` has everything but the text.
    """

    kind: str
    before: str
    presentation: Node | None
    shown: str
    asked: list[Response]
    scoring: Scoring
    texts: Figures
    stem: Stem
    item: Node

    def with_text(self, html: str) -> tuple[Stem, tuple[str, ...]]:
        page = self.texts.text(self.before + html)
        return replace(self.stem, text=page.text), page.notes

    def plain(self) -> tuple[Stem, tuple[str, ...]]:
        """The stem with what introduces the responses that are asked, and nothing of any other."""
        own = {id(each.node): each for each in self.asked}

        def introduction(node: Node) -> str:
            asked = own.get(id(node))
            return f"{asked.prompt}{asked.around}" if asked else ""

        return self.with_text(material.html(self.presentation, introduction))


def markdown(asking: Asking, html: str, notes: list[str]) -> str:
    page = asking.texts.text(html)
    notes += page.notes
    return page.text


def noted(made: Made, notes: Iterable[str]) -> Made:
    return Made(made.question, tuple(dict.fromkeys((*made.notes, *notes))))

"""Texts of one question as Markdown, and what its answers are called."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from importers.shared import pages
from importers.shared.figures import Figures
from importers.shared.moodle_questions.asked import Answer, Pair
from importers.shared.questions import Stem

_LONGEST_NAME: Final = 60


class Writer:
    """Texts of one question as Markdown, with what was said about them."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self.notes: list[str] = []

    def __call__(self, html: str) -> str:
        page = self._figures.text(html)
        self.notes += page.notes
        return page.text

    def picture(self, html: str) -> str | None:
        return self._figures.picture(html)


def written(stem: Stem, writer: Writer) -> Stem:
    return replace(stem, text=writer(stem.text))


def own(html: str, each: Answer | Pair) -> str:
    """What tells an answer from the others and survives edits: its words. Moodle 4 numbers answers anew."""
    return pages.words(html)[:_LONGEST_NAME] or each.identifier

"""Questions of Moodle, one after the other, → a quiz and what has to stand beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from zlib import decompress

from importers.shared import keys, plain_text
from importers.shared.figures import Figures
from importers.shared.moodle_questions.asked import Asked
from importers.shared.moodle_questions.conversion import converted, is_native
from importers.shared.outcome import Outcome, changed, skipped
from importers.shared.questions import UnfitError
from importers.shared.shelf import Shelf
from schemas.model import Content, Question, Quiz, QuizContent, Resource, RichText

_MOST_TOLD: Final = 50
_KEPT: Final = "its source is kept beside the quiz"


@dataclass(slots=True)
class Sheet:
    """The questions of one quiz. `figures` are those of its texts, `questions` what was made so far."""

    figures: Figures
    published: bool = True
    questions: list[Question] = field(default_factory=list)
    lead: str = ""
    """HTML that has no question to stand before yet."""
    _kept: dict[str, bytes] = field(default_factory=dict)
    _left: list[str] = field(default_factory=list)
    """Questions that make none here, and why, for people."""
    _taken: set[str] = field(default_factory=set)

    def take(self, asked: Asked, key: str, mark: str | None = None) -> Outcome:
        """The next question, with what the quiz gives for it; what became of it, for the report."""
        if asked.type == "description":
            self.heading(f"<div>{asked.text}</div>")
            return changed("a text between questions: it stands before the next one")
        key = self._distinct(key)
        try:
            made = converted(asked, key, self.figures, mark, self.lead)
        except UnfitError as unfit:
            return self.keep(asked, key, str(unfit))
        self.lead = ""
        self.questions.append(made.question)
        if not is_native(asked):
            self._kept[f"{key}.xml"] = decompress(asked.source)
            return changed(*made.notes, _KEPT)
        return changed(*made.notes)

    def keep(self, asked: Asked, key: str, reason: str) -> Outcome:
        """One that makes no question here: its source stands beside the quiz."""
        self._kept[f"{key}.xml"] = decompress(asked.source)
        told = f"{plain_text.title(asked.name)[0] or key}: {plain_text.title(reason)[0]}"
        self._left.append(f"- {plain_text.as_markdown(told)}")
        return skipped(f"{reason}; {_KEPT}")

    def heading(self, html: str) -> None:
        """A heading or a text that stands before the next question."""
        self.lead += html

    def contents(
        self, quiz: Callable[[tuple[Question, ...]], QuizContent], shelf: Shelf, key: str, title: str
    ) -> list[Content]:
        """The quiz, the page with its pictures before it, and behind it what makes no question here.

        No quiz when there are no questions.
        """
        rest = self.figures.text(self.lead).text if self.lead else ""
        seen = self.published
        pictures = self.figures.page(beside(key, "figures"), cut(f"{title}: pictures"), published=seen)
        contents: list[Content] = [pictures] if pictures else []
        if self.questions:
            contents.append(quiz(tuple(self.questions)))
        if rest:
            named = cut(f"{title}: text")
            contents.append(RichText(key=beside(key, "text"), title=named, published=seen, text=rest))
        if self._kept:
            contents.append(self._unconverted(shelf, key, title))
        return contents

    def _unconverted(self, shelf: Shelf, key: str, title: str) -> Resource:
        told = self._left[:_MOST_TOLD]
        more = len(self._left) - len(told)
        return Resource(
            key=beside(key, "unconverted"),
            title=cut(f"{title}: questions in their source"),
            description="\n".join([*told, *([f"- and {more} more"] if more else [])]) or None,
            published=False,
            media=shelf.pack_bytes(f"{key}-questions", self._kept.items()),
        )

    def _distinct(self, key: str) -> str:
        """A question that stands twice in a quiz is two questions."""
        number, candidate = 1, key
        while candidate in self._taken:
            number += 1
            candidate = f"{key[:70]}-again-{number}"
        self._taken.add(candidate)
        return candidate


def beside(key: str, what: str) -> str:
    """The key of what stands beside a content."""
    return keys.key(f"{key}-{what}", "content")


def cut(title: str) -> str:
    return title if len(title) <= 255 else f"{title[:254]}…"


def bank(sheet: Sheet, shelf: Shelf, key: str, title: str) -> list[Content]:
    """Questions that no quiz asks yet, as a quiz that learners do not see."""

    def quiz(questions: tuple[Question, ...]) -> QuizContent:
        return QuizContent(key=key, title=title, published=False, quiz=Quiz(title=title, questions=questions))

    return sheet.contents(quiz, shelf, key, title)

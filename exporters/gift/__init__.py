"""Quizzes → a text file in Moodle's GIFT format: a category for each quiz (docs/export-questions.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from exporters import Choices
from exporters.gift.questions import questions
from exporters.shared import quizzes
from exporters.shared.ledger import Ledger
from exporters.shared.quizzes import Placed
from schemas.findings import Report
from schemas.model import Bundle
from schemas.source import Files, Sink

__all__ = ["write"]

_NAME: Final = "questions.gift"
_ABOUT: Final = "its description is not in it: GIFT holds questions and names of categories"


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:  # noqa: ARG001  text alone, one kind
    """See `exporters.Writer`. Raises CoursewrightError for a bundle without quizzes."""
    placed = quizzes.placed(bundle)
    ledger = Ledger(report, bundle, bundle.courses)
    quizzes.settle_around(ledger, bundle)
    sink.write(_NAME, (block.encode() for block in _blocks(placed, ledger)))
    for media in bundle.media:
        ledger.skip_file(media.path, "GIFT is text alone")


def _blocks(placed: list[Placed], ledger: Ledger) -> Iterator[str]:
    """Blank lines part them."""
    for quiz, path in quizzes.categories(placed):
        yield f"$CATEGORY: {path}\n\n"
        about = [_ABOUT] if quizzes.about(quiz.content) else []
        ledger.item(quiz.course, quiz.content, *quizzes.set_elsewhere(quiz.content), *about)
        for question in quiz.content.quiz.questions:
            written = questions(question)
            if written.reason:
                ledger.skip_question(quiz.course, quiz.content, question, written.reason)
            else:
                ledger.question(quiz.course, quiz.content, question, *written.notes)
            yield from written.blocks

"""Quizzes → a file of Moodle XML: a category for each quiz, pictures inside (docs/export-questions.md).

The file is written question by question, so that no more than the pictures of one are in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from exporters import Choices
from exporters.moodle_xml.pictures import Pictures
from exporters.moodle_xml.questions import question
from exporters.shared import quizzes, texts, xml
from exporters.shared.ledger import Ledger
from exporters.shared.quizzes import Placed
from exporters.shared.xml import Element, Text, element
from schemas.findings import Report
from schemas.model import Bundle
from schemas.source import Files, Sink

__all__ = ["write"]

_NAME: Final = "questions.xml"
_LONGEST_IDENTITY: Final = 100
_HASH: Final = 8


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:  # noqa: ARG001  one kind only
    """See `exporters.Writer`. Raises CoursewrightError for a bundle without quizzes."""
    placed = quizzes.placed(bundle)
    ledger = Ledger(report, bundle, bundle.courses)
    quizzes.settle_around(ledger, bundle)
    pictures = Pictures(bundle, files)
    sink.write(_NAME, xml.stream("quiz", _questions(placed, ledger, pictures)))
    for media in bundle.media:
        if media.path in pictures.written:
            ledger.file(media.path)
        else:
            ledger.skip_file(media.path, pictures.reason(media.path))


def _questions(placed: list[Placed], ledger: Ledger, pictures: Pictures) -> Iterator[Element]:
    for quiz, path in quizzes.categories(placed):
        yield _category(quiz, path)
        ledger.item(quiz.course, quiz.content, *quizzes.set_elsewhere(quiz.content))
        for each in quiz.content.quiz.questions:
            made, notes = question(each, pictures)
            ledger.question(quiz.course, quiz.content, each, *notes)
            yield made


def _category(quiz: Placed, path: str) -> Element:
    """The question that is none: it says where the following ones belong."""
    about = texts.html(quizzes.about(quiz.content))
    return element(
        "question",
        {"type": "category"},
        element("category", {}, element("text", {}, Text(path))),
        element("info", {"format": "html"}, element("text", {}, Text(about))),
        element("idnumber", {}, Text(_identity(quiz.identifier))),
    )


def _identity(identifier: str) -> str:
    """An ID number, which Moodle keeps 100 characters of."""
    if len(identifier) <= _LONGEST_IDENTITY:
        return identifier
    tail = hashlib.sha256(identifier.encode()).hexdigest()[:_HASH]
    return f"{identifier[: _LONGEST_IDENTITY - _HASH - 1]}-{tail}"

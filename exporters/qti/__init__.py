"""Quizzes → a package of QTI 1.2, 2.1 or 3.0, with the bundle inside (docs/export-questions.md).

1.2: a document for each quiz, as Canvas writes it. 2.1 and 3.0: a file for each question, a test for each
quiz. Files lie where the bundle has them, in `coursewright/`, and are in the package once.
"""

from __future__ import annotations

from collections.abc import Iterator

from exporters import Choices, inside
from exporters.qti import items, manifest, quiz_tests
from exporters.qti.manifest import Resource
from exporters.qti.versions import VERSIONS, Version
from exporters.shared import qti12, quizzes, xml
from exporters.shared.ledger import Ledger
from exporters.shared.quizzes import Placed, pictures
from schemas.findings import Report
from schemas.model import Bundle
from schemas.source import Files, Sink

__all__ = ["write"]


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:
    """See `exporters.Writer`. Raises CoursewrightError for a bundle without quizzes."""
    version = VERSIONS[choices.target]
    placed = quizzes.placed(bundle)
    ledger = Ledger(report, bundle, bundle.courses)
    quizzes.settle_around(ledger, bundle)
    resources: list[Resource] = []
    for quiz in placed:
        resources += (_document if version.interop else _test)(quiz, version, sink, ledger)
    resources.append(Resource("bundle", "webcontent", None, tuple(inside.names(bundle, files))))
    sink.write(manifest.NAME, [xml.document(manifest.manifest(bundle, version, resources))])
    inside.write(bundle, files, sink)
    _settle_files(ledger, bundle, placed)


def _settle_files(ledger: Ledger, bundle: Bundle, placed: list[Placed]) -> None:
    shown = {
        path for quiz in placed for question in quiz.content.quiz.questions for path in pictures(question)
    }
    for media in bundle.media:
        ledger.file(media.path, "" if media.path in shown else "no question shows it: in the bundle inside")


def _document(quiz: Placed, version: Version, sink: Sink, ledger: Ledger) -> Iterator[Resource]:
    """One document of QTI 1.2."""
    made = qti12.assessment(quiz.content, quiz.identifier, qti12.PLAIN, inside.href)
    name = f"{quiz.identifier}.xml"
    sink.write(name, [xml.document(qti12.interop(made.element, qti12.PLAIN))])
    ledger.item(quiz.course, quiz.content, *made.notes)
    shown: list[str] = []
    for question in quiz.content.quiz.questions:
        ledger.question(quiz.course, quiz.content, question, *made.questions[question.key])
        shown += map(inside.path, pictures(question))
    yield Resource(quiz.identifier, version.test_type, name, tuple(dict.fromkeys((name, *shown))))


def _test(quiz: Placed, version: Version, sink: Sink, ledger: Ledger) -> Iterator[Resource]:
    """A file for each question, and a test that names them."""
    references = []
    for question in quiz.content.quiz.questions:
        identifier = quiz.question(question)
        name = f"items/{identifier}.xml"
        made, notes = items.item(question, identifier, version)
        sink.write(name, [xml.document(version.named(made))])
        ledger.question(quiz.course, quiz.content, question, *notes)
        files = (name, *map(inside.path, pictures(question)))
        yield Resource(identifier, version.item_type, name, files)
        references.append(identifier)
    name = f"tests/{quiz.identifier}.xml"
    test, notes = quiz_tests.test(quiz, version)
    sink.write(name, [xml.document(version.named(test))])
    ledger.item(quiz.course, quiz.content, *notes)
    yield Resource(quiz.identifier, version.test_type, name, (name,), tuple(references))

"""A quiz → a test of one part and one section (2.1 §9–11)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from exporters.qti.names import named
from exporters.qti.processing import number
from exporters.qti.versions import Version
from exporters.qti.xhtml import xhtml
from exporters.shared import quizzes, texts
from exporters.shared.quizzes import Placed
from exporters.shared.xml import Element, Markup, element
from schemas.model import Question, Quiz


def test(placed: Placed, version: Version) -> tuple[Element, tuple[str, ...]]:
    """The test with the names of 2.1, and what it does not say; it lies in a folder of the package."""
    quiz = placed.content.quiz
    seconds = str(quiz.time_limit_minutes * 60) if quiz.time_limit_minutes else None
    root = element(
        "assessmentTest",
        {
            "xmlns": version.namespace,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{version.namespace} {version.schema_location}",
            "identifier": named(placed.identifier),
            "title": quiz.title,
        },
        _score(quiz),
        element("timeLimits", {"maxTime": seconds}) if seconds else None,
        _part(placed, version),
        _sum(),
    )
    return root, tuple(_notes(placed))


def _score(quiz: Quiz) -> Element:
    """The passing score is the mastery value, in points of all that can be had."""
    most = _most(quiz)
    return element(
        "outcomeDeclaration",
        {
            "identifier": "SCORE",
            "cardinality": "single",
            "baseType": "float",
            "normalMaximum": number(most) if most else None,
            "masteryValue": number(most * quiz.passing_score / 100) if most else None,
        },
    )


def _most(quiz: Quiz) -> Decimal:
    return sum((question.points for question in quiz.questions), Decimal(0))


def _sum() -> Element:
    points = element("sum", {}, element("testVariables", {"variableIdentifier": "SCORE"}))
    return element("outcomeProcessing", {}, element("setOutcomeValue", {"identifier": "SCORE"}, points))


def _part(placed: Placed, version: Version) -> Element:
    """Questions are answered in any order and handed in together."""
    quiz = placed.content.quiz
    about = quizzes.about(placed.content)
    section = element(
        "assessmentSection",
        {"identifier": "questions", "title": quiz.title, "visible": "false"},
        element("ordering", {"shuffle": "true"}) if quiz.randomized else None,
        _rubric(about, version) if about else None,
        *(_reference(placed, question) for question in quiz.questions),
    )
    return element(
        "testPart",
        {"identifier": "part", "navigationMode": "nonlinear", "submissionMode": "simultaneous"},
        _control(quiz),
        section,
    )


def _control(quiz: Quiz) -> Element:
    return element(
        "itemSessionControl",
        {
            "maxAttempts": str(quiz.max_attempts) if quiz.max_attempts else None,
            "showFeedback": _yes(quiz.show_results_immediately),
            "allowReview": _yes(quiz.allow_review),
            "showSolution": _yes(quiz.show_correct_answers),
        },
    )


def _yes(said: bool) -> str:  # noqa: FBT001  one word for another
    return "true" if said else "false"


def _rubric(about: str, version: Version) -> Element:
    markup = Markup(f"<div>{xhtml(texts.html(about))}</div>")
    use = "instructions" if version.hyphens else None
    return element("rubricBlock", {"use": use, "view": "candidate"}, version.content(markup))


def _reference(placed: Placed, question: Question) -> Element:
    name = placed.question(question)
    return element("assessmentItemRef", {"identifier": named(name), "href": f"../items/{name}.xml"})


def _notes(placed: Placed) -> Iterator[str]:
    yield from quizzes.said_nowhere(placed.content)
    quiz = placed.content.quiz
    if quiz.max_attempts:
        yield f"{quiz.max_attempts} attempts: said of each question, since QTI has none of a whole test"
    if not _most(quiz):
        yield f"passed with {number(quiz.passing_score)} %: not said of a quiz without points"

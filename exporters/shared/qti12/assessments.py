"""A quiz → an assessment of QTI 1.2 with one section, and what its dialect does not say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from exporters.shared import quizzes, texts
from exporters.shared.qti12 import parts
from exporters.shared.qti12.items import items
from exporters.shared.qti12.parts import Dialect
from exporters.shared.texts import Address
from exporters.shared.xml import Element, element
from schemas.model import QuizContent

_MOST_ATTEMPTS: Final = 5
"""What a cartridge can say, besides "unlimited"."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """`notes` tell what is not said of the quiz, `questions` of each question by its key."""

    element: Element
    notes: tuple[str, ...]
    questions: Mapping[str, tuple[str, ...]]


def interop(assessment: Element, dialect: Dialect) -> Element:
    """The root of a document."""
    return element("questestinterop", {"xmlns": dialect.namespace}, assessment)


def assessment(content: QuizContent, identifier: str, dialect: Dialect, address: Address) -> Assessment:
    """`identifier` is unique in the package; items are called `identifier.question`."""
    quiz = content.quiz
    made = {
        question.key: items(question, f"{identifier}.{quizzes.identifier(question.key)}", dialect, address)
        for question in quiz.questions
    }
    about = quizzes.about(content)
    section = element(
        "section",
        {"ident": "root_section"},
        _shuffled() if quiz.randomized and not dialect.cartridge else None,
        *(item for each in made.values() for item in each.elements),
    )
    root = element(
        "assessment",
        {"ident": identifier, "title": quiz.title},
        parts.metadata(_fields(content, dialect)),
        _about(texts.html(about)) if about else None,
        None if dialect.cartridge else _passing(content),
        section,
    )
    notes = tuple(_notes(content, dialect))
    return Assessment(root, notes, {key: each.notes for key, each in made.items()})


def _fields(content: QuizContent, dialect: Dialect) -> dict[str, str]:
    quiz = content.quiz
    fields = {"cc_profile": "cc.exam.v0p1"} if dialect.cartridge else {}
    fields |= {"qmd_assessmenttype": "Examination", "qmd_scoretype": "Percentage"}
    fields["qmd_solutionspermitted"] = "Yes" if quiz.show_correct_answers else "No"
    if quiz.time_limit_minutes:
        fields["qmd_timelimit"] = str(quiz.time_limit_minutes)
    fields["cc_maxattempts"] = _attempts(quiz.max_attempts, dialect)
    return fields


def _attempts(most: int | None, dialect: Dialect) -> str:
    return "unlimited" if most is None or _too_many(most, dialect) else str(most)


def _too_many(attempts: int | None, dialect: Dialect) -> bool:
    return dialect.cartridge and attempts is not None and attempts > _MOST_ATTEMPTS


def _about(html: str) -> Element:
    return element("presentation_material", {}, element("flow_mat", {}, parts.material(html)))


def _passing(content: QuizContent) -> Element:
    """Points added up, in percent of what can be had (§3.8)."""
    cut = f"{content.quiz.passing_score.normalize():f}"
    variable = {"varname": "SCORE", "vartype": "Decimal", "minvalue": "0", "maxvalue": "100", "cutvalue": cut}
    outcomes = element("outcomes", {}, element("decvar", variable))
    return element("outcomes_processing", {"scoremodel": "SumOfScores"}, outcomes)


def _shuffled() -> Element:
    return element("selection_ordering", {}, element("order", {"order_type": "Random"}))


def _notes(content: QuizContent, dialect: Dialect) -> Iterator[str]:
    quiz = content.quiz
    yield from quizzes.said_nowhere(content)
    yield from quizzes.shown_afterwards(content)
    if not dialect.cartridge:
        return
    yield f"passed with {quiz.passing_score.normalize():f} %: a cartridge does not say"
    if quiz.randomized:
        yield "questions in random order: a cartridge does not say"
    if _too_many(quiz.max_attempts, dialect):
        yield f"{quiz.max_attempts} attempts: a cartridge says at most {_MOST_ATTEMPTS}, here unlimited"

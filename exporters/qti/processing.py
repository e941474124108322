"""Outcomes of an item and how they come about (2.1 §8): points for what is right, then the explanation."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from exporters.qti.names import RESPONSE, named
from exporters.qti.versions import Version
from exporters.qti.xhtml import xhtml
from exporters.shared import texts
from exporters.shared.xml import Element, Markup, Text, element
from schemas.model import Essay, FillInBlank, Question, ShortAnswer

_FEEDBACK: Final = "FEEDBACK"
_EXPLANATION: Final = "explanation"


def number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def outcomes(question: Question, version: Version) -> Iterator[Element]:
    """SCORE is for a person to give where a question is an essay; only version 3 can say so."""
    by_a_person = "human" if version.hyphens and isinstance(question, Essay) else None
    yield _outcome("SCORE", "0", {"normalMaximum": number(question.points), "externalScored": by_a_person})
    yield _outcome("MAXSCORE", number(question.points))
    if question.explanation:
        given = {"identifier": _FEEDBACK, "cardinality": "single", "baseType": "identifier"}
        yield element("outcomeDeclaration", given)


def _outcome(identifier: str, default: str, more: dict[str, str | None] | None = None) -> Element:
    value = element("defaultValue", {}, element("value", {}, Text(default)))
    given = {"identifier": identifier, "cardinality": "single", "baseType": "float", **(more or {})}
    return element("outcomeDeclaration", given, value)


def processing(question: Question) -> Element | None:
    """None where there is nothing to set."""
    steps = []
    if not isinstance(question, Essay):
        points = _set("SCORE", "float", number(question.points))
        steps.append(element("responseCondition", {}, element("responseIf", {}, _right(question), points)))
    if question.explanation:
        steps.append(_set(_FEEDBACK, "identifier", _EXPLANATION))
    return element("responseProcessing", {}, *steps) if steps else None


def _right(question: Question) -> Element:
    match question:
        case ShortAnswer():
            return _mapped(RESPONSE)
        case FillInBlank():
            return element("and", {}, *(_mapped(named(blank.key)) for blank in question.blanks))
        case _:
            return element("match", {}, _named("variable"), _named("correct"))


def _named(name: str) -> Element:
    return element(name, {"identifier": RESPONSE})


def _mapped(response: str) -> Element:
    """Whether it is one of the accepted answers: each of them maps to 1."""
    mapped = element("mapResponse", {"identifier": response})
    return element("equal", {"toleranceMode": "exact"}, mapped, _value("float", "1"))


def _set(outcome: str, base: str, value: str) -> Element:
    return element("setOutcomeValue", {"identifier": outcome}, _value(base, value))


def _value(base: str, value: str) -> Element:
    return element("baseValue", {"baseType": base}, Text(value))


def feedback(question: Question, version: Version) -> Element | None:
    """The explanation, shown when an answer was given."""
    if not question.explanation:
        return None
    markup = Markup(f"<div>{xhtml(texts.html(question.explanation))}</div>")
    shown = {"outcomeIdentifier": _FEEDBACK, "identifier": _EXPLANATION, "showHide": "show"}
    return element("modalFeedback", shown, version.content(markup))

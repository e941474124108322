"""A question → an item of QTI 2 or 3 (2.1 §5): declarations, a body with one kind of interaction, processing.

A question is right as a whole or not at all, and gives all of its points or none. The processing is
written out, since the templates of the standard give one point for everything.
"""

from __future__ import annotations

from collections.abc import Iterator

from exporters.qti import bodies, processing
from exporters.qti.names import RESPONSE, named, right_side
from exporters.qti.versions import Version
from exporters.shared import quizzes
from exporters.shared.xml import Element, Text, element
from schemas.model import Essay, FillInBlank, Matching, MultipleChoice, Question, ShortAnswer, TrueFalse


def item(question: Question, identifier: str, version: Version) -> tuple[Element, tuple[str, ...]]:
    """The item with the names of 2.1, and what it does not say; it lies in a folder of the package."""
    root = element(
        "assessmentItem",
        {
            "xmlns": version.namespace,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{version.namespace} {version.schema_location}",
            "identifier": named(identifier),
            "title": quizzes.first_words(question.text),
            "adaptive": "false",
            "timeDependent": "false",
        },
        *_declarations(question),
        *processing.outcomes(question, version),
        element("itemBody", {}, *bodies.body(question, version)),
        processing.processing(question),
        processing.feedback(question, version),
    )
    return root, () if question.required else (quizzes.OPTIONAL,)


# ── declarations: what is right ──────────────────────────────────────────────────────────────────


def _declarations(question: Question) -> Iterator[Element]:
    match question:
        case MultipleChoice():
            right = [named(option.key) for option in question.options if option.correct]
            yield _declared(RESPONSE, "identifier", right, several=_several(question))
        case TrueFalse():
            yield _declared(RESPONSE, "identifier", [str(question.answer).lower()])
        case ShortAnswer():
            yield _typed(RESPONSE, question.accept)
        case Essay():
            yield _declared(RESPONSE, "string", [])
        case FillInBlank():
            yield from (_typed(named(blank.key), blank.accept) for blank in question.blanks)
        case Matching():
            pairs = [f"{named(pair.key)} {right_side(pair.key)}" for pair in question.pairs]
            yield _declared(RESPONSE, "directedPair", pairs, several=True)


def _declared(
    identifier: str, base: str, correct: list[str], *more: Element, several: bool = False
) -> Element:
    values = [element("value", {}, Text(value)) for value in correct]
    return element(
        "responseDeclaration",
        {"identifier": identifier, "cardinality": "multiple" if several else "single", "baseType": base},
        element("correctResponse", {}, *values) if values else None,
        *more,
    )


def _typed(identifier: str, accept: tuple[str, ...]) -> Element:
    """Every accepted answer maps to 1, whatever its case."""
    entries = [
        element("mapEntry", {"mapKey": answer, "mappedValue": "1", "caseSensitive": "false"})
        for answer in accept
    ]
    return _declared(
        identifier, "string", list(accept[:1]), element("mapping", {"defaultValue": "0"}, *entries)
    )


def _several(question: MultipleChoice) -> bool:
    return sum(option.correct for option in question.options) != 1

"""Questions that are answered by typing. Formulas are shown and never computed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Final

from importers.shared import questions
from importers.shared.moodle_questions.asked import Asked
from importers.shared.moodle_questions.right import accepted
from importers.shared.moodle_questions.writing import Writer, written
from importers.shared.questions import Made, Stem

_VARIABLE: Final = re.compile(r"\{([^{}<>\s]{1,60})\}")


def shortanswer(asked: Asked, stem: Stem, writer: Writer) -> Made:
    right, notes = accepted(asked)
    if asked.settings.get("usecase") in ("1", "true"):
        notes.append("upper and lower case matter in the source")
    return questions.short_answer(written(stem, writer), right, *notes)


def numerical(asked: Asked, stem: Stem, writer: Writer) -> Made:
    right, notes = accepted(asked)
    return questions.short_answer(written(stem, writer), right, *notes)


def essay(asked: Asked, stem: Stem, writer: Writer) -> Made:
    notes = ["what graders read is left out"] if asked.settings.get("graderinfo") else []
    if asked.settings.get("responsetemplate"):
        notes.append("the text to begin with is left out")
    return questions.essay(written(stem, writer), *notes)


def calculated(asked: Asked, stem: Stem, writer: Writer) -> Made:
    """Formulas are no answers, and nothing is computed here."""
    formulas = [with_values(each.text, asked.values) for each in asked.answers if each.fraction > 0]
    shown = f"Answer: {'; '.join(formulas)}" if formulas else ""
    explanation = "\n\n".join(filter(None, (stem.explanation, writer(escape(shown)))))
    stem = replace(stem, text=with_values(stem.text, asked.values), explanation=explanation)
    note = "with its first values" if asked.values else "without values"
    return questions.essay(
        written(stem, writer),
        f"calculated: {note}, the formula in the explanation, graded by a person",
    )


def with_values(text: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)

"""A question of Moodle → one of our six types, or the reason why it makes none.

What is left out is said in the notes: parts of points, tolerances, hints, tags. Nothing is computed:
calculated questions show their first values and their formula, and a person grades them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from html import escape
from typing import Final

from importers.shared import pages, plain_text, questions
from importers.shared.figures import Figures
from importers.shared.moodle_questions import gaps, typed
from importers.shared.moodle_questions.asked import Answer, Asked
from importers.shared.moodle_questions.right import partial_points, right_of_one
from importers.shared.moodle_questions.texts import number
from importers.shared.moodle_questions.typed import with_values
from importers.shared.moodle_questions.writing import Writer, own, written
from importers.shared.questions import Choice, Made, Stem, UnfitError

_LONE_PARAGRAPH: Final = re.compile(r"\A\s*<p(?: [^<>]*)?>((?:(?!</?p[ >]).)*)</p>\s*\Z", re.DOTALL)
"""What editors put around one line, which would make a list of paragraphs."""
_STACK_INPUT: Final = re.compile(r"\[\[input:[^\[\]]{0,200}\]\]")
_STACK_OUTPUT: Final = re.compile(r"\[\[(?:validation|feedback):[^\[\]]{0,200}\]\]")
_STACK_VALUE: Final = re.compile(r"\{([@#])(.{1,1000}?)\1\}", re.DOTALL)
_STACK_PROGRAM: Final = "[["
"""What is left in a text then is a block that runs: a drawing, a condition."""
_DEFAULTS: Final = frozenset(
    ("Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect.")
)
_USUAL_PENALTIES: Final = (0, Decimal("0.1"), Decimal("0.3333333"), 1)
"""What Moodle has set over the years where nobody chose anything."""
_PLAYED: Final = {
    "ddimageortext": "labels dragged onto a picture",
    "ddmarker": "markers dragged onto a picture",
    "randomsamatch": "pairs drawn from other questions",
}


def converted(asked: Asked, key: str, figures: Figures, mark: str | None = None, lead: str = "") -> Made:
    """The question with the key. `mark` is what a quiz gives for it, `lead` HTML to stand before its text.

    Raises UnfitError with the reason when it makes none of ours.
    """
    _require_fit(asked)
    writer = Writer(figures)
    points, note = questions.points((asked.mark if mark is None else mark) or None)
    stem = Stem(
        key=key,
        text=lead + asked.text,
        points=points,
        explanation=writer(_explanation(asked)),
        location=asked.location,
    )
    made = _CONVERSIONS.get(asked.type, _unknown)(asked, stem, writer)
    said = (note, *made.notes, *writer.notes, *_left_out(asked))
    return Made(made.question, tuple(dict.fromkeys(filter(None, said))))


def is_native(asked: Asked) -> bool:
    """Whether it is of a type that is converted, so that its source need not be kept."""
    return asked.type in _CONVERSIONS and asked.type != "stack"


# ── choosing ─────────────────────────────────────────────────────────────────────────────────────


def _multichoice(asked: Asked, stem: Stem, writer: Writer) -> Made:
    single = asked.settings.get("single", "1") in ("1", "true")
    right = right_of_one(asked.answers) if single else {each for each in asked.answers if each.fraction > 0}
    choices = [_option(each, writer, correct=each in right) for each in asked.answers]
    made = questions.choice(written(stem, writer), choices)
    return _noted(made, partial_points(asked.answers, right))


def _option(answer: Answer, writer: Writer, *, correct: bool) -> Choice:
    """An option that is nothing but a picture shows it by itself."""
    picture = writer.picture(answer.text)
    return Choice(own(answer.text, answer), "" if picture else writer(answer.text), correct, picture)


def _calculatedmulti(asked: Asked, stem: Stem, writer: Writer) -> Made:
    shown = replace(
        asked,
        answers=tuple(
            replace(each, text=with_values(each.text, asked.values).replace("{=", "{"))
            for each in asked.answers
        ),
    )
    stem = replace(stem, text=with_values(stem.text, asked.values))
    return _noted(
        _multichoice(shown, stem, writer), "calculated: with its first values; formulas stay formulas"
    )


def _truefalse(asked: Asked, stem: Stem, writer: Writer) -> Made:
    true = asked.settings.get("trueanswer", "")
    named = [each for each in asked.answers if each.identifier == true] or [
        each for each in asked.answers if each.text.strip().lower() == "true"
    ]
    if not named:
        raise UnfitError("it does not say which of its answers means true")
    return questions.true_false(written(stem, writer), answer=named[0].fraction > 0)


# ── types of plugins ─────────────────────────────────────────────────────────────────────────────


def _require_fit(asked: Asked) -> None:
    """Raises UnfitError for what makes no question of ours, before its texts are worked on."""
    if asked.type in _PLAYED:
        raise UnfitError(_PLAYED[asked.type])
    if asked.settings.get("prototypetype", "0") not in ("", "0"):
        raise UnfitError("a template for other questions, which no learner ever sees")
    if asked.type == "stack" and _STACK_PROGRAM in _stack_text(asked.text):
        raise UnfitError("a program (STACK) draws its text anew for each learner")


def _stack_text(html: str) -> str:
    return _STACK_OUTPUT.sub("", _STACK_INPUT.sub("………", html))


def _stack(asked: Asked, stem: Stem, writer: Writer) -> Made:
    """What is computed for each learner stands as it is written, with the definitions it is made from."""
    text = _stack_text(stem.text)
    shown = _STACK_VALUE.sub(r"\2", text)
    defined = asked.settings.get("questionvariables", "").strip()
    if shown != text and defined:
        shown += f"<p>where</p><pre>{escape(defined)}</pre>"
    stem = replace(stem, text=shown, explanation=_STACK_VALUE.sub(r"\2", stem.explanation))
    return questions.essay(
        written(stem, writer),
        "checked by a computer algebra system (STACK) in the source: graded by a person",
        *(["values that are computed for each learner stand as formulas"] if shown != text else []),
    )


def _unknown(asked: Asked, stem: Stem, writer: Writer) -> Made:
    """A plugin's question is at least a task that a person can grade."""
    if not pages.words(stem.text):
        raise UnfitError(f"of the type {asked.type!r}, and without a text")
    return questions.essay(written(stem, writer), f"of the type {asked.type!r}: graded by a person")


_CONVERSIONS: Final[dict[str, Callable[[Asked, Stem, Writer], Made]]] = {
    "multichoice": _multichoice,
    "calculatedmulti": _calculatedmulti,
    "truefalse": _truefalse,
    "shortanswer": typed.shortanswer,
    "numerical": typed.numerical,
    "essay": typed.essay,
    "calculated": typed.calculated,
    "calculatedsimple": typed.calculated,
    "multianswer": gaps.multianswer,
    "gapselect": gaps.gapselect,
    "ddwtos": gaps.gapselect,
    "match": gaps.match,
    "ordering": gaps.ordering,
    "stack": _stack,
}


# ── what all have ────────────────────────────────────────────────────────────────────────────────


def _noted(made: Made, *notes: str) -> Made:
    return Made(made.question, (*made.notes, *filter(None, notes)))


def _explanation(asked: Asked) -> str:
    """What Moodle says afterwards: of the question, of each answer, and of the whole, as one text."""
    said = [(_short(each.text), each.feedback) for each in asked.answers]
    for place, gap in enumerate(asked.gaps, 1):
        said += [(f"{place}: {_short(each.text)}", each.feedback) for each in gap.answers]
    said += [each for each in asked.overall if pages.words(each[1]) not in _DEFAULTS]
    lines = [
        f"<li><strong>{escape(label)}</strong>: {_LONE_PARAGRAPH.sub(_inside, html)}</li>"
        for label, html in said
        if pages.words(html) or "<img" in html
    ]
    return asked.feedback + (f"<ul>{''.join(lines)}</ul>" if lines else "")


def _inside(found: re.Match[str]) -> str:
    return found[1]


def _short(html: str) -> str:
    words = plain_text.title(pages.words(html))[0] or "…"
    return words if len(words) <= 80 else f"{words[:79]}…"


def _left_out(asked: Asked) -> list[str]:
    notes = [f"{asked.hints} hint{'s' * (asked.hints > 1)} for further tries left out"] if asked.hints else []
    penalty = number(asked.settings.get("penalty", ""))
    if penalty not in _USUAL_PENALTIES:
        notes.append(f"a penalty of {float(penalty * 100):.5g} % for further tries left out")
    tags = ", ".join(plain_text.title(tag)[0] for tag in asked.tags if tag)
    return [*notes, f"tags left out: {tags[:200]}"] if tags else notes

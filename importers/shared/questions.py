"""Questions of other systems → one of our six types, each change in words for the report.

Readers say what they found in these functions' terms (a stem, choices with what is right, accepted
answers, pairs); what a bundle demands of questions (schemas/documents.py, CW210–CW220) is met here, once.
Nothing that can still be answered is refused: a survey accepts every answer, an open question is graded by
a person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, NamedTuple

from importers.shared import keys, plain_text
from schemas import model
from schemas.model import NOWHERE, Location, Question

_MOST_POINTS: Final = Decimal("999.99")
_LONGEST_ANSWER: Final = 1_000
_CENT: Final = Decimal("0.01")
GAP: Final = "⟦{}⟧"
"""Where a gap belongs in the HTML of a stem, by the blank's identifier; it passes `pages.page` unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stem:
    """What all questions have. `text` and `explanation` are Markdown without files of the bundle."""

    key: str
    text: str
    points: Decimal = Decimal(1)
    explanation: str = ""
    required: bool = True
    location: Location = NOWHERE


class Choice(NamedTuple):
    """`text` is Markdown; `image` is a path in the bundle."""

    identifier: str
    text: str
    correct: bool
    image: str | None = None


class Made(NamedTuple):
    """A question, and what was changed to make it one; no notes: it says what the source says."""

    question: Question
    notes: tuple[str, ...] = ()


class UnfitError(Exception):
    """What was found makes no question of ours; the reason is for the report."""


def choice(stem: Stem, choices: Sequence[Choice]) -> Made:
    """Single or multiple choice: our type does not tell them apart, the number of right ones does."""
    notes = []
    if len(choices) < 2:
        raise UnfitError(f"{len(choices)} answers to choose from")
    if not any(each.correct for each in choices):
        choices = [each._replace(correct=True) for each in choices]
        notes.append("no answer is right in the source (a survey): every answer counts as right")
    names = _keys((each.identifier for each in choices), "option")
    shown, told = _told_apart(choices)
    options = tuple(
        model.Option(key=key, text=text, correct=each.correct, image=each.image)
        for key, text, each in zip(names, shown, choices, strict=True)
    )
    return _made(stem, [*notes, *told], model.MultipleChoice, options=options)


def true_false(stem: Stem, *, answer: bool) -> Made:
    return _made(stem, [], model.TrueFalse, answer=answer)


def short_answer(stem: Stem, accept: Iterable[str], *notes: str) -> Made:
    """A typed answer; without an accepted one a person grades it. `notes` name tolerances and the like."""
    accepted, told = _accepted(accept)
    if not accepted:
        return essay(stem, "the source accepts no answer by itself: graded by a person")
    return _made(stem, [*notes, *told], model.ShortAnswer, accept=accepted)


def essay(stem: Stem, *notes: str) -> Made:
    return _made(stem, notes, model.Essay)


def fill_in_blank(stem: Stem, blanks: Sequence[tuple[str, Sequence[str]]], *notes: str) -> Made:
    """`blanks` are (identifier, accepted answers); each `GAP` of an identifier in the stem becomes one.

    A gap that the text lacks is written behind it; one that stands twice is one, with what the first accepts;
    one that accepts nothing makes the whole an essay.
    """
    if not blanks:
        raise UnfitError("a text without gaps")
    names = keys.keys(dict.fromkeys(identifier for identifier, _ in blanks), "gap")
    said, made, text = list(notes), [], stem.text
    first: dict[str, Sequence[str]] = {}
    for identifier, accept in blanks:
        first.setdefault(identifier, accept)
    for identifier, accept in first.items():
        accepted, told = _accepted(accept)
        said += told
        if not accepted:
            return essay(
                replace(stem, text=_without_gaps(stem.text)), "a gap accepts no answer: graded by a person"
            )
        text = _with_gap(text, identifier, names[identifier])
        made.append(model.Blank(key=names[identifier], accept=accepted))
    return _made(replace(stem, text=_without_gaps(text)), said, model.FillInBlank, blanks=tuple(made))


def matching(
    stem: Stem,
    pairs: Sequence[tuple[str, str, str]],
    distractors: Sequence[tuple[str, str]] = (),
    *notes: str,
) -> Made:
    """`pairs` are (identifier, left, right), `distractors` (identifier, right); all texts Markdown.

    Our pairs have one right side each. Where left sides share one (sorting into groups), each left side
    becomes a gap to fill with the name of its group.
    """
    lefts, rights = [left.strip() for _, left, _ in pairs], [right.strip() for _, _, right in pairs]
    if not pairs or not all(lefts) or not all(rights):
        raise UnfitError("pairs without a left or a right side")
    if len(pairs) < 2 or len(set(rights)) < len(rights) or len(set(lefts)) < len(lefts):
        return _grouped(stem, pairs, distractors, notes)
    known = {*rights, ""}
    others = {text.strip(): identifier for identifier, text in distractors if text.strip() not in known}
    pair_keys = _keys((identifier for identifier, _, _ in pairs), "pair")
    return _made(
        stem,
        notes,
        model.Matching,
        pairs=tuple(
            model.Pair(key=key, left=left, right=right)
            for key, left, right in zip(pair_keys, lefts, rights, strict=True)
        ),
        distractors=tuple(
            model.Distractor(key=key, text=text)
            for key, text in zip(_keys(others.values(), "distractor"), others, strict=True)
        ),
    )


def ordering(stem: Stem, items: Sequence[tuple[str, str]]) -> Made:
    """`items` are (identifier, text) in the right order: places and what belongs there become pairs."""
    pairs = [(identifier, f"{place}.", text) for place, (identifier, text) in enumerate(items, 1)]
    return matching(stem, pairs, (), "put in order: each place is matched with what belongs there")


def unrepeated(made: Iterable[Made], taken: Counter[str]) -> tuple[Made, ...]:
    """The questions under keys that no other of their quiz has: `taken` counts those given so far."""
    told_apart = []
    for each in made:
        key = each.question.key
        taken[key] += 1
        if taken[key] > 1:
            key = keys.distinct(key, f"{key} {taken[key]}")
            taken[key] += 1
        told_apart.append(each._replace(question=replace(each.question, key=key)))
    return tuple(told_apart)


def points(value: Decimal | float | str | None) -> tuple[Decimal, str]:
    """Points as a bundle may have them, and what had to be changed; None is one point."""
    try:
        given = Decimal(1) if value is None else Decimal(str(value).strip())
    except ArithmeticError:
        return Decimal(1), f"{str(value)[:40]!r} is no number of points: 1"
    if not given.is_finite() or given < 0:
        return Decimal(1), f"{given} points cannot be had here: 1"
    if given > _MOST_POINTS:
        return _MOST_POINTS, f"{given} points cannot be had here: {_MOST_POINTS}"
    rounded = given.quantize(_CENT, ROUND_HALF_UP)
    whole = rounded == rounded.to_integral()
    note = "" if rounded == given else f"{given} points rounded"
    return rounded.quantize(Decimal(1)) if whole else rounded.normalize(), note


# ── what a bundle demands ────────────────────────────────────────────────────────────────────────


def _made(stem: Stem, notes: Iterable[str], kind: type[Question], **parts: Any) -> Made:
    text, said = stem.text.strip(), list(notes)
    if not text:
        text = "…"
        said.append("a question without words")
    question = kind(
        key=stem.key,
        text=text,
        points=stem.points,
        explanation=stem.explanation.strip() or None,
        required=stem.required,
        location=stem.location,
        **parts,
    )
    return Made(question, tuple(dict.fromkeys(said)))


def _told_apart(choices: Sequence[Choice]) -> tuple[list[str], list[str]]:
    """Texts that learners can tell apart: blank ones are numbered, equal ones too unless pictures differ."""
    pictured = any(each.image for each in choices)
    shown: list[str] = []
    seen: set[str] = set()
    notes = []
    for number, each in enumerate(choices, 1):
        text = each.text.strip() or f"({number})"
        if not pictured and text in seen:
            text = f"{text} ({number})"
            notes.append("answers that read alike are numbered")
        if not each.text.strip() and not each.image:
            notes.append("answers without words are numbered")
        shown.append(text)
        seen.add(text)
    return shown, notes


def _accepted(accept: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """Distinct answers of one line each."""
    found: dict[str, None] = {}
    notes = []
    for answer in accept:
        shown, note = plain_text.answer(answer)
        if len(shown) > _LONGEST_ANSWER:
            notes.append(f"an accepted answer of over {_LONGEST_ANSWER:,} characters is left out")
        elif shown:
            found[shown] = None
            notes += [note] if note else []
    return tuple(found), notes


def _keys(identifiers: Iterable[str], fallback: str) -> list[str]:
    """A key for each, also where the source uses an identifier twice: the later ones are numbered."""
    several = list(identifiers)
    names = keys.keys(dict.fromkeys(several), fallback)
    seen: Counter[str] = Counter()
    made = []
    for identifier in several:
        seen[identifier] += 1
        again = seen[identifier]
        made.append(names[identifier] if again == 1 else f"{names[identifier][:70]}-again-{again}")
    return made


def _with_gap(text: str, identifier: str, key: str) -> str:
    escaped = r"\\?".join(map(re.escape, identifier))  # Markdown may have escaped what the identifier holds
    first, *rest = re.split(rf"⟦\\?{escaped}⟧", text)
    behind = "".join(rest)
    between = " " * behind.startswith(("(", "⟦"))  # what would make a link of the gap
    return f"{first}[[{key}]]{between}{behind}" if rest else f"{text}\n\n[[{key}]]"


def _without_gaps(text: str) -> str:
    return text.replace("⟦", "(").replace("⟧", ")")


def _grouped(
    stem: Stem,
    pairs: Sequence[tuple[str, str, str]],
    distractors: Sequence[tuple[str, str]],
    notes: Sequence[str],
) -> Made:
    """Left sides that share right sides, as a list with gaps below the names of the groups."""
    sides = [right for _, _, right in pairs] + [text for _, text in distractors]
    groups = dict.fromkeys(map(_one_line, sides))
    gaps = _keys((identifier for identifier, _, _ in pairs), "gap")
    lines = "\n".join(
        f"- {_one_line(left)}: {GAP.format(gap)}" for gap, (_, left, _) in zip(gaps, pairs, strict=True)
    )
    offered = ", ".join(group for group in groups if group)
    text = f"{stem.text.strip()}\n\n({offered})\n\n{lines}"
    return fill_in_blank(
        replace(stem, text=text),
        [(gap, [right]) for gap, (_, _, right) in zip(gaps, pairs, strict=True)],
        *notes,
        "several left sides share a right side: each became a gap to fill with it",
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())

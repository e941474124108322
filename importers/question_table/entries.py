"""One question of a table, whatever its layout → a question of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal, NamedTuple

from importers.shared import numbers, questions
from importers.shared.figures import Figures
from importers.shared.questions import GAP, Choice, Made, Stem, UnfitError
from importers.shared.wording import lines, markdown
from schemas.model import Location

Kind = Literal["choice", "true_false", "short", "numerical", "essay", "blanks", "matching", "ordering"]

_MARKUP: Final = re.compile(
    r"</(?:p|b|i|u|em|strong|span|div|[uo]l|li|su[bp]|a|table|code|pre|h[1-6])>|<(?:br|img)\b", re.IGNORECASE
)
"""Cells are plain text unless somebody plainly wrote HTML."""
_BLANK: Final = re.compile(r"_{3,}|\[\s*\]|\{\s*\}")


class Option(NamedTuple):
    """`label` is what an answer may call it by: the number or letter of its column."""

    label: str
    text: str
    right: bool = False
    feedback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`accept` are typed answers, of `blanks` a list for each gap; `pairs` are left and right sides."""

    kind: Kind
    text: str
    options: Sequence[Option] = ()
    accept: Sequence[str] = ()
    blanks: Sequence[Sequence[str]] = ()
    pairs: Sequence[tuple[str, str]] = ()
    truth: bool = False
    points: str = ""
    feedback: str = ""
    image: str = ""
    notes: tuple[str, ...] = ()


def make(entry: Entry, location: Location, key: str, figures: Figures) -> Made:
    """Raises UnfitError."""
    maker = _Maker(entry, location, key, figures)
    made = maker.make()
    return Made(made.question, tuple(dict.fromkeys((*entry.notes, *maker.notes, *made.notes))))


class _Maker:
    def __init__(self, entry: Entry, location: Location, key: str, figures: Figures) -> None:
        self._entry = entry
        self._location = location
        self._key = key
        self._figures = figures
        self.notes: list[str] = []

    def make(self) -> Made:  # noqa: PLR0911  one return for each kind
        entry = self._entry
        match entry.kind:
            case "choice":
                return questions.choice(self._stem(), self._choices())
            case "true_false":
                return questions.true_false(self._stem(), answer=entry.truth)
            case "essay":
                return questions.essay(self._stem())
            case "short":
                return questions.short_answer(self._stem(), entry.accept)
            case "numerical":
                return self._numerical()
            case "blanks":
                return self._blanks()
            case "matching":
                return questions.matching(self._stem(), self._pairs())
            case "ordering":
                items = [(each.text, self._markdown(each.text)) for each in entry.options]
                return questions.ordering(self._stem(), items)

    def _markdown(self, text: str) -> str:
        page = markdown(text, "html" if _MARKUP.search(text) else "plain", self._figures)
        self.notes += page.notes
        return page.text

    def _stem(self, text: str | None = None) -> Stem:
        entry = self._entry
        given = entry.text if text is None else text
        if entry.image:
            shown = given if _MARKUP.search(given) else lines(given)
            given = f'{shown}<p><img src="{escape(entry.image)}"></p>'
        points, note = questions.points(entry.points.replace(",", ".") or None)
        self.notes += [note] if note else []
        explanation = "\n\n".join(self._explanation())
        return Stem(
            key=self._key,
            text=self._markdown(given),
            points=points,
            explanation=explanation,
            location=self._location,
        )

    def _explanation(self) -> Iterator[str]:
        if self._entry.feedback:
            yield self._markdown(self._entry.feedback)
        told = [(each.text, each.feedback) for each in self._entry.options if each.feedback]
        if told:
            self.notes.append("the feedback of each answer stands in the explanation")
            yield "\n".join(f"- {self._line(text)}: {self._line(said)}" for text, said in told)

    def _line(self, text: str) -> str:
        return " ".join(self._markdown(text).split())

    def _choices(self) -> list[Choice]:
        return [Choice(each.text[:40], self._markdown(each.text), each.right) for each in self._entry.options]

    def _pairs(self) -> list[tuple[str, str, str]]:
        return [(left, self._markdown(left), self._markdown(right)) for left, right in self._entry.pairs]

    def _numerical(self) -> Made:
        accept: list[str] = []
        notes = []
        for answer in self._entry.accept:
            found, note = _number(answer)
            accept += found
            notes += [note] if note else []
        return questions.short_answer(self._stem(), accept, *notes)

    def _blanks(self) -> Made:
        """Gaps in the text in their order; those that the text does not show stand behind it."""
        names = [f"gap-{number}" for number, _ in enumerate(self._entry.blanks, 1)]
        waiting = iter(names)

        def gap(found: re.Match[str]) -> str:
            name = next(waiting, None)
            return GAP.format(name) if name else found[0]

        blanks = list(zip(names, self._entry.blanks, strict=True))
        return questions.fill_in_blank(self._stem(_BLANK.sub(gap, self._entry.text)), blanks)


def gaps(text: str) -> int:
    """How many gaps a text shows."""
    return len(_BLANK.findall(text))


def _number(text: str) -> tuple[list[str], str]:
    found = numbers.as_written(text)
    if found is None:
        raise UnfitError(f"the answer {text[:60]!r} is no number")
    return found

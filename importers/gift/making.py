"""What GIFT asks → a question of ours, with what had to be changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from importers.gift.grammar import FULL, Answer, Item, Text
from importers.shared import numbers, plain_text, questions
from importers.shared.figures import Figures
from importers.shared.question_files import Page
from importers.shared.questions import GAP, Choice, Made, Stem, UnfitError
from importers.shared.wording import markdown
from schemas.model import Location, RichText

_MISSING: Final = "_____"
_GAP: Final = "gap"
_NAME: Final = 40
"""Characters of an answer that its key is made from."""
_ANYTHING: Final = Decimal("0.00001")
_WILDCARD: Final = re.compile(r"(?<!\\)\*")
_PARTIAL: Final = "an answer for part of the points counts as wrong here: "


class Maker:
    """Makes one question. `notes` gathers what was changed in its texts."""

    def __init__(self, item: Item, key: str, location: Location, figures: Figures) -> None:
        self._item = item
        self._key = key
        self._location = location
        self._figures = figures
        self.notes: list[str] = []

    def make(self) -> Made | Page:
        """Raises UnfitError."""
        if self._item.kind == "description":
            return self._page()
        made = self._made()
        return Made(made.question, tuple(dict.fromkeys((*self.notes, *made.notes))))

    def _made(self) -> Made:
        match self._item.kind:
            case "essay" | "description":
                return questions.essay(self._stem())
            case "truefalse":
                return questions.true_false(self._stem(), answer=self._item.truth)
            case "match":
                return self._matching()
            case "choice":
                return self._choice()
            case "numerical":
                return self._typed(*self._numbers())
            case "shortanswer":
                return self._typed(*self._words())

    # ── texts ────────────────────────────────────────────────────────────────────────────────────

    def _markdown(self, text: Text) -> str:
        page = markdown(text.text, text.form, self._figures)
        self.notes += page.notes
        return page.text

    def _stem(self, gap: str = "") -> Stem:
        item = self._item
        text = f"{item.before.text}{gap}{item.after}"
        return Stem(
            key=self._key,
            text=self._markdown(Text(text.strip(), item.before.form)),
            explanation="\n\n".join(self._explanation()),
            location=self._location,
        )

    def _explanation(self) -> Iterator[str]:
        """The feedback for all, then the one for each answer, which our questions do not have."""
        item = self._item
        told = [(self._markdown(each.text), each.feedback) for each in item.answers]
        told += [("otherwise", item.otherwise)] if item.kind == "numerical" else []
        if item.kind == "truefalse":
            told = [("wrong", item.otherwise), ("right", item.praise)]
        if item.feedback.text:
            yield self._markdown(item.feedback)
        lines = [f"- {_line(answer)}: {_line(self._markdown(said))}" for answer, said in told if said.text]
        if lines:
            self.notes.append("the feedback of each answer stands in the explanation")
            yield "\n".join(lines)

    def _page(self) -> Page:
        """A text to read, which in Moodle stands among the questions."""
        text = self._markdown(self._item.before)
        if not text:
            raise UnfitError("nothing but a title")
        title = plain_text.title(self._item.title or self._item.before.text)[0]
        page = RichText(key=self._key, title=title or self._key, text=text, location=self._location)
        return page, (*self.notes, "a description: a page before the quiz")

    # ── answers ──────────────────────────────────────────────────────────────────────────────────

    def _choice(self) -> Made:
        item = self._item
        self.notes += _weighed(item)
        enough = FULL if item.single else _ANYTHING
        choices = [self._option(each, correct=each.weight >= enough) for each in item.answers]
        return questions.choice(self._stem(_MISSING if item.after else ""), choices)

    def _option(self, answer: Answer, *, correct: bool) -> Choice:
        """What is nothing but a picture shows it by itself."""
        text, form = answer.text
        picture = self._figures.picture(text) if form in ("html", "moodle") else None
        return Choice(text[:_NAME], "" if picture else self._markdown(answer.text), correct, picture)

    def _matching(self) -> Made:
        pairs, others = [], []
        for left, right in self._item.pairs:
            shown = self._markdown(Text(right, "plain"))
            if left.text:
                pairs.append((left.text[:_NAME], self._markdown(left), shown))
            elif shown:
                others.append((right[:_NAME], shown))
        return questions.matching(self._stem(), pairs, others)

    def _words(self) -> tuple[list[str], list[str]]:
        """Accepted answers, and notes about them."""
        best, notes = _best(self._item.answers)
        accept = []
        for answer in best:
            plain = _WILDCARD.sub("", answer.text.text).strip()
            if _WILDCARD.search(answer.text.text):
                notes.append(f"{answer.text.text!r} accepts anything for the *, which is left out here")
            accept.append(plain.replace("\\*", "*"))
        return accept, notes

    def _numbers(self) -> tuple[list[str], list[str]]:
        best, notes = _best(self._item.answers)
        accept: list[str] = []
        for answer in best:
            found, note = _number(answer)
            accept += found
            notes += [note] if note else []
        return accept, notes

    def _typed(self, accept: Iterable[str], notes: Iterable[str]) -> Made:
        if not self._item.answers:
            raise UnfitError("no answer between the braces")
        if self._item.after:
            gap = GAP.format(_GAP)
            return questions.fill_in_blank(self._stem(gap), [(_GAP, list(accept))], *notes)
        return questions.short_answer(self._stem(), accept, *notes)


def _best(answers: Iterable[Answer]) -> tuple[list[Answer], list[str]]:
    """Those that give the most points, and a note about the others that give some."""
    several = list(answers)
    most = max((each.weight for each in several), default=FULL)
    if most <= 0:
        return [], []
    partial = [f"{each.text.text} ({each.weight} %)" for each in several if 0 < each.weight < most]
    notes = [_PARTIAL + ", ".join(partial)] if partial else []
    return [each for each in several if each.weight == most], notes


def _number(answer: Answer) -> tuple[list[str], str]:
    """What to accept for a number with its tolerance; `*` accepts anything, and so nothing by itself."""
    text = answer.text.text
    found = ([], "") if text.strip() == "*" else numbers.as_written(text)
    if found is None:
        raise UnfitError(f"{text[:60]!r} is no number, and no range of numbers")
    return found


def _weighed(item: Item) -> Iterator[str]:
    """What our questions, which are right or wrong, do not say of weights."""
    rewards = {each.weight for each in item.answers if each.weight > 0}
    if item.single and len(rewards) > 1:
        partial = [each.text.text for each in item.answers if 0 < each.weight < FULL]
        yield _PARTIAL + ", ".join(partial)
    elif len(rewards) > 1:
        yield "the right answers weigh the same here"
    if any(each.weight < 0 for each in item.answers):
        yield "wrong answers take no points away here"


def _line(text: str) -> str:
    return " ".join(text.split())

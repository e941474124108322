"""Texts with gaps, and what is matched or put in order."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import Final

from importers.shared import pages, plain_text, questions
from importers.shared.moodle_questions.asked import Asked
from importers.shared.moodle_questions.right import accepted, partial_points, right_of_one
from importers.shared.moodle_questions.writing import Writer, own, written
from importers.shared.questions import GAP, Made, Stem, UnfitError

_MARKER: Final = re.compile(r"\{#(\d+)\}")
_CHOICE: Final = re.compile(r"\[\[(\d{1,4})\]\]")


def multianswer(asked: Asked, stem: Stem, writer: Writer) -> Made:
    if not asked.gaps:
        raise UnfitError("a text of gaps without any")
    blanks, notes, offered = [], [], {}
    for place, gap in enumerate(asked.gaps, 1):
        if gap.type == "multichoice":
            right = right_of_one(gap.answers)
            accept = [pages.words(each.text) for each in gap.answers if each in right]
            offered[str(place)] = [pages.words(each.text) for each in gap.answers]
            notes.append(partial_points(gap.answers, right))
        else:
            accept, said = accepted(gap)
            notes += said
        blanks.append((str(place), accept))
    if offered:
        notes.append("what a gap offers to choose from stands in the text")
    text = _MARKER.sub(lambda found: _gap(found[1], offered.get(found[1], [])), stem.text)
    return questions.fill_in_blank(
        written(replace(stem, text=text), writer), blanks, *filter(None, dict.fromkeys(notes))
    )


def gapselect(asked: Asked, stem: Stem, writer: Writer) -> Made:
    """Each `[[n]]` is the n-th choice; what else its group offers stands behind the gap."""
    words = [pages.words(each.text) for each in asked.answers]
    blanks: list[tuple[str, list[str]]] = []

    def gap(found: re.Match[str]) -> str:
        place = int(found[1])
        if not 0 < place <= len(words):
            return "…"
        again = sum(1 for identifier, _ in blanks if identifier.partition("-")[0] == found[1])
        blanks.append((f"{place}-{again + 1}" if again else found[1], [words[place - 1]]))
        group = asked.answers[place - 1].group
        beside = [word for word, each in zip(words, asked.answers, strict=True) if each.group == group]
        return _gap(blanks[-1][0], beside)

    text = _CHOICE.sub(gap, stem.text)
    return questions.fill_in_blank(
        written(replace(stem, text=text), writer),
        blanks,
        "what a gap offers to choose from stands in the text",
    )


def _gap(identifier: str, offered: list[str]) -> str:
    listed = " / ".join(escape(word) for word in offered if word)
    return GAP.format(identifier) + (f" ({listed})" if listed else "")


def match(asked: Asked, stem: Stem, writer: Writer) -> Made:
    pairs = [
        (own(each.left, each), writer(each.left), plain_text.as_markdown(each.right))
        for each in asked.pairs
        if each.left.strip() and each.right
    ]
    others = [
        (own(escape(each.right), each), plain_text.as_markdown(each.right))
        for each in asked.pairs
        if not each.left.strip()
    ]
    lonely = any(each.left.strip() and not each.right for each in asked.pairs)
    notes = ["a line without an answer is left out"] if lonely else []
    return questions.matching(written(stem, writer), pairs, others, *notes)


def ordering(asked: Asked, stem: Stem, writer: Writer) -> Made:
    """The place of an item is its fraction; in Moodle XML that may be lost, and the order says it."""
    items = sorted(asked.answers, key=lambda each: each.fraction)
    return questions.ordering(
        written(stem, writer), [(own(each.text, each), writer(each.text)) for each in items]
    )

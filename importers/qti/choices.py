"""Choices, words of a text and places in a picture → multiple choice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from importers.qti import pictures
from importers.qti.asking import ALL_RIGHT, Asking, escape_markdown, line, noted
from importers.shared import areas
from importers.shared import questions as ours
from importers.shared.questions import Choice, Made

_BEST_RIGHT: Final = "answers are worth different points in the source: only the best is right here"
_ANY: Final = "any one of the right answers is enough in the source"
_COMPUTED: Final = "what is right is worked out for each learner in the source: graded by a person"


def choice(asking: Asking) -> Made:
    notes: list[str] = []
    right = _right(asking, notes)
    options = [
        _option(asking, key, asking.writer.inside(node), right, notes)
        for key, node in asking.choices("simpleChoice").items()
    ]
    answer = _truth(options)
    if answer is not None:
        return noted(ours.true_false(asking.stem, answer=answer), notes)
    return _chosen(asking, options, notes)


def hottext(asking: Asking) -> Made:
    notes: list[str] = []
    right = _right(asking, notes)
    options = [
        _option(asking, key, asking.writer.inside(node), right, notes)
        for key, node in asking.choices("hottext").items()
    ]
    return _chosen(asking, options, [*notes, "words of the text to mark: they stand below it to choose from"])


def hotspot(asking: Asking) -> Made:
    notes: list[str] = []
    right = _right(asking, notes)
    named = pictures.named(asking.node, "hotspotChoice")
    options = [Choice(key, escape_markdown(name), key in right) for key, name in named.items()]
    return _chosen(asking, options, [*notes, areas.NOTE])


def _chosen(asking: Asking, options: list[Choice], notes: Iterable[str]) -> Made:
    """A choice; one whose right answer is worked out for each learner is left to a person."""
    if asking.response.computed and not any(option.correct for option in options):
        listed = "\n".join(f"- {line(option.text)}" for option in options)
        open_stem = replace(asking.stem, text=f"{asking.stem.text}\n\n{listed}")
        return noted(ours.essay(open_stem, _COMPUTED), notes)
    return noted(ours.choice(asking.stem, options), notes)


def _right(asking: Asking, notes: list[str]) -> set[str]:
    """Identifiers of the right choices, and notes on what our choice does not tell apart."""
    right = set(asking.response.chosen)
    single = asking.response.cardinality == "single"
    if asking.response.partial:
        notes.append(_BEST_RIGHT if single else ALL_RIGHT)
    if len(right) > 1 and single:
        notes.append(_ANY)
    return right


def _option(asking: Asking, key: str, html: str, right: set[str], notes: list[str]) -> Choice:
    picture = asking.texts.picture(html)
    if picture:
        return Choice(key, "", key in right, picture)
    return Choice(key, asking.text(html, notes), key in right)


def _truth(options: list[Choice]) -> bool | None:
    """The right answer of a choice between "True" and "False"; None for any other."""
    says = {option.text.strip().lower(): option.correct for option in options}
    if len(options) != 2 or set(says) != {"true", "false"} or says["true"] == says["false"]:
        return None
    return says["true"]

"""Typed and written answers and gaps → short answer, essay, fill in the blank."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Final

from importers.shared import questions as ours
from importers.shared.pages import words
from importers.shared.qti12 import material, numbers
from importers.shared.qti12.asking import ALL_RIGHT, Asking, noted
from importers.shared.qti12.responses import Response, response
from importers.shared.questions import GAP, Made

_OFFERED: Final = frozenset(("dropdown", "wordbank"))


def essay(asking: Asking, *notes: str) -> Made:
    stem, told = asking.plain()
    return noted(ours.essay(stem, *notes), told)


def typed(asking: Asking, asked: Response) -> Made:
    stem, told = asking.plain()
    accepted, notes = _accepted(asking, asked)
    return noted(ours.short_answer(stem, accepted, *notes), told)


def _accepted(asking: Asking, asked: Response) -> tuple[list[str], list[str]]:
    """Every answer that gains points, and what cannot be said here about it."""
    right = asking.scoring.right(asked.ident)
    notes = []
    if any(leaf.kind == "varsubstring" for leaf in right):
        notes.append("any answer that holds an accepted one is right in the source")
    if any(leaf.case for leaf in right):
        notes.append("upper and lower case must match in the source")
    if asking.scoring.partial(asked.ident):
        notes.append(ALL_RIGHT)
    values, told = numbers.within(asking.scoring.ranges(asked.ident), integers=asked.integers)
    exact = [leaf.value for leaf in right if leaf.kind in ("varequal", "varsubstring")]
    if values:
        exact = [numbers.plain(value) for value in exact]
    return [*exact, *(values if asked.integers or not exact else [])], [*notes, *told]


def calculated(asking: Asking, variables: numbers.Calculated) -> Made:
    stem, told = asking.plain()
    text = stem.text
    for name, value in variables.values.items():
        for written in (f"[{name}]", f"\\[{name}\\]"):
            text = text.replace(written, value)
    made = ours.short_answer(replace(stem, text=text), [variables.answer], *variables.notes)
    return noted(made, told)


def is_gap(asking: Asking, asked: Response) -> bool:
    return asked.typed or _mark(asked) in asking.shown


def _mark(asked: Response) -> str:
    """Canvas writes `[color]` in the text for the response `response_color`."""
    return f"[{asked.ident.removeprefix('response_')}]" if asked.kind == "lid" else "\0"


def in_the_middle(asking: Asking) -> bool:
    """Whether words follow the place for the answer."""
    _, _, after = material.html(asking.presentation, lambda _node: "\0").rpartition("\0")
    return bool(words(after))


def gaps(asking: Asking) -> Made:
    html = material.html(asking.presentation, lambda node: _gap(response(node)))
    notes: list[str] = []
    blanks: list[tuple[str, list[str]]] = []
    for each in asking.asked:
        if each.typed:
            accepted, told = _accepted(asking, each)
            notes += told
        else:
            accepted, offered = _of_labels(asking, each)
            behind = f" ({' / '.join(map(escape, offered))})" if offered else ""
            html = html.replace(_mark(each), GAP.format(escape(_name(each))) + behind, 1)
            notes += ["what a gap offers to choose from stands behind it"] if offered else []
        blanks.append((_name(each), accepted))
    stem, told_of_text = asking.with_text(html)
    return noted(ours.fill_in_blank(stem, blanks, *notes), told_of_text)


def _gap(asked: Response) -> str:
    return f"{asked.prompt}{asked.around}{GAP.format(escape(_name(asked)))}" if asked.typed else ""


def _name(asked: Response) -> str:
    return asked.ident.removeprefix("response_") or "gap"


def _of_labels(asking: Asking, asked: Response) -> tuple[list[str], list[str]]:
    """(accepted, offered) of a gap written with labels: Canvas lists what it accepts, or what it offers."""
    texts = {label.ident: words(label.html) for label in asked.labels}
    offers = any(label.kind in _OFFERED for label in asked.labels)
    if asking.kind == "blanks" and not offers:
        return list(texts.values()), []
    worth = asking.scoring.worth(asked.ident)
    right = [text for ident, text in texts.items() if worth.get(ident, 0) > 0]
    return right, [text for text in texts.values() if text]

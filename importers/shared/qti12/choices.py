"""One response with labels → multiple choice, true or false; an order → matching."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from importers.shared import areas
from importers.shared import questions as ours
from importers.shared.pages import words
from importers.shared.qti12 import hotspots
from importers.shared.qti12.asking import ALL_RIGHT, Asking, noted
from importers.shared.qti12.responses import Label, Response
from importers.shared.questions import Choice, Made, UnfitError

_TRUE: Final = frozenset(("true", "t", "yes"))
_FALSE: Final = frozenset(("false", "f", "no"))
_BEST_RIGHT: Final = "answers are worth different points in the source: only the best is right here"


def choice(asking: Asking, asked: Response) -> Made:
    stem, told = asking.plain()
    worth = asking.scoring.worth(asked.ident)
    several = asked.cardinality == "Multiple"
    best = max((worth.get(label.ident, Decimal(0)) for label in asked.labels), default=Decimal(0))
    right = {
        label.ident
        for label in asked.labels
        if worth.get(label.ident, 0) > 0 and (several or worth[label.ident] == best)
    }
    notes = []
    if any(0 < worth.get(label.ident, 0) < best for label in asked.labels):
        notes.append(ALL_RIGHT if several else _BEST_RIGHT)
    if len(right) > 1 and not several:
        notes.append("any one of the right answers is enough in the source")
    answer = _truth(asking, asked, right)
    if answer is not None:
        return noted(ours.true_false(stem, answer=answer), (*told, *notes))
    choices = [_option(asking, label, correct=label.ident in right, notes=notes) for label in asked.labels]
    return noted(ours.choice(stem, choices), (*told, *notes))


def hotspot(asking: Asking, asked: Response) -> Made:
    """Areas of a picture to choose from, where the source tells wrong ones too."""
    stem, told = asking.plain()
    worth = asking.scoring.worth(asked.ident)
    if len(asked.labels) < 2 or not any(worth.get(label.ident, 0) > 0 for label in asked.labels):
        return noted(ours.essay(stem, areas.DESCRIBED), told)
    places = hotspots.places(asked.labels, asking.presentation)
    choices = [
        Choice(label.ident, place, worth.get(label.ident, 0) > 0)
        for label, place in zip(asked.labels, places, strict=True)
    ]
    return noted(ours.choice(stem, choices), (*told, areas.NOTE))


def _option(asking: Asking, label: Label, *, correct: bool, notes: list[str]) -> Choice:
    picture = asking.texts.picture(label.html)
    if picture:
        return Choice(label.ident, "", correct, picture)
    page = asking.texts.text(label.html)
    notes += page.notes
    return Choice(label.ident, page.text, correct)


def _truth(asking: Asking, asked: Response, right: set[str]) -> bool | None:
    """The right answer of a question whose two labels say "True" and "False"; None for any other."""
    says = {label.ident: words(label.html).lower() for label in asked.labels}
    if asking.kind != "true_false" or len(says) != 2 or len(right) != 1:
        return None
    first, second = says.values()
    if not ((first in _TRUE and second in _FALSE) or (first in _FALSE and second in _TRUE)):
        return None
    (ident,) = right
    return says[ident] in _TRUE


def ordered(asking: Asking, asked: Response) -> Made:
    stem, told = asking.plain()
    labels = {label.ident: label for label in asked.labels}
    order = [ident for ident in asking.scoring.order(asked.ident) if ident in labels]
    if len(order) < 2:
        raise UnfitError("things to put in order, and no order that is right")
    items = [(ident, asking.texts.text(labels[ident].html)) for ident in order]
    notes = [note for _, page in items for note in page.notes]
    return noted(ours.ordering(stem, [(ident, page.text) for ident, page in items]), (*told, *notes))

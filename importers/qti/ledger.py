"""The accounts of one import: gathered from several places, settled once at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from importers.shared.outcome import CARRIED, Outcome, changed
from schemas.findings import Report
from schemas.model import NOWHERE, Location


class Names:
    """Tells apart what is called alike, so that each thing has an account: later ones are numbered."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._taken: set[tuple[str, str]] = set()

    def of(self, kind: str, name: str) -> str:
        """A name that no other thing of the kind was given."""
        self._counts[kind, name] += 1
        count = self._counts[kind, name]
        shown = name if count == 1 else f"{name} ({count})"
        while (kind, shown) in self._taken:
            shown += "'"
        self._taken.add((kind, shown))
        return shown


@dataclass(slots=True)
class Ledger:
    """What is said of one thing in several places (an item in two tests) becomes one account of it."""

    report: Report
    _said: dict[tuple[str, str], list[Outcome]] = field(default_factory=dict)
    _places: dict[tuple[str, str], Location] = field(default_factory=dict)

    def expect(self, kind: str, name: str, location: Location = NOWHERE) -> None:
        """Enumerates a thing; one that is known already stays."""
        if (kind, name) not in self._said:
            self.report.expect(kind, name, location)
            self._said[kind, name] = []
            self._places[kind, name] = location

    def say(self, kind: str, name: str, outcome: Outcome = CARRIED) -> None:
        """What became of an expected thing; the best of several outcomes counts, with all notes."""
        self._said[kind, name].append(outcome)

    def said(self, kind: str, name: str) -> Outcome | None:
        """The outcome so far; None when nothing was said."""
        outcomes = self._said.get((kind, name))
        return _best(outcomes) if outcomes else None

    def skipped(self, kind: str) -> Iterator[tuple[str, str, Location]]:
        """(name, reason, place) of every thing of a kind that is skipped so far."""
        for (own, name), outcomes in self._said.items():
            if own == kind and outcomes and _best(outcomes)[0] == "skipped":
                yield name, _best(outcomes)[1], self._places[own, name]

    def close(self) -> None:
        """Settles all. Raises AssertionError where nothing was said of something."""
        for (kind, name), outcomes in self._said.items():
            if outcomes:
                fate, note = _best(outcomes)
                self.report.settle(kind, name, fate, note)
        self.report.close()


def _best(outcomes: list[Outcome]) -> Outcome:
    notes = [note for _, note in outcomes]
    if all(fate == "skipped" for fate, _ in outcomes):
        return "skipped", "; ".join(dict.fromkeys(notes))
    return changed(*(note for fate, note in outcomes if fate != "skipped"))

"""What the accounts of all packages have in common: files, what opening changed, and names of their own."""

from __future__ import annotations

from collections.abc import Sequence

from importers.shared.outcome import Outcome
from schemas.findings import Finding, Report
from schemas.model import NOWHERE, Location
from schemas.source import Source


class Ledger:
    """Expects things under names that nothing else has: a second `A type` is `A type (2)`."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._taken: set[tuple[str, str]] = set()

    def expect(self, kind: str, name: str, location: Location = NOWHERE) -> str:
        """The name to settle it by."""
        own, number = name, 1
        while (kind, own) in self._taken:
            number += 1
            own = f"{name} ({number})"
        self._taken.add((kind, own))
        self._report.expect(kind, own, location)
        return own

    def settle(self, kind: str, name: str, outcome: Outcome) -> None:
        self._report.settle(kind, name, *outcome)


def notes_of(source: Source) -> list[Finding]:
    """What opening the source changed or left out, each once."""
    return list({(note.rule.code, note.location): note for note in source.notes}.values())


def expect_container(report: Report, names: Sequence[str], notes: Sequence[Finding]) -> None:
    """Names the files, and what opening changed."""
    for name in names:
        report.expect("file", name)
    for note in notes:
        report.expect("archive", _archive(note), note.location)


def settle_container(report: Report, names: Sequence[str], notes: Sequence[Finding]) -> None:
    """All files are in the package that is kept; litter that was left out is gone."""
    for name in names:
        report.settle("file", name)
    for note in notes:
        report.settle(
            "archive", _archive(note), "skipped" if note.rule.name == "left-out" else "changed", note.found
        )


def _archive(note: Finding) -> str:
    return f"{note.rule.name} {note.location}"

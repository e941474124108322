"""The account of a backup: everything expected at first, and settled as it is read.

Links and files inside files come up while texts are read: they are expected and settled in one.
"""

from __future__ import annotations

from collections.abc import Iterable

from importers.shared import ledger, naming, plain_text
from importers.shared.outcome import CARRIED, Outcome
from schemas.findings import Finding, Report
from schemas.model import NOWHERE, Location


class Ledger:
    """Things have handles, which the reader settles them by, and names for people."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._names = ledger.Ledger(report)
        self._open: dict[tuple[str, str], str] = {}

    def expect(self, kind: str, handle: str, name: str, location: Location = NOWHERE) -> None:
        assert (kind, handle) not in self._open, f"two of {kind} {handle!r}"
        told = plain_text.title(name)[0] or handle
        self._open[kind, handle] = self._names.expect(kind, told, location)

    def settle(self, kind: str, handle: str, outcome: Outcome = CARRIED) -> None:
        self._names.settle(kind, self._open.pop((kind, handle)), outcome)

    def is_open(self, kind: str, handle: str) -> bool:
        return (kind, handle) in self._open

    def tell(self, kind: str, name: str, outcome: Outcome, location: Location = NOWHERE) -> None:
        """Of something that came up just now."""
        told = self._names.expect(kind, plain_text.title(name)[0] or kind, location)
        self._names.settle(kind, told, outcome)

    def rest(self, kind: str, outcome: Outcome) -> None:
        """Everything of a kind that nothing was made of."""
        for found, handle in [key for key in self._open if key[0] == kind]:
            self.settle(found, handle, outcome)

    def opening(self, notes: Iterable[Finding]) -> None:
        """What opening the archive changed."""
        several = list(notes)
        ledger.expect_container(self._report, (), several)
        ledger.settle_container(self._report, (), several)

    def metadata(self, told: Iterable[tuple[str, Outcome]]) -> None:
        for name, outcome in told:
            self.tell("metadata", name, outcome)
        self._report.expect("metadata", "instructor")
        self._report.settle("metadata", "instructor", *naming.NOBODY)

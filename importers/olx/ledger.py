"""The account of a package: everything in it is named before anything is converted.

Kinds: item (a block, a page of the course), question (a response of a problem, a poll), file (what is no
block's definition), link (an address of a page that means something of the course), rule (a setting that
changes what learners may do), metadata (other settings), element, repair and archive.
"""

from __future__ import annotations

from collections import Counter

from importers.shared.outcome import Outcome
from schemas.findings import Report
from schemas.model import NOWHERE, Location


class Ledger:
    """Gives every thing a name of its own: blocks may be named twice, and so may all that is in them."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._names: Counter[tuple[str, str]] = Counter()

    def expect(self, kind: str, name: str, location: Location = NOWHERE) -> str:
        """Names a thing; answers with the name it is settled by."""
        self._names[kind, name] += 1
        again = self._names[kind, name]
        if again > 1:
            return self.expect(kind, f"{name} ({again})", location)
        self._report.expect(kind, name, location)
        return name

    def settle(self, kind: str, name: str, outcome: Outcome) -> None:
        self._report.settle(kind, name, *outcome)

    def tell(self, kind: str, name: str, outcome: Outcome, location: Location = NOWHERE) -> None:
        """Names and settles what is found on the way: a link, a repair."""
        self.settle(kind, self.expect(kind, name, location), outcome)

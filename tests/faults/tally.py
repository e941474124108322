"""What is counted of every kind of fault, and must be nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

_LOCK = Lock()


@dataclass(slots=True)
class Tally:
    """`promise` as in docs/reliability.md. `injected`: faults, `tenants`: tenants looked at after them.

    `half`: neither what they held before nor what a clean publish makes. `lost`: rows that were there and are
    not. `learners`: tenants whose learners' rows changed. `dangling`: storage keys in rows without a file.
    `lies`: tenants told something else than the database holds. `differences`: next runs that did not come
    to what a clean run makes, or left something behind. `seconds`: how long the next run, or the run
    itself after the fault, took to have everything published.
    """

    promise: str
    fault: str
    injected: int = 0
    tenants: int = 0
    half: int = 0
    lost: int = 0
    learners: int = 0
    dangling: int = 0
    lies: int = 0
    differences: int = 0
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def bad(self) -> int:
        return (
            self.half
            + self.lost
            + self.learners
            + self.dangling
            + self.lies
            + self.differences
            + len(self.wrong)
        )

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Rounds may run side by side."""
        with _LOCK:
            yield

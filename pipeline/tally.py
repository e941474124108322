"""What became of the items of many packages together, from the accounts of each as programs get them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.findings import Fate

LEARNERS_MISS: Final = ("item", "question")
"""Kinds of parts that are what a course is made of."""
_PARTICULAR = re.compile(r"'[^']*'|[^\s'(]*[/.][^\s')]+|\d[\d,.]*")


@dataclass(slots=True)
class Tally:
    """Small, however many packages there are. `reasons` are those for skipping, see `general`."""

    kinds: dict[str, Counter[Fate]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    over: dict[str, float] = field(default_factory=dict)
    """Packages that lost more than `most` percent, with what they lost."""
    most: float | None = None

    def add(self, name: str, account: Mapping[str, Any]) -> None:
        """`account` is what `show.account.document` makes."""
        for kind, fates in account["kinds"].items():
            self.kinds.setdefault(kind, Counter()).update(fates)
        for item in account["items"]:
            if item["fate"] == "skipped":
                self.reasons[general(item["note"])] += 1
        lost = lost_percent(account["kinds"])
        if self.most is not None and lost > self.most:
            self.over[name] = lost


def lost_percent(kinds: Mapping[str, Mapping[Fate, int]]) -> float:
    """The share that was skipped, of items or of questions, whichever is larger: what a learner would miss.

    Rules, metadata and the like are not in it, nor files that nothing uses.
    """
    return max((100.0 - carried_percent(kinds[kind]) for kind in LEARNERS_MISS if kind in kinds), default=0.0)


def carried_percent(fates: Mapping[Fate, int]) -> float:
    """Carried and changed, in percent of all; 100 when there is nothing."""
    total = sum(fates.values())
    return 100.0 * (total - fates.get("skipped", 0)) / total if total else 100.0


def general(note: str) -> str:
    """A reason without names and numbers, which would make one reason many."""
    return _PARTICULAR.sub("…", note)

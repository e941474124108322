"""What became of a source item, in the words of the report."""

from __future__ import annotations

from typing import Final

from schemas.findings import Fate

Outcome = tuple[Fate, str]
CARRIED: Final[Outcome] = ("carried", "")
STAYS: Final[Outcome] = (
    "changed",
    "kept as it is in the package, where a player reads it; a bundle has no place for it",
)


def changed(*notes: str) -> Outcome:
    """Carried, unless there is something to say."""
    said = "; ".join(dict.fromkeys(note for note in notes if note))
    return ("changed", said) if said else CARRIED


def skipped(reason: str) -> Outcome:
    return "skipped", reason

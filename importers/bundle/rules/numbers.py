"""Money and scores are decimals: two places, no more than the tenant's columns hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from importers.bundle.documents import At
from importers.bundle.faults import Fault, shown
from schemas.findings import Rule

TOO_PRECISE = Rule("CW220", "too-precise", "Money and scores have at most two decimals.")


def too_precise(node: dict[str, Any], at: At, *fields: str) -> Iterator[Fault]:
    """A third decimal would be rounded away without a word by numeric(…, 2)."""
    for field in fields:
        value = node.get(field)
        if isinstance(value, float) and round(value, 2) != value:
            yield Fault(
                rule=TOO_PRECISE,
                spot=at.spot(field),
                found=f"{shown(value)} for `{field}`",
                expected="at most two decimals",
                mend=f"write {round(value, 2)}",
            )

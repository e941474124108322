"""Lengths of time as packages write them (ISO 8601, HHHH:MM:SS) → whole minutes."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 5_256_000
"""Minutes; ten years, which is what a bundle takes."""
_DURATION: Final = re.compile(
    r"^P(?:0+Y)?(?:0+M)?(?:(?P<days>\d{1,4})D)?(?:T(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,5})M)?(?:(?P<seconds>\d{1,6}(?:\.\d+)?)S)?)?$"
)
_CLOCK: Final = re.compile(r"^(?P<hours>\d{1,4}):(?P<minutes>\d{1,2})(?::(?P<seconds>\d{1,2}(?:\.\d+)?))?$")


def minutes(text: str) -> int | None:
    """A length of time in whole minutes, rounded up; None for none, zero, or one that cannot be read."""
    match = _DURATION.match(text) or _CLOCK.match(text)
    if not match:
        return None
    parts = {unit: float(value or 0) for unit, value in match.groupdict().items()}
    seconds = (
        parts.get("days", 0) * 86_400 + parts["hours"] * 3_600 + parts["minutes"] * 60 + parts["seconds"]
    )
    whole = -int(-seconds // 60)
    return whole if 0 < whole <= LONGEST else None

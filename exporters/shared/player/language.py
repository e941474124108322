"""The player's own words."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final

_STRINGS: Final = files("exporters.shared.player") / "strings"
_FALLBACK: Final = "en"


def words(language: str) -> dict[str, str]:
    """Name → text. What a translation lacks, and every language without one, is English."""
    return _strings(_FALLBACK) | _strings(language.lower().partition("-")[0])


@cache
def _strings(code: str) -> dict[str, str]:
    place = _STRINGS / f"{code}.json"
    if not code.isalpha() or not place.is_file():
        return {}
    strings: dict[str, str] = json.loads(place.read_text(encoding="utf-8"))
    return strings

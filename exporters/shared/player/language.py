"""The player's own words, and the language they are in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from schemas.model import Bundle, Course

_STRINGS: Final = files("exporters.shared.player") / "strings"
_FALLBACK: Final = "en"
_RIGHT_TO_LEFT: Final = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ku-arab", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")
)


def language_of(bundle: Bundle, courses: Sequence[Course]) -> str:
    """Courses have no language of their own: that of the first program that has one of the courses, else the
    only one that the bundle knows.
    """
    keys = {course.key for course in courses}
    programs = (
        program.language
        for program in bundle.programs
        if any(entry.course in keys for entry in program.courses)
    )
    known = [lookup.key for lookup in bundle.lookups if lookup.type == "LANGUAGE"]
    return next(programs, known[0] if len(known) == 1 else _FALLBACK)


def direction(language: str) -> Literal["ltr", "rtl"]:
    code = language.lower()
    return "rtl" if code in _RIGHT_TO_LEFT or code.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


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

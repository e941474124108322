"""What language a course is in. Courses do not say it themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from schemas.model import Bundle, Course

_FALLBACK: Final = "en"
_RIGHT_TO_LEFT: Final = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ku-arab", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")
)


def language_of(bundle: Bundle, courses: Iterable[Course]) -> str:
    """That of the first program with one of the courses, else the only one of the bundle, else English."""
    keys = {course.key for course in courses}
    programs = (
        program.language
        for program in bundle.programs
        if any(entry.course in keys for entry in program.courses)
    )
    listed = [lookup.key for lookup in bundle.lookups if lookup.type == "LANGUAGE"]
    return next(programs, listed[0] if len(listed) == 1 else _FALLBACK)


def direction(language: str) -> Literal["ltr", "rtl"]:
    code = language.lower()
    return "rtl" if code in _RIGHT_TO_LEFT or code.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"

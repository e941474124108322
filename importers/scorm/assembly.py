"""Courses of a package → its bundle, with a program where there are several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from importers.scorm.manifest import Manifest, Organization
from importers.scorm.metadata import Record
from importers.shared.naming import PLACEHOLDER_INSTRUCTOR, Name
from importers.shared.outcome import CARRIED, Outcome, changed
from schemas.model import Bundle, Course, Media, Program, ProgramCourse

_LANGUAGE: Final = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_LONGEST_LANGUAGE: Final = 10


def in_order(manifest: Manifest) -> tuple[list[Organization], Outcome]:
    """The organizations with the default one first, and what the report says about the default."""
    organizations = list(manifest.organizations or ())
    default = [each for each in organizations if each.identifier == manifest.default]
    if not default and manifest.default:
        note = f"the default {manifest.default!r} is not there: the first organization is taken"
        return organizations, ("changed", note)
    return [*default, *(each for each in organizations if each not in default)], CARRIED


def bundle(name: Name, title: str, courses: Sequence[Course], media: Media, about: Record) -> Bundle:
    """The whole package. `courses` are in order, `about` is the record of the manifest."""
    return Bundle(
        key=name.key,
        title=title,
        programs=(_program(name, title, courses, about),) if len(courses) > 1 else (),
        courses=tuple(sorted(courses, key=lambda course: course.key)),
        media=(media,),
    )


def use_in_program(about: Record) -> dict[str, Outcome]:
    """What becomes of the manifest's own record when there is a program to take it."""
    hours: Outcome = ("changed", "rounded up to whole hours")
    return {
        "general/description": changed(about.description_note),
        "general/language": CARRIED if _language(about) else ("skipped", "not a language code"),
        **({"educational/typicallearningtime": hours} if about.minutes else {}),
    }


def _program(name: Name, title: str, courses: Sequence[Course], about: Record) -> Program:
    """Several organizations are several ways through one package: the default one is what completes it."""
    return Program(
        key=name.key,
        title=title,
        instructor=PLACEHOLDER_INSTRUCTOR,
        description=about.description or None,
        language=_language(about) or "en",
        duration_hours=-(-about.minutes // 60) if about.minutes else None,
        courses=tuple(
            ProgramCourse(course=course.key, required=place == 0) for place, course in enumerate(courses)
        ),
    )


def _language(about: Record) -> str:
    code = about.language.strip()
    return code if _LANGUAGE.match(code) and len(code) <= _LONGEST_LANGUAGE else ""

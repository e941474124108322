"""cmi5.xml: the course structure (cmi5 1.0 §13). An AU for each unit, a block for each course of sections."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from exporters.launched import Start
from exporters.shared import activities
from exporters.shared.xml import Element, Text, document, element
from schemas.model import Bundle, Course

NAME: Final = "cmi5.xml"
_NAMESPACE: Final = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
_ACTIVITY: Final = "http://adlnet.gov/expapi/activities/module"


def write(bundle: Bundle, units: Sequence[Start]) -> bytes:
    """The order is the learner's: cmi5 itself has no prerequisites."""
    alone = bundle.courses[0] if len(bundle.courses) == 1 else None
    language = units[0].unit.language
    title, description = (alone.title, alone.description) if alone else (bundle.title, None)
    return document(
        element(
            "courseStructure",
            {"xmlns": _NAMESPACE},
            element("course", {"id": activities.of(bundle)}, *_said(title, description, language)),
            *_parts(bundle, units),
        )
    )


def _parts(bundle: Bundle, units: Sequence[Start]) -> list[Element]:
    courses = [list(group) for _, group in groupby(units, key=lambda start: start.course.key)]
    if len(courses) == 1 or units[0].section is None:
        return [_unit(bundle, start) for start in units]
    return [_block(bundle, group[0].course, group) for group in courses]


def _block(bundle: Bundle, course: Course, units: Sequence[Start]) -> Element:
    language = units[0].unit.language
    return element(
        "block",
        {"id": activities.of(bundle, course)},
        *_said(course.title, course.description, language),
        *(_unit(bundle, start) for start in units),
    )


def _unit(bundle: Bundle, start: Start) -> Element:
    """It may take the whole window: nothing in it needs the platform's page. The score is a share of one."""
    mastery = start.unit.mastery
    return element(
        "au",
        {
            "id": activities.of(bundle, start.course, start.section),
            "moveOn": "CompletedAndPassed" if start.unit.graded else "Completed",
            "masteryScore": None if mastery is None else f"{(mastery / 100).normalize():f}",
            "launchMethod": "AnyWindow",
            "activityType": _ACTIVITY,
        },
        *_said(start.unit.title, start.description, start.unit.language),
        element("url", {}, Text(start.page)),
    )


def _said(title: str, description: str | None, language: str) -> tuple[Element, Element]:
    """Both are asked for (§13.1.2): what has no description is described by its title."""
    return _string("title", title, language), _string("description", description or title, language)


def _string(name: str, text: str, language: str) -> Element:
    return element(name, {}, element("langstring", {"lang": language}, Text(text)))

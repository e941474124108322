"""xAPI packages with a tincan.xml, as LMSs took them before cmi5: an activity for each unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from exporters import Choices, inside, launched
from exporters.launched import INSIDE, Start
from exporters.shared import activities
from exporters.shared.xml import Element, Text, document, element
from schemas.findings import Report
from schemas.model import Bundle, Course
from schemas.source import Files, Sink

_NAME: Final = "tincan.xml"
_NAMESPACE: Final = "http://projecttincan.com/tincan.xsd"
_TYPE: Final = "http://adlnet.gov/expapi/activities/course"
_PROGRAM: Final = f"its courses are activities in its order; what else it says is {INSIDE}"
_PREREQUISITE: Final = f"a tincan.xml has no prerequisites: that of the course is {INSIDE}"
_MASTERY: Final = "a tincan.xml has no mastery score: the player judges"


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:
    """A package that starts with its tincan.xml. Raises CoursewrightError when nothing is published."""
    units = launched.starts(bundle, files, "xapi", inside.FOLDER, per_section=choices.sco_per_section)
    sink.write(_NAME, [_manifest(bundle, units)])
    launched.write(units, bundle, files, sink)
    launched.account(report, bundle, units, _PROGRAM, _notes)


def _manifest(bundle: Bundle, units: Sequence[Start]) -> bytes:
    listed = element("activities", {}, *(_activity(bundle, start) for start in units))
    return document(element("tincan", {"xmlns": _NAMESPACE}, listed))


def _activity(bundle: Bundle, start: Start) -> Element:
    language = start.unit.language
    return element(
        "activity",
        {"id": activities.of(bundle, start.course, start.section), "type": _TYPE},
        element("name", {"lang": language}, Text(start.unit.title)),
        element("description", {"lang": language}, Text(start.description or start.unit.title)),
        element("launch", {"lang": language}, Text(start.page)),
    )


def _notes(course: Course, units: Sequence[Start]) -> Iterator[str]:
    yield _PREREQUISITE if course.prerequisite else ""
    yield _MASTERY if any(start.unit.mastery is not None for start in units) else ""

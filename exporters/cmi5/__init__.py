"""cmi5 packages (Quartz): an AU for each course, or for each section if so chosen, and the bundle inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from exporters import Choices, inside, launched
from exporters.cmi5 import structure
from exporters.launched import INSIDE, Start
from schemas.findings import Report
from schemas.model import Bundle, Course
from schemas.source import Files, Sink

_PROGRAM: Final = (
    f"its courses are units of the one course of cmi5, in its order; what else it says is {INSIDE}"
)
_PREREQUISITE: Final = f"cmi5 has no prerequisites: that of the course is {INSIDE}"


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:
    """A package that starts with its course structure. Raises CoursewrightError when nothing is published."""
    units = launched.starts(bundle, files, "cmi5", inside.FOLDER, per_section=choices.sco_per_section)
    sink.write(structure.NAME, [structure.write(bundle, units)])
    launched.write(units, bundle, files, sink)
    launched.account(report, bundle, units, _PROGRAM, _notes)


def _notes(course: Course, _: Sequence[Start]) -> Iterator[str]:
    yield _PREREQUISITE if course.prerequisite else ""

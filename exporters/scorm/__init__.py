"""SCORM 1.2 and SCORM 2004, 3rd and 4th edition: the learner's player, and the bundle inside (docs/adr/0022).

One organization with a SCO for each course, or for each section if so chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from exporters import Choices, inside, launched
from exporters.launched import INSIDE, Start
from exporters.scorm import manifest, outline, schemas
from exporters.scorm.editions import EDITIONS
from exporters.scorm.outline import Item
from schemas.findings import Report
from schemas.model import Bundle, Course
from schemas.source import Files, Sink

_PROGRAM: Final = (
    f"its courses are items of the one organization, in its order; what else it says is {INSIDE}"
)


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:
    """A package that starts with its manifest. Raises CoursewrightError when nothing is published."""
    edition = EDITIONS[choices.target]
    units = launched.starts(
        bundle, files, edition.tracking, inside.FOLDER, per_section=choices.sco_per_section
    )
    items = outline.outline(bundle, units, by_passing=edition.sequenced)
    sink.write(manifest.NAME, [manifest.write(bundle, items, units, edition, inside.names(bundle, files))])
    schemas.write(choices.schemas, edition, sink, report)
    launched.write(units, bundle, files, sink)
    launched.account(report, bundle, units, _PROGRAM, partial(_notes, items))


def _notes(items: Sequence[Item], course: Course, units: Sequence[Start]) -> Iterator[str]:
    yield from map(_several, units)
    yield outline.unenforced(course, items)


def _several(start: Start) -> str:
    if not start.unit.graded or start.unit.mastery is not None:
        return ""
    return f"{start.unit.title!r} has several quizzes to pass, which no mastery score says: the player judges"

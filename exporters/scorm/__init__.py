"""SCORM 1.2 and SCORM 2004, 3rd and 4th edition: the learner's player, and the bundle inside (docs/adr/0022).

One organization with a SCO for each course, or for each section if so chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from exporters import Choices, inside, launched
from exporters.launched import Start
from exporters.scorm import manifest, outline, schemas
from exporters.scorm.editions import EDITIONS
from exporters.scorm.outline import Item
from exporters.shared.ledger import Ledger
from exporters.shared.player.losses import room, settle_course
from schemas.findings import Report
from schemas.model import Bundle
from schemas.source import Files, Sink

_INSIDE: Final = "only in the bundle inside"
_PROGRAM: Final = "its courses are items of the one organization, in its order; what else it says is only in the bundle inside"
_SPLIT: Final = "export with --sco section, or split the course"


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:
    """A package that starts with its manifest. Raises CoursewrightError when nothing is published."""
    edition = EDITIONS[choices.target]
    units = launched.starts(
        bundle, files, edition.tracking, inside.FOLDER, per_section=choices.sco_per_section
    )
    items = outline.outline(bundle, units)
    sink.write(manifest.NAME, [manifest.write(bundle, items, units, edition, inside.names(bundle, files))])
    schemas.write(choices.schemas, edition, sink, report)
    launched.write(units, bundle, files, sink)
    _account(bundle, units, items, report)


def _account(bundle: Bundle, units: Sequence[Start], items: Sequence[Item], report: Report) -> None:
    ledger = Ledger(report, bundle, bundle.courses)
    for program in bundle.programs:
        ledger.program(program.key, _PROGRAM)
    for media in bundle.media:
        ledger.file(media.path)
    for course in bundle.courses:
        own = [start for start in units if start.course.key == course.key]
        notes = [note for start in own for note in (room(start.unit, _SPLIT), _several(start))]
        notes.append("" if own else f"nothing in it is published: {_INSIDE}")
        notes.append(outline.unenforced(course, items))
        settle_course(ledger, course, units[0].unit.tracking, _INSIDE, *notes)


def _several(start: Start) -> str:
    if not start.unit.graded or start.unit.mastery is not None:
        return ""
    return f"{start.unit.title!r} has several quizzes to pass, which no mastery score says: the player judges"

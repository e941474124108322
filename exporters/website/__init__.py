"""A static web site: the learner's player for each course, which keeps progress in the browser alone.

It is for everybody to read, so the bundle is not in it: that holds what is not published.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from exporters import Choices, launched
from exporters.launched import Start
from exporters.shared.ledger import Ledger
from exporters.shared.player.losses import settle_course
from exporters.shared.streams import stream
from exporters.website.index import index
from schemas.findings import Report
from schemas.model import Bundle
from schemas.source import Files, Sink

_FOLDER: Final = "files"
_LEFT_OUT: Final = "not on the site"
_UNUSED: Final = "nothing on the site shows it"
_PROGRAM: Final = "its courses are listed in its order; nothing else of it is said"
_PREREQUISITE: Final = "a site keeps nobody from a course: its prerequisite is not asked for"


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:
    """The site, with `index.html` at its root. Raises CoursewrightError when nothing is published."""
    units = launched.starts(bundle, files, "web", _FOLDER, per_section=choices.sco_per_section)
    if len(units) > 1:
        sink.write("index.html", [index(bundle, units)])
    launched.write_units(units, sink)
    shown = launched.media(units)
    for href, path in sorted(shown.items()):
        sink.write(href, stream(files, path))
    _account(bundle, units, frozenset(shown.values()), report)


def _account(bundle: Bundle, units: Sequence[Start], shown: frozenset[str], report: Report) -> None:
    ledger = Ledger(report, bundle, bundle.courses)
    for program in bundle.programs:
        ledger.program(program.key, _PROGRAM)
    for media in bundle.media:
        if media.path in shown:
            ledger.file(media.path)
        else:
            ledger.skip_file(media.path, _UNUSED)
    present = {start.course.key for start in units}
    for course in bundle.courses:
        absent = "" if course.key in present else f"nothing in it is published: {_LEFT_OUT}"
        settle_course(ledger, course, "web", _LEFT_OUT, absent, _PREREQUISITE if course.prerequisite else "")

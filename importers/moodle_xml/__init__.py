"""Moodle XML question files → a course of quizzes, one a category (docs/adr/0016).

One file, or several in a folder or archive. The conversion of questions is that of backups.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import Final

from importers.moodle_xml.categories import Category, in_file
from importers.moodle_xml.course import course
from importers.moodle_xml.faults import NO_QUESTIONS, refused
from importers.shared import naming
from importers.shared.ledger import expect_container, notes_of, settle_container
from importers.shared.outcome import skipped
from importers.shared.shelf import Shelf
from schemas.findings import Report
from schemas.model import Bundle, Location
from schemas.source import Reading, Source

_HEAD: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<quiz[\s/>]", re.DOTALL
)
_HEAD_BYTES: Final = 4096


def detect(source: Source) -> bool:
    """Whether there are files of questions and at most notes beside them."""
    names = [name for name in source.names() if not name.lower().endswith(".txt")]
    return bool(names) and all(name.lower().endswith(".xml") and _is_quiz(source, name) for name in names)


def read(source: Source, report: Report) -> Reading:
    """The questions as a bundle; `report` accounts for every one, its category, files and texts.

    Raises RefusedError (CW501–CW505, CW576) with what is wrong.
    """
    names = [name for name in source.names() if name.lower().endswith(".xml")]
    categories: dict[str, Category] = {}
    digest = hashlib.sha256()
    for name in names:
        in_file(source, name, categories, report, digest)
    asked = [category for category in categories.values() if category.questions]
    if not asked:
        place = Location(source.place(names[0]))
        raise refused(NO_QUESTIONS, place, "no question", "at least one <question> besides categories")
    shelf = Shelf(source)
    title = asked[0].top or PurePosixPath(names[0]).name.split(".")[0]
    named = naming.name("", title, digest.hexdigest())
    made = course(named.key, title, categories.values(), shelf, report)
    if made is None:
        raise refused(NO_QUESTIONS, asked[0].location, "no question that makes one here", "other questions")
    for name in source.names():
        if name not in names:
            report.expect("file", name)
            report.settle("file", name, *skipped("not a file of questions"))
    notes = notes_of(source)
    expect_container(report, (), notes)
    settle_container(report, (), notes)
    report.expect("metadata", "key")
    report.settle("metadata", "key", *named.outcome)
    report.expect("metadata", "instructor")
    report.settle("metadata", "instructor", *naming.NOBODY)
    report.close()
    return Reading(Bundle(key=named.key, title=title, courses=(made,), media=shelf.media), shelf)


def _is_quiz(source: Source, name: str) -> bool:
    with source.open(name) as file:
        return bool(_HEAD.match(file.read(_HEAD_BYTES)))

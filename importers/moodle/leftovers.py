"""What a backup holds besides contents, questions and files: counted, and why it stays behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from importers.shared.xml_stream import records
from schemas.findings import RefusedError
from schemas.source import Source


class _Kind(NamedTuple):
    file: re.Pattern[str]
    element: str
    words: str
    reason: str


_HERE: Final = "a bundle has no place for it"
_PEOPLE: Final = "it is about people, not about the course"
_KINDS: Final = tuple(
    _Kind(re.compile(file), element, words, reason)
    for file, element, words, reason in (
        (r"groups\.xml", "group", "groups", _PEOPLE),
        (r"groups\.xml", "grouping", "groupings", _PEOPLE),
        (r"badges\.xml", "badge", "badges", _HERE),
        (r"gradebook\.xml", "grade_category", "grade categories", "grades are weighed by the platform"),
        (r"outcomes\.xml", "outcome", "outcomes", _HERE),
        (r"scales\.xml", "scale", "scales", "marks are numbers here"),
        (r"roles\.xml", "role", "roles", "roles are the platform's"),
        (r"completion\.xml", "course_completion_criteria", "completion criteria", _HERE),
        (r"course/calendar\.xml|activities/[^/]+/calendar\.xml", "event", "calendar events", _HERE),
        (r"course/competencies\.xml", "competency", "competencies", _HERE),
        (r"course/contentbank\.xml", "content", "contents of the content bank", "not part of the course"),
        (
            r"course/blocks/[^/]+/block\.xml|course/course\.xml",
            "block",
            "blocks",
            "side blocks are the site's",
        ),
        (r"course/course\.xml", "user", "users in the course", _PEOPLE),
        (r"activities/[^/]+/comments\.xml|course/comments\.xml", "comment", "comments", _PEOPLE),
        (r"(?:course|activities/[^/]+)/filters\.xml", "filter_active", "filters", "filters are the site's"),
        (r"activities/[^/]+/grading\.xml", "definition", "rubrics and marking guides", _HERE),
        (r"(?:course|activities/[^/]+)/logs(?:tores)?\.xml", "log", "log entries", _PEOPLE),
    )
)


def of(source: Source) -> Iterator[tuple[str, str]]:
    """(what and how many, why it stays behind) of each kind that is there."""
    names = source.names()
    for kind in _KINDS:
        count = sum(_count(source, name, kind.element) for name in names if kind.file.fullmatch(name))
        if count:
            yield f"{kind.words}: {count:,}", kind.reason


def _count(source: Source, name: str, element: str) -> int:
    """Without reading the file as a whole; 0 for one that cannot be read: nothing of it is used."""
    try:
        with source.open(name) as file:
            return sum(1 for _ in records(file, source.place(name), {element}))
    except RefusedError:
        return 0

"""What of courses a learner is shown, and the addresses of what not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schemas.model import Course, Section, content_address, section_address


def published(courses: Sequence[Course], section: str | None) -> list[Course]:
    """The courses with what is published in them, of one `section` only where one is named."""
    return [replace(course, sections=tuple(_shown(course, section))) for course in courses]


def _shown(course: Course, only: str | None) -> Iterator[Section]:
    for section in course.sections:
        contents = tuple(content for content in section.contents if content.published)
        if section.published and contents and only in (None, section.key):
            yield replace(section, contents=contents)


def unpublished(courses: Sequence[Course], only: str | None) -> Iterator[str]:
    """The topmost address of everything that `published` leaves out of the same courses."""
    for course in courses:
        for section in course.sections:
            if only in (None, section.key):
                yield from _hidden(course, section)


def _hidden(course: Course, section: Section) -> Iterator[str]:
    if not section.published:
        yield section_address(course.key, section.key)
        return
    for content in section.contents:
        if not content.published:
            yield content_address(course.key, content.key)

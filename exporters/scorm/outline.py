"""The items of an organization: units, and courses above the units where these are sections of several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from exporters.launched import Start, is_required
from schemas.model import Bundle, Course, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A unit, or a course with those of its sections below it; `prerequisite` is one that can be kept to."""

    course: Course
    section: Section | None
    title: str
    start: Start | None
    required: bool
    graded: bool
    prerequisite: Course | None
    children: tuple[Item, ...] = ()

    def walk(self) -> Iterator[Item]:
        yield self
        for child in self.children:
            yield from child.walk()


def outline(bundle: Bundle, units: Sequence[Start], *, by_passing: bool) -> tuple[Item, ...]:
    """A course of sections that is alone needs no item of its own: the organization is it.

    `by_passing` is whether only a course with something to pass can be waited for.
    """
    courses = [list(group) for _, group in groupby(units, key=lambda start: start.course.key)]
    able = {group[0].course.key: group[0].course for group in courses if _is_graded(group) or not by_passing}
    items = [_course(bundle, group, able.get(group[0].course.prerequisite or "")) for group in courses]
    return items[0].children if len(items) == 1 and items[0].children else tuple(items)


def unenforced(course: Course, items: Sequence[Item]) -> str:
    """The note about a prerequisite that the package cannot ask for."""
    kept = any(item.course.key == course.key and item.prerequisite for item in items)
    if course.prerequisite is None or kept:
        return ""
    return f"its prerequisite {course.prerequisite!r} is not asked for: it has nothing published, or to pass"


def _is_graded(units: Sequence[Start]) -> bool:
    return any(start.unit.graded for start in units)


def _course(bundle: Bundle, units: Sequence[Start], prerequisite: Course | None) -> Item:
    course, required = units[0].course, is_required(bundle, units[0].course)
    if units[0].section is None:
        return _unit(units[0], prerequisite, required=required)
    return Item(
        course=course,
        section=None,
        title=course.title,
        start=None,
        required=required,
        graded=_is_graded(units),
        prerequisite=prerequisite,
        children=tuple(_unit(start, None, required=True) for start in units),
    )


def _unit(start: Start, prerequisite: Course | None, *, required: bool) -> Item:
    return Item(
        course=start.course,
        section=start.section,
        title=start.unit.title,
        start=start,
        required=required,
        graded=start.unit.graded,
        prerequisite=prerequisite,
    )

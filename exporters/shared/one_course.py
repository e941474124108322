"""For formats whose packages hold one course."""

from __future__ import annotations

from dataclasses import replace

from schemas.findings import CoursewrightError
from schemas.model import Bundle, Course, course_address


def the_course(bundle: Bundle, what: str) -> Course:
    """Raises CoursewrightError unless there is exactly one; `what` is a package of the format."""
    if len(bundle.courses) != 1:
        known = ", ".join(course.key for course in bundle.courses)
        raise CoursewrightError(
            f"{bundle.key} has {len(bundle.courses)} courses, and {what} holds one",
            f"write them one by one: --course with one of {known}" if known else "add a course",
        )
    return bundle.courses[0]


def by_itself(bundle: Bundle) -> Bundle:
    """A bundle of one course without what it says of courses that are not in it: so it can be read alone."""
    course = the_course(bundle, "it")
    own = course_address(course.key)
    moved = tuple(move for move in bundle.moved if move.new == own or move.new.startswith(f"{own}/"))
    return replace(bundle, courses=(replace(course, prerequisite=None),), moved=moved)

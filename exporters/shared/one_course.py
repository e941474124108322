"""For formats whose packages hold one course."""

from __future__ import annotations

from schemas.findings import CoursewrightError
from schemas.model import Bundle, Course


def the_course(bundle: Bundle, what: str) -> Course:
    """Raises CoursewrightError unless there is exactly one; `what` is a package of the format."""
    if len(bundle.courses) != 1:
        known = ", ".join(course.key for course in bundle.courses)
        raise CoursewrightError(
            f"{bundle.key} has {len(bundle.courses)} courses, and {what} holds one",
            f"write them one by one: --course with one of {known}" if known else "add a course",
        )
    return bundle.courses[0]

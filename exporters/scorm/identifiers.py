"""Identifiers in a manifest: made of keys, so that an LMS knows an item again after the next export.

Keys are in small letters, so the capitals between them keep every two apart; all are NCNames.
"""

from __future__ import annotations

from schemas.model import Bundle, Course, Section


def manifest(bundle: Bundle) -> str:
    return f"BUNDLE-{bundle.key}"


def organization(bundle: Bundle) -> str:
    return f"ORGANIZATION-{bundle.key}"


def item(course: Course, section: Section | None) -> str:
    return f"ITEM-{_unit(course, section)}"


def resource(course: Course, section: Section | None) -> str:
    return f"SCO-{_unit(course, section)}"


def passed(bundle: Bundle, course: Course) -> str:
    """The objective, shared by all items of an attempt, that says whether a course is passed."""
    return f"PASSED-{bundle.key}-COURSE-{course.key}"


def _unit(course: Course, section: Section | None) -> str:
    return f"{course.key}-SECTION-{section.key}" if section else course.key

"""Identifiers of xAPI activities: IRIs made of keys, so that results find them after the next export."""

from __future__ import annotations

from schemas.model import Bundle, Course, Section


def of(bundle: Bundle, course: Course | None = None, section: Section | None = None) -> str:
    """The IRI of the bundle, of a course in it, or of a section of that; keys need no encoding in it."""
    parts = [bundle.key]
    parts += [course.key] if course else []
    parts += [section.key] if section else []
    return f"urn:coursewright:{':'.join(parts)}"

"""Bundles, programs, courses and contents as entries, in the order of fields of `schemas/documents.py`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from exporters.bundle.fields import Entry, Said, reference, said, stem
from schemas.model import (
    Assignment,
    Bundle,
    Content,
    Course,
    Launch,
    LiveSession,
    Lookup,
    LookupType,
    Pdf,
    Program,
    QuizContent,
    Resource,
    RichText,
    Section,
    Video,
)


def bundle_entry(bundle: Bundle, instructor: str | None) -> Entry:
    return said(
        {
            "key": bundle.key,
            "title": bundle.title,
            "instructor": instructor,
            "categories": _lookups(bundle.lookups, "TRAINING_CATEGORY"),
            "levels": _lookups(bundle.lookups, "DIFFICULTY_LEVEL"),
            "tags": _lookups(bundle.lookups, "TRAINING_TAG"),
            "languages": _lookups(bundle.lookups, "LANGUAGE"),
            "moved": [{"from": move.old, "to": move.new} for move in bundle.moved],
        },
        title=bundle.key,
    )


def _lookups(lookups: Iterable[Lookup], kind: LookupType) -> Entry:
    return {lookup.key: lookup.title for lookup in lookups if lookup.type == kind}


def program_entry(program: Program, instructor: str | None) -> Entry:
    return said(
        {
            "key": program.key,
            "title": program.title,
            "description": program.description,
            "thumbnail": reference(program.thumbnail, "programs"),
            "instructor": program.instructor,
            "instructors": program.instructors,
            "category": program.category,
            "level": program.level,
            "tags": program.tags,
            "language": program.language,
            "duration_hours": program.duration_hours,
            "status": program.status,
            "free": program.free,
            "price": program.price,
            "currency": program.currency,
            "order": program.order,
            "courses": [
                said({"course": entry.course, "required": entry.required}, required=True)
                for entry in program.courses
            ],
            "prerequisites": [
                said({"program": entry.program, "required": entry.required}, required=True)
                for entry in program.prerequisites
            ],
        },
        instructor=instructor or "",
        language="en",
        status="published",
        free=False,
        currency="USD",
        order=0,
    )


def course_entry(course: Course, instructor: str | None, folder: str) -> Entry:
    return said(
        {
            "key": course.key,
            "title": course.title,
            "description": course.description,
            "thumbnail": reference(course.thumbnail, folder),
            "instructor": course.instructor,
            "duration_minutes": course.duration_minutes,
            "status": course.status,
            "prerequisite": course.prerequisite,
            "sections": [_section(section, folder) for section in course.sections],
        },
        instructor=instructor or "",
        status="published",
    )


def _section(section: Section, folder: str) -> Entry:
    return said(
        {
            "key": section.key,
            "title": section.title,
            "description": section.description,
            "published": section.published,
            "contents": [_content(content, folder) for content in section.contents],
        },
        published=True,
    )


# ── contents ─────────────────────────────────────────────────────────────────────────────────────


def _content(content: Content, folder: str) -> Entry:
    fields: Said = {
        "key": content.key,
        "type": content.type,
        "title": content.title,
        "description": content.description,
        "published": content.published,
        "preview": content.preview,
        "duration_minutes": content.duration_minutes,
        **_details(content, folder),
    }
    return said(fields, published=True, preview=False)


def _details(content: Content, folder: str) -> Said:  # noqa: PLR0911  one return for each type
    match content:
        case Video():
            return _video(content, folder)
        case Pdf():
            return {
                "media": reference(content.media, folder),
                "url": content.url,
                "page_count": content.page_count,
            }
        case QuizContent():
            return {"quiz": quiz_file(content)}
        case RichText():
            return {"page": reference(content.page, folder)} if content.page else {"text": content.text}
        case Assignment():
            return {
                "instructions": content.instructions,
                "max_score": content.max_score,
                "passing_score": content.passing_score,
                "due": _instant(content.due),
            }
        case LiveSession():
            return {
                "url": content.url,
                "scheduled": _instant(content.scheduled),
                "session_minutes": content.session_minutes,
            }
        case Resource():
            return _resource(content, folder)
        case _:
            assert_never(content)


def _video(video: Video, folder: str) -> Said:
    return {
        "media": reference(video.media, folder),
        "url": video.url,
        "thumbnail": reference(video.thumbnail, folder),
        "transcript": video.transcript,
        "subtitles": reference(video.subtitles, folder),
        "subtitles_url": video.subtitles_url,
        "video_seconds": video.video_seconds,
    }


def _resource(resource: Resource, folder: str) -> Said:
    return {
        "media": reference(resource.media, folder),
        "url": resource.url,
        "launch": _launch(resource.launch) if resource.launch else None,
    }


def _launch(launch: Launch) -> Entry:
    return said({"standard": launch.standard, "href": launch.href, "passing_score": launch.passing_score})


def _instant(moment: datetime | None) -> str | None:
    """UTC, with a fraction only where there is one."""
    return f"{moment.replace(tzinfo=None).isoformat()}Z" if moment else None


def quiz_file(content: QuizContent) -> str:
    return f"{stem(content.key)}.quiz.yaml"

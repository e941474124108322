"""What stands in front of a page: its identity and everything a program would want to know, as YAML."""

from __future__ import annotations

from typing import TypeAlias

from exporters.markdown.texts import blocks
from exporters.shared.facts import moment
from exporters.shared.yaml_text import Value, dump
from schemas.model import (
    Assignment,
    Content,
    Course,
    LiveSession,
    Pdf,
    QuizContent,
    Resource,
    RichText,
    Section,
    Video,
)

Fields: TypeAlias = "dict[str, Value | None]"
"""None and empty texts are not written."""


def fenced(fields: Fields, *parts: str) -> str:
    """A whole page. The body is what `parts` say, with blank lines between."""
    said = {name: value for name, value in fields.items() if value is not None and value != ""}
    return f"---\n{dump(said)}---\n\n{blocks(*parts) if parts else ''}"


def of_course(course: Course) -> Fields:
    return {
        "id": course.key,
        "title": course.title,
        "description": course.description,
        "instructor": course.instructor,
        "status": course.status,
        "minutes": course.duration_minutes,
        "prerequisite": course.prerequisite,
    }


def of_section(section: Section) -> Fields:
    return {
        "id": section.key,
        "title": section.title,
        "description": section.description,
        "published": None if section.published else False,
    }


def of_content(content: Content) -> Fields:
    """`id` is the key, which our reader of folders and some site generators take for the page's identity."""
    return {
        "id": content.key,
        "title": content.title,
        "description": content.description,
        "type": content.type,
        "published": None if content.published else False,
        "preview": content.preview or None,
        "minutes": content.duration_minutes,
        **_details(content),
    }


def _details(content: Content) -> Fields:  # noqa: PLR0911  one return for each type
    match content:
        case QuizContent(quiz=quiz):
            return {
                "passing_score": quiz.passing_score,
                "time_limit_minutes": quiz.time_limit_minutes,
                "max_attempts": quiz.max_attempts,
                "randomized": quiz.randomized,
                "show_correct_answers": quiz.show_correct_answers,
                "show_results_immediately": quiz.show_results_immediately,
                "allow_review": quiz.allow_review,
            }
        case Assignment():
            return {
                "max_score": content.max_score,
                "passing_score": content.passing_score,
                "due": moment(content.due),
            }
        case LiveSession():
            return {
                "url": content.url,
                "scheduled": moment(content.scheduled),
                "session_minutes": content.session_minutes,
            }
        case Pdf():
            return {"url": content.url, "page_count": content.page_count}
        case Video():
            return {"url": content.url, "video_seconds": content.video_seconds}
        case Resource(launch=launch):
            return {
                "url": content.url,
                "standard": launch.standard if launch else None,
                "start": launch.href if launch else None,
                "passing_score": launch.passing_score if launch else None,
            }
        case RichText():
            return {}

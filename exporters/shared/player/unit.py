"""What one launch plays: the data file, the media it needs, and what a manifest has to say about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Literal

from exporters.shared.player.contents import Shelf, content_entry
from exporters.shared.player.language import direction, language_of, words
from exporters.shared.player.marks import marks
from exporters.shared.player.size import Size, size
from schemas.model import (
    Bundle,
    Content,
    Course,
    Essay,
    QuizContent,
    RichText,
    Section,
    content_address,
    section_address,
)
from schemas.source import Files

Tracking = Literal["scorm-1.2", "scorm-2004", "cmi5", "xapi", "web"]
"""How results leave the player. `web` keeps progress in the browser and tells nobody."""
Completion = Literal["all", "quizzes"]
"""Complete when every content is done, or as soon as every quiz was handed in (all, where there is none)."""

_FORMAT: Final = 1
_IN_SCRIPT: Final = re.compile("[<>&]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """`media` maps the href in the package to the path in the bundle.

    `mastery` is the percentage that decides alone whether the unit is passed, for a manifest's mastery score;
    None when nothing is graded or several quizzes must each be passed, which no mastery score can say: then
    a manifest leaves it out and the player's own verdict stands. `unpublished` are the addresses of what
    learners do not see and the unit therefore leaves out. `pages` is the number of contents.
    """

    title: str
    language: str
    direction: Literal["ltr", "rtl"]
    tracking: Tracking
    data: bytes
    media: Mapping[str, str]
    graded: bool
    mastery: Decimal | None
    pages: int
    size: Size
    unpublished: tuple[str, ...]


def course_data(
    bundle: Bundle,
    courses: Sequence[Course],
    files: Files,
    *,
    tracking: Tracking,
    section: str | None = None,
    mastery: Decimal | None = None,
    completion: Completion = "all",
) -> Unit:
    """One course, several, or one `section` of one course, as a unit.

    `mastery` replaces the quizzes' own passing scores: the percentage of all points that passes the unit.
    Captions are read from `files`. Raises ValueError when there is nothing published to play.
    """
    shown = [_published(course, section) for course in courses]
    contents = [(course, content) for course in shown for content in course.contents()]
    if not contents:
        raise ValueError(f"nothing is published in {', '.join(course.key for course in courses)}")
    identifiers = {
        id(content): content.key if len(courses) == 1 else f"{course.key}/{content.key}"
        for course, content in contents
    }
    short = dict(
        zip(identifiers.values(), marks([content_address(c.key, x.key) for c, x in contents]), strict=True)
    )
    shelf = Shelf(bundle, files, inline_captions=tracking == "web")
    language = language_of(bundle, courses)
    entries = [
        _course(course, lambda content: _entry(content, shelf, identifiers, short, language))
        for course in shown
    ]
    quizzes = [content for _course, content in contents if isinstance(content, QuizContent)]
    title = shown[0].sections[0].title if section else shown[0].title if len(shown) == 1 else bundle.title
    document = {
        "format": _FORMAT,
        "name": "/".join(filter(None, (bundle.key, *(course.key for course in courses), section))),
        "title": title,
        "language": language,
        "tracking": tracking,
        "rules": {"mastery": _number(mastery), "completion": completion},
        "courses": entries,
        "pages": {
            shelf.href(content.page): identifiers[id(content)]
            for _course, content in contents
            if isinstance(content, RichText) and content.page in shelf.linked
        },
        "words": words(language),
    }
    return Unit(
        title=title,
        language=language,
        direction=direction(language),
        tracking=tracking,
        data=_script(document),
        media=shelf.used(),
        graded=any(_is_graded(content) for content in quizzes),
        mastery=mastery if mastery is not None else _only_passing_score(quizzes),
        pages=len(contents),
        size=size(entries),
        unpublished=tuple(_unpublished(courses, section)),
    )


def _script(document: Mapping[str, Any]) -> bytes:
    """ASCII, without the characters that HTML and JavaScript could take for their own."""
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    escaped = _IN_SCRIPT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return f"window.coursewright={{data:{escaped}}};\n".encode("ascii")


def _course(course: Course, entry: Any) -> dict[str, Any]:
    return {
        "key": course.key,
        "title": course.title,
        "sections": [
            {"title": section.title, "contents": [entry(content) for content in section.contents]}
            for section in course.sections
        ],
    }


def _entry(
    content: Content, shelf: Shelf, identifiers: Mapping[int, str], short: Mapping[str, str], language: str
) -> dict[str, Any]:
    identifier = identifiers[id(content)]
    return {
        "id": identifier,
        "key": content.key,
        "mark": short[identifier],
        **content_entry(content, shelf, language),
    }


# ── what learners see ────────────────────────────────────────────────────────────────────────────


def _published(course: Course, only: str | None) -> Course:
    sections = (
        replace(section, contents=tuple(content for content in section.contents if content.published))
        for section in course.sections
        if section.published and only in (None, section.key)
    )
    return replace(course, sections=tuple(section for section in sections if section.contents))


def _unpublished(courses: Sequence[Course], only: str | None) -> Iterator[str]:
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


# ── passing ──────────────────────────────────────────────────────────────────────────────────────


def _is_graded(content: QuizContent) -> bool:
    return any(question.points and not isinstance(question, Essay) for question in content.quiz.questions)


def _only_passing_score(quizzes: Sequence[QuizContent]) -> Decimal | None:
    graded = [content.quiz.passing_score for content in quizzes if _is_graded(content)]
    return graded[0] if len(graded) == 1 else None


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)

"""What one launch plays: the data file, the media it needs, and what a manifest has to say about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias, TypeGuard

from exporters.shared.language import direction, language_of
from exporters.shared.player.contents import Shelf, content_entry
from exporters.shared.player.language import words
from exporters.shared.player.marks import marks
from exporters.shared.player.selection import published, unpublished
from exporters.shared.player.size import Size, size
from exporters.shared.player.texts import prose
from schemas.model import Bundle, Content, Course, Essay, QuizContent, RichText, content_address
from schemas.source import Files

Names: TypeAlias = "dict[tuple[str, str], tuple[str, str]]"
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
    learners do not see and the unit therefore leaves out. `contents` is their number.
    """

    title: str
    language: str
    direction: Literal["ltr", "rtl"]
    tracking: Tracking
    data: bytes
    media: Mapping[str, str]
    graded: bool
    mastery: Decimal | None
    contents: int
    size: Size
    unpublished: tuple[str, ...]


def course_data(
    bundle: Bundle,
    courses: Sequence[Course],
    files: Files,
    *,
    tracking: Tracking,
    section: str | None = None,
    title: str | None = None,
    mastery: Decimal | None = None,
    completion: Completion = "all",
    folder: str = "files",
) -> Unit:
    """One course, several in their order (a program), or one `section` of one course, as a unit.

    Unless `title` is given, it is called as the section or the only course, else as the bundle. `mastery`
    replaces the quizzes' own passing scores: the percentage of all points that passes the unit. Captions
    are read from `files`, media lie below `folder` of the package. Raises ValueError when there is nothing
    published to play.
    """
    shown = published(courses, section)
    names = _names(shown)
    if not names:
        raise ValueError(f"nothing is published in {', '.join(course.key for course in courses)}")
    language, title = language_of(bundle, courses), title or _title(bundle, shown, section)
    shelf = Shelf(bundle, files, folder, inline_captions=tracking == "web")
    entries = [_course(course, names, shelf, language) for course in shown]
    document = {
        "format": _FORMAT,
        "name": "/".join(filter(None, (bundle.key, *(course.key for course in courses), section))),
        "title": title,
        "language": language,
        "tracking": tracking,
        "rules": {"mastery": None if mastery is None else float(mastery), "completion": completion},
        "courses": entries,
        "pages": _linked(shown, names, shelf),
        "words": words(language),
    }
    graded = [content for course in shown for content in course.contents() if _is_graded(content)]
    return Unit(
        title=title,
        language=language,
        direction=direction(language),
        tracking=tracking,
        data=_script(document),
        media=shelf.used(),
        graded=bool(graded),
        mastery=mastery if mastery is not None else _only_passing_score(graded),
        contents=len(names),
        size=size(entries),
        unpublished=tuple(unpublished(courses, section)),
    )


def _title(bundle: Bundle, courses: Sequence[Course], section: str | None) -> str:
    if section:
        return courses[0].sections[0].title
    return courses[0].title if len(courses) == 1 else bundle.title


def _script(document: Mapping[str, Any]) -> bytes:
    """ASCII, without the characters that HTML and JavaScript could take for their own."""
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    escaped = _IN_SCRIPT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return f"window.coursewright={{data:{escaped}}};\n".encode("ascii")


# ── contents by name ─────────────────────────────────────────────────────────────────────────────


def _names(courses: Sequence[Course]) -> Names:
    """By keys of course and content: the identifier in reports and bookmarks, and the mark in the state."""
    keys = [(course.key, content.key) for course in courses for content in course.contents()]
    identifiers = [content if len(courses) == 1 else f"{course}/{content}" for course, content in keys]
    short = marks([content_address(*key) for key in keys])
    return dict(zip(keys, zip(identifiers, short, strict=True), strict=True))


def _course(course: Course, names: Names, shelf: Shelf, language: str) -> dict[str, Any]:
    def described(text: str | None) -> str | None:
        return prose(text, shelf.resolver("")) if text else None

    def entry(content: Content) -> dict[str, Any]:
        identifier, mark = names[course.key, content.key]
        return {
            "id": identifier,
            "key": content.key,
            "mark": mark,
            **content_entry(content, shelf, language),
        }

    return {
        "key": course.key,
        "title": course.title,
        "description": described(course.description),
        "sections": [
            {
                "title": section.title,
                "description": described(section.description),
                "contents": [entry(content) for content in section.contents],
            }
            for section in course.sections
        ],
    }


def _linked(courses: Sequence[Course], names: Names, shelf: Shelf) -> dict[str, str]:
    """Pages that others link to as files: their hrefs, and the contents that they are."""
    return {
        shelf.href(content.page): names[course.key, content.key][0]
        for course in courses
        for content in course.contents()
        if isinstance(content, RichText) and content.page in shelf.linked
    }


# ── passing ──────────────────────────────────────────────────────────────────────────────────────


def _is_graded(content: Content) -> TypeGuard[QuizContent]:
    return isinstance(content, QuizContent) and any(
        question.points and not isinstance(question, Essay) for question in content.quiz.questions
    )


def _only_passing_score(graded: Sequence[QuizContent]) -> Decimal | None:
    return graded[0].quiz.passing_score if len(graded) == 1 else None

"""Every place where a document names a file of the bundle, and what file that is.

Used by the rules, which judge the names, and by the reader, which follows them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from importers.bundle.documents import At, Document, Documents
from importers.bundle.faults import Spot
from schemas.media import Use

Wanted = Use | Literal["page", "quiz"]
Obstacle = Literal["leaves", "form", "hidden", "url"]

_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:")
_ODD = re.compile(r'[\\*?"<>|\x00-\x1f\x7f]|^~|^$|/$|//')


@dataclass(frozen=True, slots=True)
class Reference:
    """`raw` is what the author wrote at `spot`, `path` what it means; None when `obstacle` says why not."""

    spot: Spot
    raw: str
    wanted: Wanted
    path: str | None
    obstacle: Obstacle | None = None


def resolve(raw: str, name: str) -> tuple[str | None, Obstacle | None]:
    """(bundle path, None) of a path written in the file `name`, or (None, obstacle)."""
    if _URL.match(raw):
        return None, "url"
    if _ODD.search(raw):
        return None, "form"
    joined = raw[1:] if raw.startswith("/") else posixpath.join(posixpath.dirname(name), raw)
    path = posixpath.normpath(joined)
    if path == ".." or path.startswith("../"):
        return None, "leaves"
    if path == "." or any(part.startswith(".") for part in path.split("/")):
        return None, "hidden"
    return path, None


def refer(at: At, field: str, raw: str, wanted: Wanted) -> Reference:
    path, obstacle = resolve(raw, at.name)
    return Reference(at.spot(field), raw, wanted, path, obstacle)


def references(documents: Documents) -> Iterator[Reference]:
    """Every file named by the sound documents, in the order of files and fields. Not the links in pages."""
    for program in documents.of("program"):
        yield from _named(program.data, program.at, thumbnail="image")
    for course in documents.of("course"):
        yield from of_course(course)
    for quiz in documents.of("quiz"):
        yield from of_quiz(quiz.data, quiz.at)


def of_course(course: Document) -> Iterator[Reference]:
    yield from _named(course.data, course.at, thumbnail="image")
    for content, at in contents(course):
        yield from of_content(content, at)


def contents(course: Document) -> Iterator[tuple[dict[str, Any], At]]:
    """The contents of a sound course, each with its place."""
    for s, section in enumerate(course.data["sections"]):
        for c, content in enumerate(section["contents"]):
            yield content, course.at.down("sections", s, "contents", c)


_MEDIA: dict[str, Wanted] = {"video": "video", "pdf": "document", "downloadable_resource": "any"}


def of_content(content: dict[str, Any], at: At) -> Iterator[Reference]:
    kind = content["type"]
    if kind == "quiz":
        quiz = content["quiz"]
        if isinstance(quiz, str):
            yield refer(at, "quiz", quiz, "quiz")
        else:
            yield from of_quiz(quiz, at.down("quiz"))
    elif kind == "rich_text":
        yield from _named(content, at, page="page")
    elif kind in _MEDIA:
        yield from _named(content, at, media=_MEDIA[kind], thumbnail="image", subtitles="subtitles")


def of_quiz(quiz: dict[str, Any], at: At) -> Iterator[Reference]:
    for q, question in enumerate(quiz["questions"]):
        if question["type"] == "multiple_choice":
            for o, option in enumerate(question["options"]):
                if "image" in option:
                    yield refer(at.down("questions", q, "options", o), "image", option["image"], "image")


def _named(node: dict[str, Any], at: At, **fields: Wanted) -> Iterator[Reference]:
    for field, wanted in fields.items():
        if field in node:
            yield refer(at, field, node[field], wanted)

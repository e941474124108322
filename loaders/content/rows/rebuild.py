"""Rows back to the model: the reverse of `flatten.py`."""

from __future__ import annotations

from collections.abc import Iterable

from loaders.content.rows.details import Base, content_of, number, path_of
from loaders.content.rows.items import Item, by_order
from loaders.content.rows.questions import question_of
from loaders.content.rows.tables import ContentRow, CourseRow, LookupRow, ProgramRow, QuizRow, SectionRow
from schemas.model import (
    Bundle,
    Content,
    Course,
    Lookup,
    Media,
    Program,
    ProgramCourse,
    ProgramPrerequisite,
    Quiz,
    QuizContent,
    Section,
)


def rebuild(key: str, title: str, items: Iterable[Item], media: Iterable[Media]) -> Bundle:
    """The bundle whose programs, courses and lookups are `items`, with everything below them."""
    by_kind: dict[str, list[Item]] = {"program": [], "course": [], "lookup": []}
    for item in items:
        by_kind[item.kind].append(item)
    return Bundle(
        key=key,
        title=title,
        programs=tuple(_program(item) for item in sorted(by_kind["program"], key=_by_key)),
        courses=tuple(_course(item) for item in sorted(by_kind["course"], key=_by_key)),
        lookups=tuple(sorted((_lookup(item) for item in by_kind["lookup"]), key=_by_type_and_key)),
        media=tuple(sorted(media, key=lambda one: one.path)),
    )


def _by_key(item: Item) -> str:
    return item.key


def _by_type_and_key(lookup: Lookup) -> tuple[str, str]:
    return lookup.type, lookup.key


def _bare(symbol: str | None) -> str | None:
    """A lookup's key without its type."""
    return symbol and symbol.partition("/")[2]


# ── programs and courses ─────────────────────────────────────────────────────────────────────────


def _lookup(item: Item) -> Lookup:
    row = item.row
    assert isinstance(row, LookupRow)
    return Lookup(type=row.type, key=item.key.partition("/")[2], title=row.title)  # type: ignore[arg-type]


def _program(item: Item) -> Program:
    row = item.row
    assert isinstance(row, ProgramRow)
    courses, people = item.links["courses"], item.links["instructors"]
    return Program(
        key=item.key,
        title=row.title,
        instructor=row.instructor,
        description=row.description,
        thumbnail=path_of(item, "thumbnail"),
        instructors=tuple(
            sorted((e for e in people if not people[e][0]), key=lambda email: people[email][1])
        ),
        category=_bare(row.category),
        level=_bare(row.level),
        tags=tuple(sorted(symbol.partition("/")[2] for symbol in item.links["tags"])),
        language=row.language,
        duration_hours=row.hours,
        status=row.status,  # type: ignore[arg-type]
        free=row.free,
        price=number(row.price),
        currency=row.currency,
        order=row.order,
        courses=tuple(
            ProgramCourse(course=key, required=required)
            for key, (_, required) in sorted(courses.items(), key=lambda entry: entry[1][0])
        ),
        prerequisites=tuple(
            ProgramPrerequisite(program=key, required=required)
            for key, (required,) in sorted(item.links["prerequisites"].items())
        ),
    )


def _course(item: Item) -> Course:
    row = item.row
    assert isinstance(row, CourseRow)
    sections = sorted((child for child in item.children if child.kind == "section"), key=by_order)
    inside: dict[str, list[Item]] = {section.key: [] for section in sections}
    for child in item.children:
        if child.kind == "content":
            assert isinstance(child.row, ContentRow)
            inside[child.row.section].append(child)
    return Course(
        key=item.key,
        title=row.title,
        instructor=row.instructor,
        description=row.description,
        thumbnail=path_of(item, "thumbnail"),
        duration_minutes=row.minutes,
        status=row.status,  # type: ignore[arg-type]
        prerequisite=row.prerequisite,
        sections=tuple(_section(section, inside[section.key]) for section in sections),
    )


def _section(item: Item, contents: list[Item]) -> Section:
    row = item.row
    assert isinstance(row, SectionRow)
    return Section(
        key=item.key,
        title=row.title,
        description=row.description,
        published=row.published,
        contents=tuple(_content(content) for content in sorted(contents, key=by_order)),
    )


# ── contents ─────────────────────────────────────────────────────────────────────────────────────


def _content(item: Item) -> Content:
    row = item.row
    assert isinstance(row, ContentRow)
    base: Base = {
        "key": item.key,
        "title": row.title,
        "description": row.description,
        "published": row.published,
        "preview": row.preview,
        "duration_minutes": row.minutes,
    }
    return _quiz_content(base, item) if row.type == "quiz" else content_of(base, item)


def _quiz_content(base: Base, item: Item) -> Content:
    quiz = item.children[0]
    row = quiz.row
    assert isinstance(row, QuizRow)
    return QuizContent(
        **base,
        quiz=Quiz(
            title=row.title,
            description=row.description,
            time_limit_minutes=row.minutes,
            passing_score=number(row.passing_score),
            max_attempts=row.max_attempts,
            randomized=row.randomized,
            show_correct_answers=row.correct_answers,
            show_results_immediately=row.results_immediately,
            allow_review=row.review,
            questions=tuple(question_of(question) for question in sorted(quiz.children, key=by_order)),
        ),
    )

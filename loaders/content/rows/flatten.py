"""A bundle as rows: everything an author wrote, at the columns where the tenant's tables have it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from loaders.content.rows.details import detail_of
from loaders.content.rows.items import DIGEST_BYTES, Item, Tree, census, digest, lookup_symbol, sealed
from loaders.content.rows.questions import question_item
from loaders.content.rows.stored import Stored, paths
from loaders.content.rows.tables import ContentRow, CourseRow, LookupRow, ProgramRow, QuizRow, Row, SectionRow
from schemas.model import Bundle, Content, Course, Lookup, Program, Quiz, QuizContent


def flatten(bundle: Bundle) -> Tree:
    """Rows of a checked bundle: every path is in `bundle.media`, every key it refers to exists."""
    stored = Stored(bundle.media)
    titles = {(lookup.type, lookup.key): lookup.title for lookup in bundle.lookups}
    items = (
        *(_lookup(lookup) for lookup in bundle.lookups),
        *(_course(course, stored) for course in bundle.courses),
        *(_program(program, stored, titles) for program in bundle.programs),
    )
    media = [(one.path, one.digest, one.size, one.media_type) for one in bundle.media]
    whole = digest(bundle.title, media, [(item.kind, item.key, item.tree) for item in items])
    return Tree(bundle.key, bundle.title, items, bundle.media, bundle.moved, whole)


# ── programs, courses, sections ──────────────────────────────────────────────────────────────────


def _lookup(lookup: Lookup) -> Item:
    """Its digest is of the title alone, in no version: a translated row could not tell what it was."""
    symbol = lookup_symbol(lookup.type, lookup.key)
    item = Item("lookup", symbol, LookupRow(lookup.type, lookup.title), location=lookup.location)
    item.digest = item.tree = blake2b(lookup.title.encode(), digest_size=DIGEST_BYTES).digest()
    return item


def _program(program: Program, stored: Stored, titles: dict[Any, str]) -> Item:
    category = program.category and lookup_symbol("TRAINING_CATEGORY", program.category)
    level = program.level and lookup_symbol("DIFFICULTY_LEVEL", program.level)
    row = ProgramRow(
        title=program.title,
        description=program.description,
        thumbnail=stored.key(program.thumbnail),
        instructor=program.instructor,
        category=category,
        level=level,
        hours=program.duration_hours,
        published=program.status == "published",
        status=program.status,
        free=program.free,
        price=program.price,
        currency=program.currency,
        language=program.language,
        order=program.order,
    )
    item = Item("program", program.key, row, paths=paths(thumbnail=program.thumbnail), links=_links(program))
    item.location = program.location
    sealed(item)
    # A lookup with a new title is another row of the tenant's list, so its programs must be looked at.
    item.digest = item.tree = digest(item.digest, [titles.get(name) for name in _lookups_of(program)])
    return item


def _lookups_of(program: Program) -> Iterator[tuple[str, str | None]]:
    yield "TRAINING_CATEGORY", program.category
    yield "DIFFICULTY_LEVEL", program.level
    for tag in program.tags:
        yield "TRAINING_TAG", tag


def _links(program: Program) -> dict[str, dict[str, Row]]:
    people = (program.instructor, *program.instructors)
    return {
        "courses": {entry.course: (n, entry.required) for n, entry in enumerate(program.courses)},
        "instructors": {person: (n == 0, n) for n, person in enumerate(people)},
        "tags": {lookup_symbol("TRAINING_TAG", tag): () for tag in program.tags},
        "prerequisites": {entry.program: (entry.required,) for entry in program.prerequisites},
    }


def _course(course: Course, stored: Stored) -> Item:
    row = CourseRow(
        title=course.title,
        description=course.description,
        thumbnail=stored.key(course.thumbnail),
        instructor=course.instructor,
        minutes=course.duration_minutes,
        published=course.status == "published",
        status=course.status,
        prerequisite=course.prerequisite,
    )
    children = (*_sections(course), *_contents(course, stored))
    item = Item("course", course.key, row, paths=paths(thumbnail=course.thumbnail), children=children)
    item.location, item.below = course.location, census(children)
    return sealed(item)


def _sections(course: Course) -> Iterator[Item]:
    for n, section in enumerate(course.sections):
        row = SectionRow(section.title, section.description, n, section.published)
        yield sealed(Item("section", section.key, row, location=section.location))


def _contents(course: Course, stored: Stored) -> Iterator[Item]:
    for section in course.sections:
        for n, content in enumerate(section.contents):
            yield _content(content, section.key, n, stored)


# ── contents ─────────────────────────────────────────────────────────────────────────────────────


def _content(content: Content, section: str, order: int, stored: Stored) -> Item:
    row = ContentRow(
        section=section,
        title=content.title,
        description=content.description,
        type=content.type,
        order=order,
        published=content.published,
        preview=content.preview,
        minutes=content.duration_minutes,
    )
    detail, files = detail_of(content, stored)
    item = Item("content", content.key, row, detail=detail, paths=files, location=content.location)
    if isinstance(content, QuizContent):
        item.children = (_quiz(content.quiz, stored),)
    return sealed(item)


def _quiz(quiz: Quiz, stored: Stored) -> Item:
    row = QuizRow(
        title=quiz.title,
        description=quiz.description,
        minutes=quiz.time_limit_minutes,
        passing_score=quiz.passing_score,
        max_attempts=quiz.max_attempts,
        randomized=quiz.randomized,
        correct_answers=quiz.show_correct_answers,
        results_immediately=quiz.show_results_immediately,
        review=quiz.allow_review,
    )
    questions = tuple(question_item(question, n, stored) for n, question in enumerate(quiz.questions))
    return sealed(Item("quiz", "", row, children=questions, location=quiz.location))

"""Rows back to the model: the reverse of `rows.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from loaders.tenants.rows import Item, plain_number
from loaders.tenants.tables import (
    ContentRow,
    CourseRow,
    DetailRow,
    LookupRow,
    OptionRow,
    ProgramRow,
    QuestionRow,
    QuizRow,
    SectionRow,
)
from schemas.model import (
    Assignment,
    Blank,
    Bundle,
    Content,
    Course,
    Distractor,
    Essay,
    FillInBlank,
    Launch,
    LiveSession,
    Lookup,
    Matching,
    Media,
    MultipleChoice,
    Option,
    Pair,
    Pdf,
    Program,
    ProgramCourse,
    ProgramPrerequisite,
    Question,
    Quiz,
    QuizContent,
    Resource,
    RichText,
    Section,
    ShortAnswer,
    TrueFalse,
    Video,
)

_PROFILE = "application/zip;profile="


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


def _by_order(item: Item) -> int:
    return item.row.order  # type: ignore[attr-defined,no-any-return]  # of the kinds that have an order


def _number(value: Decimal | None) -> Any:
    """Without the zeros a column's scale adds: 60.00 is 60."""
    return None if value is None else Decimal(plain_number(value))


def _path(item: Item, name: str) -> str | None:
    return item.paths.get(name) if item.paths else None


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
        thumbnail=_path(item, "thumbnail"),
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
        price=_number(row.price),
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
    sections = sorted((child for child in item.children if child.kind == "section"), key=_by_order)
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
        thumbnail=_path(item, "thumbnail"),
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
        contents=tuple(_content(content) for content in sorted(contents, key=_by_order)),
    )


# ── contents ─────────────────────────────────────────────────────────────────────────────────────


def _content(item: Item) -> Content:
    row = item.row
    assert isinstance(row, ContentRow)
    assert item.detail is not None
    base = {
        "key": item.key,
        "title": row.title,
        "description": row.description,
        "published": row.published,
        "preview": row.preview,
        "duration_minutes": row.minutes,
    }
    return _TYPES[row.type](base, item, item.detail)


def _video(base: dict[str, Any], item: Item, row: DetailRow) -> Content:
    subtitles = _path(item, "subtitles")
    return Video(
        **base,
        media=_path(item, "media"),
        url=row.video_url,
        thumbnail=_path(item, "thumbnail"),
        transcript=row.transcript,
        subtitles=subtitles,
        subtitles_url=None if subtitles else row.subtitles,
        video_seconds=row.video_seconds,
    )


def _pdf(base: dict[str, Any], item: Item, row: DetailRow) -> Content:
    return Pdf(**base, media=_path(item, "media"), url=row.document_url, page_count=row.page_count)


def _rich_text(base: dict[str, Any], item: Item, row: DetailRow) -> Content:
    return RichText(**base, text=row.markdown or "", page=_path(item, "page"))


def _assignment(base: dict[str, Any], _item: Item, row: DetailRow) -> Content:
    return Assignment(
        **base,
        instructions=row.instructions or "",
        max_score=_number(row.max_score),
        passing_score=_number(row.passing_score),
        due=row.due,
    )


def _live_session(base: dict[str, Any], _item: Item, row: DetailRow) -> Content:
    return LiveSession(
        **base, url=row.session_url, scheduled=row.scheduled, session_minutes=row.session_minutes
    )


def _resource(base: dict[str, Any], item: Item, row: DetailRow) -> Content:
    media = _path(item, "media")
    if row.media_type is None or not row.media_type.startswith(_PROFILE):
        return Resource(**base, media=media, url=row.resource_url)
    launch = Launch(
        standard=row.media_type.removeprefix(_PROFILE),
        href=row.resource_url or "",
        passing_score=_number(row.passing_score),
    )
    return Resource(**base, media=media, launch=launch)


def _quiz_content(base: dict[str, Any], item: Item, _row: DetailRow) -> Content:
    quiz = item.children[0]
    row = quiz.row
    assert isinstance(row, QuizRow)
    return QuizContent(
        **base,
        quiz=Quiz(
            title=row.title,
            description=row.description,
            time_limit_minutes=row.minutes,
            passing_score=_number(row.passing_score),
            max_attempts=row.max_attempts,
            randomized=row.randomized,
            show_correct_answers=row.correct_answers,
            show_results_immediately=row.results_immediately,
            allow_review=row.review,
            questions=tuple(_question(question) for question in sorted(quiz.children, key=_by_order)),
        ),
    )


_TYPES: dict[str, Callable[[dict[str, Any], Item, DetailRow], Content]] = {
    "video": _video,
    "pdf": _pdf,
    "rich_text": _rich_text,
    "assignment": _assignment,
    "live_session": _live_session,
    "downloadable_resource": _resource,
    "quiz": _quiz_content,
}


# ── questions ────────────────────────────────────────────────────────────────────────────────────


def _question(item: Item) -> Question:
    row = item.row
    assert isinstance(row, QuestionRow)
    base = {
        "key": item.key,
        "text": row.text,
        "points": _number(row.points),
        "explanation": row.explanation,
        "required": row.required,
    }
    return _QUESTIONS[row.type](base, [_option(child) for child in sorted(item.children, key=_by_order)])


Choice = tuple[str, OptionRow, str | None]


def _option(item: Item) -> Choice:
    assert isinstance(item.row, OptionRow)
    return item.key, item.row, _path(item, "image")


def _multiple_choice(base: dict[str, Any], options: Sequence[Choice]) -> Question:
    return MultipleChoice(
        **base,
        options=tuple(
            Option(key=key, text=row.text, correct=row.correct, image=image) for key, row, image in options
        ),
    )


def _true_false(base: dict[str, Any], options: Sequence[Choice]) -> Question:
    return TrueFalse(**base, answer=any(key == "true" and row.correct for key, row, _ in options))


def _short_answer(base: dict[str, Any], options: Sequence[Choice]) -> Question:
    return ShortAnswer(**base, accept=tuple(row.text for _, row, _ in options))


def _essay(base: dict[str, Any], _options: Sequence[Choice]) -> Question:
    return Essay(**base)


def _fill_in_blank(base: dict[str, Any], options: Sequence[Choice]) -> Question:
    """Answers of one gap follow one another."""
    gaps = groupby((row for _, row, _ in options), key=lambda row: row.match)
    return FillInBlank(
        **base,
        blanks=tuple(Blank(key=gap or "", accept=tuple(row.text for row in rows)) for gap, rows in gaps),
    )


def _matching(base: dict[str, Any], options: Sequence[Choice]) -> Question:
    return Matching(
        **base,
        pairs=tuple(
            Pair(key=key, left=row.text, right=row.match) for key, row, _ in options if row.match is not None
        ),
        distractors=tuple(Distractor(key=key, text=row.text) for key, row, _ in options if row.match is None),
    )


_QUESTIONS: dict[str, Callable[[dict[str, Any], Sequence[Choice]], Question]] = {
    "multiple_choice": _multiple_choice,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "essay": _essay,
    "fill_in_blank": _fill_in_blank,
    "matching": _matching,
}

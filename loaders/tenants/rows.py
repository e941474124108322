"""A bundle as rows: a tree of keyed items with the digests by which a publish is compared with the last.

`Item.digest` covers an item's own rows, `Item.tree` everything below as well. Both change with
`ENCODING`, so a tool that writes rows differently compares every row again instead of trusting
digests of another making.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Any, assert_never

import orjson

from loaders.tenants.tables import (
    ContentRow,
    CourseRow,
    DetailRow,
    Kind,
    LookupRow,
    OptionRow,
    ProgramRow,
    QuestionRow,
    QuizRow,
    Row,
    SectionRow,
)
from schemas.media import storage_key
from schemas.model import (
    NOWHERE,
    Assignment,
    Bundle,
    Content,
    Course,
    Essay,
    FillInBlank,
    Launch,
    LiveSession,
    Location,
    Lookup,
    Matching,
    Media,
    Move,
    MultipleChoice,
    Option,
    Pdf,
    Program,
    Question,
    Quiz,
    QuizContent,
    Resource,
    RichText,
    ShortAnswer,
    TrueFalse,
    Video,
)

ENCODING = b"coursewright 1"
_DIGEST_BYTES = 16
_LONGEST_ANSWER = 200  # UTF-8 bytes of an answer that may stand in the mapping's index as it is


@dataclass(slots=True, eq=False)
class Item:
    """One keyed thing: its row, the rows that belong to it alone, and the items below it.

    `paths` says where in the bundle its storage keys come from, by field, and where its page is.
    `detail` is a content's; `links` a program's junction rows, by `tables.LINKS` and then by what
    they lead to. `row_id` is filled in when known: from the mapping, or reserved for a new row.
    """

    kind: Kind
    key: str
    row: Row
    paths: dict[str, str] | None = None
    detail: DetailRow | None = None
    links: dict[str, dict[str, Row]] = field(default_factory=dict)
    children: tuple[Item, ...] = ()
    digest: bytes | None = None
    tree: bytes | None = None
    location: Location = NOWHERE
    row_id: int | None = None


@dataclass(slots=True, eq=False)
class Tree:
    """A whole bundle. `items` are its programs, courses and lookups."""

    key: str
    title: str
    items: tuple[Item, ...]
    media: tuple[Media, ...]
    moved: tuple[Move, ...]
    digest: bytes


def flatten(bundle: Bundle) -> Tree:
    """Rows of a checked bundle: every path is in `bundle.media`, every key it refers to exists."""
    stored = _Stored(bundle.media)
    titles = {(lookup.type, lookup.key): lookup.title for lookup in bundle.lookups}
    items = (
        *(_lookup(lookup) for lookup in bundle.lookups),
        *(_course(course, stored) for course in bundle.courses),
        *(_program(program, stored, titles) for program in bundle.programs),
    )
    media = [(one.path, one.digest, one.size, one.media_type) for one in bundle.media]
    digest = _digest(bundle.title, media, [(item.kind, item.key, item.tree) for item in items])
    return Tree(bundle.key, bundle.title, items, bundle.media, bundle.moved, digest)


def walk(items: Iterable[Item]) -> Iterator[Item]:
    """The items and everything below them, parents first."""
    for item in items:
        yield item
        yield from walk(item.children)


def census(items: Iterable[Item]) -> Counter[Kind]:
    """How many there are of each kind, everything below included."""
    return Counter(item.kind for item in walk(items))


def lookup_symbol(kind: str, key: str) -> str:
    """How rows and the mapping name a lookup."""
    return f"{kind}/{key}"


# ── digests ──────────────────────────────────────────────────────────────────────────────────────


def _digest(*parts: Any) -> bytes:
    encoded = orjson.dumps(parts, default=_plain)
    return blake2b(encoded, digest_size=_DIGEST_BYTES, person=ENCODING).digest()


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return plain_number(value)
        case tuple():
            return list(value)
        case bytes():
            return value.hex()
    raise TypeError(type(value))


@lru_cache(maxsize=1024)
def plain_number(value: Decimal) -> str:
    """One text for equal numbers: 60, 60.00 and 6E1 are the same score."""
    return f"{value.normalize():f}"


def _sealed(item: Item) -> Item:
    """Gives an item its digests, once everything below has its own."""
    item.digest = _digest(item.row, item.paths, item.detail, item.links)
    below = [(child.kind, child.key, child.tree) for child in item.children]
    item.tree = _digest(item.digest, below) if below else item.digest
    return item


# ── media ────────────────────────────────────────────────────────────────────────────────────────


class _Stored:
    """Bundle paths as the store knows them."""

    def __init__(self, media: Iterable[Media]) -> None:
        self.media = {one.path: one for one in media}
        self._keys = {one.path: storage_key(one.digest, one.media_type) for one in media}

    def key(self, path: str | None) -> str | None:
        return None if path is None else self._keys[path]

    def resolver(self, folder: str) -> Callable[[str], str | None]:
        """For `richtext.render`: links of a page in `folder`; other targets are left as they are."""
        return partial(self._resolve, folder)

    def _resolve(self, folder: str, target: str) -> str | None:
        path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        return self._keys.get(path)


def _paths(**paths: str | None) -> dict[str, str] | None:
    return {name: path for name, path in paths.items() if path is not None} or None


# ── programs, courses, sections ──────────────────────────────────────────────────────────────────


def _lookup(lookup: Lookup) -> Item:
    symbol = lookup_symbol(lookup.type, lookup.key)
    return _sealed(Item("lookup", symbol, LookupRow(lookup.type, lookup.title), location=lookup.location))


def _program(program: Program, stored: _Stored, titles: dict[Any, str]) -> Item:
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
    item = Item("program", program.key, row, paths=_paths(thumbnail=program.thumbnail), links=_links(program))
    item.location = program.location
    _sealed(item)
    # A lookup with a new title is another row of the tenant's list, so its programs must be looked at.
    item.digest = item.tree = _digest(item.digest, [titles.get(name) for name in _lookups_of(program)])
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


def _course(course: Course, stored: _Stored) -> Item:
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
    item = Item("course", course.key, row, paths=_paths(thumbnail=course.thumbnail), children=children)
    item.location = course.location
    return _sealed(item)


def _sections(course: Course) -> Iterator[Item]:
    for n, section in enumerate(course.sections):
        row = SectionRow(section.title, section.description, n, section.published)
        yield _sealed(Item("section", section.key, row, location=section.location))


def _contents(course: Course, stored: _Stored) -> Iterator[Item]:
    for section in course.sections:
        for n, content in enumerate(section.contents):
            yield _content(content, section.key, n, stored)


# ── contents ─────────────────────────────────────────────────────────────────────────────────────


def _content(content: Content, section: str, order: int, stored: _Stored) -> Item:
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
    detail, paths = _detail(content, stored)
    item = Item("content", content.key, row, detail=detail, paths=paths, location=content.location)
    if isinstance(content, QuizContent):
        item.children = (_quiz(content.quiz, stored),)
    return _sealed(item)


def _detail(content: Content, stored: _Stored) -> tuple[DetailRow, dict[str, str] | None]:
    match content:
        case Video():
            return _video(content, stored)
        case Pdf():
            return _pdf(content, stored)
        case RichText():
            return _page(content, stored)
        case Resource():
            return _resource(content, stored)
        case QuizContent() | Assignment() | LiveSession():
            return _plain_detail(content), None
        case _:
            assert_never(content)


def _plain_detail(content: QuizContent | Assignment | LiveSession) -> DetailRow:
    """Of the types that use no files."""
    match content:
        case QuizContent():
            return DetailRow(content.type, quiz="")
        case Assignment():
            return _assignment(content)
        case LiveSession():
            return _live_session(content)


def _video(content: Video, stored: _Stored) -> tuple[DetailRow, dict[str, str] | None]:
    row = DetailRow(
        content.type,
        video_url=content.url,
        video_key=stored.key(content.media),
        thumbnail=stored.key(content.thumbnail),
        transcript=content.transcript,
        subtitles=stored.key(content.subtitles) or content.subtitles_url,
        video_seconds=content.video_seconds,
    )
    return row, _paths(media=content.media, thumbnail=content.thumbnail, subtitles=content.subtitles)


def _pdf(content: Pdf, stored: _Stored) -> tuple[DetailRow, dict[str, str] | None]:
    row = DetailRow(
        content.type,
        document_url=content.url,
        document_key=stored.key(content.media),
        page_count=content.page_count,
    )
    return row, _paths(media=content.media)


def _page(content: RichText, stored: _Stored) -> tuple[DetailRow, dict[str, str] | None]:
    from schemas.richtext import render

    html = render(content.text, stored.resolver(posixpath.dirname(content.page or "")))
    return DetailRow(content.type, html=html, markdown=content.text), _paths(page=content.page)


def _assignment(content: Assignment) -> DetailRow:
    return DetailRow(
        content.type,
        instructions=content.instructions,
        max_score=content.max_score,
        passing_score=content.passing_score,
        due=content.due and content.due.astimezone(UTC),
    )


def _live_session(content: LiveSession) -> DetailRow:
    return DetailRow(
        content.type,
        session_url=content.url,
        scheduled=content.scheduled and content.scheduled.astimezone(UTC),
        session_minutes=content.session_minutes,
    )


def _resource(content: Resource, stored: _Stored) -> tuple[DetailRow, dict[str, str] | None]:
    media = stored.media[content.media] if content.media else None
    launch = content.launch
    row = DetailRow(
        content.type,
        resource_url=launch.href if launch else content.url,
        resource_key=stored.key(content.media),
        size=media.size if media else None,
        media_type=_media_type(launch, media),
        passing_score=launch.passing_score if launch else None,
    )
    return row, _paths(media=content.media)


def _media_type(launch: Launch | None, media: Media | None) -> str | None:
    if launch:
        return f"application/zip;profile={launch.standard}"
    return media.media_type if media else None


# ── quizzes ──────────────────────────────────────────────────────────────────────────────────────


def _quiz(quiz: Quiz, stored: _Stored) -> Item:
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
    questions = tuple(_question(question, n, stored) for n, question in enumerate(quiz.questions))
    return _sealed(Item("quiz", "", row, children=questions, location=quiz.location))


def _question(question: Question, order: int, stored: _Stored) -> Item:
    row = QuestionRow(
        question.text, question.type, question.points, order, question.explanation, question.required
    )
    item = Item("question", question.key, row, children=tuple(_options(question, stored)))
    item.location = question.location
    item.digest = item.tree = _digest(
        row, [(option.key, option.row, option.paths) for option in item.children]
    )
    return item


def _options(question: Question, stored: _Stored) -> Iterator[Item]:
    """The answers, each with its place; docs/adr/0005 has the table."""
    match question:
        case MultipleChoice():
            return (_choice(option, n, stored) for n, option in enumerate(question.options))
        case TrueFalse():
            return iter(
                (
                    _option("true", "True", 0, correct=question.answer),
                    _option("false", "False", 1, correct=not question.answer),
                )
            )
        case ShortAnswer():
            return (_option(answer_key(answer), answer, n) for n, answer in enumerate(question.accept))
        case FillInBlank():
            gaps = ((blank.key, answer) for blank in question.blanks for answer in blank.accept)
            return (
                _option(answer_key(f"{gap}:{answer}"), answer, n, gap) for n, (gap, answer) in enumerate(gaps)
            )
        case Matching():
            return _sides(question)
        case Essay():
            return iter(())
        case _:
            assert_never(question)


def _choice(option: Option, order: int, stored: _Stored) -> Item:
    row = OptionRow(option.text, option.correct, order, stored.key(option.image), None)
    return Item("option", option.key, row, paths=_paths(image=option.image))


def _sides(question: Matching) -> Iterator[Item]:
    for n, pair in enumerate(question.pairs):
        yield _option(pair.key, pair.left, n, pair.right)
    for n, distractor in enumerate(question.distractors, start=len(question.pairs)):
        yield _option(distractor.key, distractor.text, n, correct=False)


def _option(key: str, text: str, order: int, match: str | None = None, *, correct: bool = True) -> Item:
    return Item("option", key, OptionRow(text, correct, order, None, match))


def answer_key(answer: str) -> str:
    """An answer is its own key; a long one is named by its digest: an index entry ends at 2,704 bytes."""
    encoded = answer.encode()
    if len(encoded) <= _LONGEST_ANSWER:
        return answer
    return "blake2b:" + blake2b(encoded, digest_size=_DIGEST_BYTES).hexdigest()

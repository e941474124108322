"""Hypothesis strategies: valid bundles full of text that formats like to lose.

`bundles()` draws a `Sample` that `check` must find clean: every content and question type, lookups,
prerequisites without cycles, courses shared by programs, pages that link to media. `tests/edits.py`
draws what an author makes of it next.
"""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, BinaryIO, TypeVar, get_args
from urllib.parse import quote, unquote

from hypothesis import strategies as st

from schemas.findings import Finding
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
    LookupType,
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
    Standard,
    TrueFalse,
    Video,
)

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass(frozen=True, slots=True)
class MemoryFiles:
    """Files held in a dict, as `schemas.source.Files` asks."""

    contents: dict[str, bytes]

    def open(self, name: str) -> BinaryIO:
        return io.BytesIO(self.contents[name])


@dataclass(slots=True)
class MemorySink:
    """Collects what a writer writes, as `schemas.source.Sink` asks."""

    contents: dict[str, bytes] = field(default_factory=dict)

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        assert name not in self.contents, f"{name} is written twice"
        self.contents[name] = b"".join(chunks)


@dataclass(frozen=True, slots=True)
class MemorySource(MemoryFiles):
    """What a writer wrote, as `schemas.source.Source` asks."""

    label: str = "memory"
    notes: Sequence[Finding] = ()

    def names(self) -> list[str]:
        return sorted(self.contents)

    def size(self, name: str) -> int:
        return len(self.contents[name])

    def read(self, name: str, limit: int) -> bytes:
        data = self.contents[name]
        assert len(data) <= limit, f"{name} is larger than a reader wants"
        return data

    def place(self, name: str) -> str:
        return f"{self.label}/{name}"


@dataclass(frozen=True, slots=True)
class Sample:
    """A bundle and the bytes of its media."""

    bundle: Bundle
    files: MemoryFiles


# ── text that formats like to lose ───────────────────────────────────────────────────────────────

NASTY_WORDS = (
    "no", "yes", "on", "Off", "null", "~", "NULL", "true", "False", ".nan", ".inf", "-.INF", "12:30", "0o7", "010", "0x1f",
    "0b11", "1_000", "1e3", "1E+03", "-1", "+1", ".5", "5.", "190:20:30", "2026-01-02", "2026-01-02T03:04:05Z", "<<", "=",
    "# not a comment", "a # b", "a: b", "a:", ": a", ":", "-", "- a", "? a", "?", "&a", "*a", "!a", "%a", "@a", "`a`", "|", ">",
    "--- a", "---", "...", "'", '"', "'a'", '"a"', "a'b\"c", "\\n", "\\", "\ttab", "tab\t", " lead", "trail ", "  ", "\xa0nbsp\xa0",
    "line\u2028sep", "para\u2029sep", "\u200bzero", "e\u0301", "é", "\U0001f393\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u202eabc",
    "שלום", "مرحبا", "数学", "ß", "\u0130", "=1+1", "+49 30", "@SUM(1)", "$(x)", "%s", "{{x}}", "&amp;", "<b>",
)  # fmt: skip
YAML_BRACKETS = ("[a, b]", "{a: 1}", "[", "]", "{", "}", "a, b", "[[x]]")
LINES = ("\n", "\n\n", "\n  ", "  \n", "\n\t", " \n\n\n ", "\n# ", "\n- ", "\n---\n", "\n...\n")
# Controls and noncharacters are refused by the reader, carriage returns normalised, brackets would make Markdown links.
_PLAIN = st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn"), exclude_characters="[]\ufeff")


def _readable(text: str) -> str:
    """Nothing but blanks would rightly be refused as empty."""
    return text if any(character.isalnum() for character in text) else text + "x"


def _joined(*pieces: st.SearchStrategy[str], limit: int) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(*pieces), min_size=1, max_size=4).map(
        lambda parts: _readable("".join(parts))[-limit:]
    )


_words = st.sampled_from(NASTY_WORDS)
_runs = st.text(_PLAIN, max_size=12)
titles = _joined(_words, st.sampled_from(YAML_BRACKETS), _runs, limit=255)
texts = _joined(_words, _runs, st.sampled_from(LINES), limit=1000)
answers = _joined(_words, _runs, limit=200)
_RESERVED = {"con", "nul", "prn", "aux"}  # file names on Windows
keys: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(
        (
            "no",
            "null",
            "true",
            "1",
            "12",
            "0o7",
            "1e3",
            "1.5",
            "on",
            "y",
            "0x1f",
            "a",
            "b",
            "intro",
            "page-1",
            "x_y",
        )
    ),
    st.from_regex(r"[a-z0-9]([a-z0-9._-]{0,8}[a-z0-9])?", fullmatch=True).filter(
        lambda key: key not in _RESERVED
    ),
)
emails = st.sampled_from(("ann@example.org", "bo+x@example.org", "çé@example.org", "o'neil@example.org"))
urls = st.sampled_from(("https://example.org/a?b=c#d", "http://example.org/%20x", "https://example.org/ü"))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis wants naive bounds


def amounts(limit: int) -> st.SearchStrategy[Decimal]:
    """Amounts with at most two decimals, from 0 to `limit`."""
    return st.integers(0, limit * 100).map(lambda hundredths: Decimal(hundredths) / 100)


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.one_of(st.none(), strategy)


def _unique_keys(draw: Draw, least: int, most: int) -> list[str]:
    return list(draw(st.lists(keys, min_size=least, max_size=most, unique=True)))


def _unique_answers(draw: Draw, least: int, most: int) -> tuple[str, ...]:
    several = st.lists(
        answers, min_size=least, max_size=most, unique_by=lambda answer: answer.strip().casefold()
    )
    return tuple(draw(several))


# ── media ────────────────────────────────────────────────────────────────────────────────────────


def _package() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(zipfile.ZipInfo("index.html"), "<!doctype html><title>SCO</title>")
    return buffer.getvalue()


_KINDS = {
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff\xe0"),
    ".mp4": ("video/mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"),
    ".pdf": ("application/pdf", b"%PDF-1.7\n"),
    ".vtt": ("text/vtt", b"WEBVTT\n\n"),
    ".zip": ("application/zip", _package()),
}
_FOLDERS = ("media", "media/très joli", "courses/shared", "")


@dataclass(slots=True)
class Pool:
    """Hands out media files, new ones or ones already used."""

    draw: Draw
    contents: dict[str, bytes]

    def file(self, *extensions: str) -> str:
        extension = self.draw(st.sampled_from(extensions))
        known = [path for path in self.contents if path.endswith(extension)]
        if known and self.draw(st.booleans()):
            return str(self.draw(st.sampled_from(known)))
        folder = self.draw(st.sampled_from(_FOLDERS))
        path = posixpath.join(
            folder, f"{self.draw(st.sampled_from(('a', 'b c', 'ü')))}-{len(self.contents)}{extension}"
        )
        tail = b"" if extension in {".zip", ".vtt"} else self.draw(st.sampled_from((b"", b"1", b"\0\xff")))
        self.contents[path] = _KINDS[extension][1] + tail
        return path

    def maybe(self, *extensions: str) -> str | None:
        return self.file(*extensions) if self.draw(st.booleans()) else None


def _media(path: str, data: bytes) -> Media:
    media_type = _KINDS[posixpath.splitext(path)[1]][0]
    return Media(path=path, digest=hashlib.sha256(data).hexdigest(), size=len(data), media_type=media_type)


def _page_links(page: RichText) -> Iterator[str]:
    folder = posixpath.dirname(page.page or "")
    for target in re.findall(r"\]\(([^)]*)\)", page.text):
        path = unquote(target)
        yield path[1:] if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))


def _content_files(content: Content) -> Iterator[str | None]:
    match content:
        case Video():
            yield from (content.media, content.thumbnail, content.subtitles)
        case Pdf() | Resource():
            yield content.media
        case RichText():
            yield from _page_links(content)
        case QuizContent():
            for question in content.quiz.questions:
                if isinstance(question, MultipleChoice):
                    yield from (option.image for option in question.options)


def referenced(bundle: Bundle) -> set[str]:
    """Every media path the bundle's content, pages and thumbnails name."""
    found = {holder.thumbnail for holder in bundle.programs} | {holder.thumbnail for holder in bundle.courses}
    for course in bundle.courses:
        for content in course.contents():
            found.update(_content_files(content))
    return {path for path in found if path is not None}


def with_media(bundle: Bundle, contents: dict[str, bytes]) -> Sample:
    wanted = sorted(referenced(bundle))
    kept = {path: contents[path] for path in wanted}
    return Sample(
        replace(bundle, media=tuple(_media(path, data) for path, data in kept.items())), MemoryFiles(kept)
    )


# ── questions and quizzes ────────────────────────────────────────────────────────────────────────


def _multiple_choice(draw: Draw, pool: Pool, base: dict[str, Any]) -> Question:
    names = _unique_keys(draw, 2, 4)
    right = draw(st.sets(st.sampled_from(names), min_size=1))
    text = _unique_answers(draw, len(names), len(names))
    options = tuple(
        Option(key=name, text=text[n], correct=name in right, image=pool.maybe(".png", ".jpg"))
        for n, name in enumerate(names)
    )
    return MultipleChoice(**base, options=options)


def _fill_in_blank(draw: Draw, base: dict[str, Any]) -> Question:
    blanks = tuple(Blank(key=name, accept=_unique_answers(draw, 1, 2)) for name in _unique_keys(draw, 1, 3))
    text = base["text"] + " ".join(f"[[{blank.key}]]" for blank in blanks)
    return FillInBlank(**{**base, "text": text}, blanks=blanks)


def _matching(draw: Draw, base: dict[str, Any]) -> Question:
    names = _unique_keys(draw, 2, 4)
    pairs = draw(st.integers(2, len(names)))
    left, right = _unique_answers(draw, pairs, pairs), _unique_answers(draw, len(names), len(names))
    return Matching(
        **base,
        pairs=tuple(Pair(key=names[n], left=left[n], right=right[n]) for n in range(pairs)),
        distractors=tuple(Distractor(key=names[n], text=right[n]) for n in range(pairs, len(names))),
    )


def a_question(draw: Draw, pool: Pool, key: str) -> Question:
    base = {
        "key": key,
        "text": draw(texts),
        "points": draw(st.one_of(st.just(Decimal(1)), amounts(999))),
        "explanation": draw(maybe(texts)),
        "required": draw(st.booleans()),
    }
    makers: tuple[Callable[[], Question], ...] = (
        lambda: _multiple_choice(draw, pool, base),
        lambda: TrueFalse(**base, answer=draw(st.booleans())),
        lambda: ShortAnswer(**base, accept=_unique_answers(draw, 1, 3)),
        lambda: Essay(**base),
        lambda: _fill_in_blank(draw, base),
        lambda: _matching(draw, base),
    )
    return makers[draw(st.integers(0, len(makers) - 1))]()


def _quiz(draw: Draw, pool: Pool, content_title: str) -> Quiz:
    return Quiz(
        title=draw(st.one_of(st.just(content_title), titles)),
        description=draw(maybe(texts)),
        time_limit_minutes=draw(maybe(st.integers(1, 100_000))),
        passing_score=draw(st.one_of(st.just(Decimal(60)), amounts(100))),
        max_attempts=draw(maybe(st.integers(1, 100_000))),
        randomized=draw(st.booleans()),
        show_correct_answers=draw(st.booleans()),
        show_results_immediately=draw(st.booleans()),
        allow_review=draw(st.booleans()),
        questions=tuple(a_question(draw, pool, key) for key in _unique_keys(draw, 1, 4)),
    )


# ── contents ─────────────────────────────────────────────────────────────────────────────────────


def _media_or_url(draw: Draw, pool: Pool, *extensions: str) -> dict[str, Any]:
    return {"media": pool.file(*extensions)} if draw(st.booleans()) else {"url": draw(urls)}


def _video(draw: Draw, pool: Pool, base: dict[str, Any]) -> Content:
    subtitles: dict[str, Any] = draw(
        st.sampled_from(({}, {"subtitles_url": "https://example.org/a.vtt"}, {"subtitles": None}))
    )
    if "subtitles" in subtitles:
        subtitles = {"subtitles": pool.file(".vtt")}
    return Video(
        **base,
        **_media_or_url(draw, pool, ".mp4"),
        **subtitles,
        thumbnail=pool.maybe(".png"),
        transcript=draw(maybe(texts)),
        video_seconds=draw(maybe(st.integers(0, 1_000_000))),
    )


_LINE_SEPARATORS = {0x2028: "\n", 0x2029: "\n"}  # refused in files, meant where YAML escapes them


def _page_path(draw: Draw, course: str, key: str) -> str | None:
    return draw(st.sampled_from((None, f"courses/{course}/{key}.md", f"pages/für {course}/{key}.md")))  # type: ignore[no-any-return]


def _rich_text(draw: Draw, pool: Pool, base: dict[str, Any], course: str) -> Content:
    page = _page_path(draw, course, base["key"])
    text = draw(texts)
    if page:
        text = text.translate(_LINE_SEPARATORS)
    if draw(st.booleans()):
        path = pool.file(".png", ".pdf")
        target = (
            f"/{path}"
            if draw(st.booleans())
            else posixpath.relpath(path, posixpath.dirname(page or "") or ".")
        )
        # The link comes first: behind nasty text it might stand inside a code block.
        text = f"See ![it]({quote(target)})\n\n{text}"
    return RichText(**base, text=text, page=page)


def _assignment(draw: Draw, base: dict[str, Any]) -> Content:
    most = draw(maybe(amounts(1_000)))
    share = draw(st.integers(0, 4))
    return Assignment(
        **base,
        instructions=draw(texts),
        max_score=most,
        passing_score=None
        if most is None or share == 0
        else (most * share / 4).quantize(Decimal("0.01"), "ROUND_DOWN"),
        due=draw(maybe(instants)),
    )


def _live_session(draw: Draw, base: dict[str, Any]) -> Content:
    minutes = draw(maybe(st.integers(0, 5_256_000)))
    return LiveSession(
        **base, url=draw(maybe(urls)), scheduled=draw(maybe(instants)), session_minutes=minutes
    )


def _resource(draw: Draw, pool: Pool, base: dict[str, Any]) -> Content:
    if draw(st.booleans()):
        return Resource(**base, **_media_or_url(draw, pool, ".pdf", ".png", ".mp4", ".zip"))
    launch = Launch(
        standard=draw(st.sampled_from(get_args(Standard))),
        href="index.html?lang=de&x=1",
        passing_score=draw(maybe(amounts(100))),
    )
    return Resource(**base, media=pool.file(".zip"), launch=launch)


def a_content(draw: Draw, pool: Pool, course: str, key: str) -> Content:
    base = {
        "key": key,
        "title": draw(titles),
        "description": draw(maybe(texts)),
        "published": draw(st.booleans()),
        "preview": draw(st.booleans()),
        "duration_minutes": draw(maybe(st.integers(0, 5_256_000))),
    }
    makers: tuple[Callable[[], Content], ...] = (
        lambda: _video(draw, pool, base),
        lambda: Pdf(
            **base, **_media_or_url(draw, pool, ".pdf"), page_count=draw(maybe(st.integers(0, 1_000_000)))
        ),
        lambda: QuizContent(**base, quiz=_quiz(draw, pool, base["title"])),
        lambda: _rich_text(draw, pool, base, course),
        lambda: _assignment(draw, base),
        lambda: _live_session(draw, base),
        lambda: _resource(draw, pool, base),
    )
    return makers[draw(st.integers(0, len(makers) - 1))]()


# ── courses, programs, bundles ───────────────────────────────────────────────────────────────────

statuses = st.sampled_from(("published", "draft", "suspended"))


def _sections(draw: Draw, pool: Pool, course: str) -> tuple[Section, ...]:
    contents = [a_content(draw, pool, course, key) for key in _unique_keys(draw, 1, 4)]
    section_keys = _unique_keys(draw, 1, min(3, len(contents)))
    last = len(section_keys) - 1
    return tuple(
        Section(
            key=key,
            title=draw(titles),
            description=draw(maybe(texts)),
            published=draw(st.booleans()),
            contents=tuple(contents[n:] if n == last else contents[n : n + 1]),
        )
        for n, key in enumerate(section_keys)
    )


def _course(draw: Draw, pool: Pool, key: str, earlier: list[str]) -> Course:
    return Course(
        key=key,
        title=draw(titles),
        instructor=draw(emails),
        description=draw(maybe(texts)),
        thumbnail=pool.maybe(".png", ".jpg"),
        duration_minutes=draw(maybe(st.integers(0, 5_256_000))),
        status=draw(statuses),
        prerequisite=draw(st.sampled_from([None, *earlier])),  # only earlier ones: no cycles
        sections=_sections(draw, pool, key),
    )


def _lookups(draw: Draw) -> tuple[Lookup, ...]:
    types: tuple[LookupType, ...] = ("DIFFICULTY_LEVEL", "LANGUAGE", "TRAINING_CATEGORY", "TRAINING_TAG")
    found = [
        Lookup(type=kind, key=key, title=draw(titles)) for kind in types for key in _unique_keys(draw, 0, 2)
    ]
    return tuple(sorted(found, key=lambda lookup: (lookup.type, lookup.key)))


def _subset(draw: Draw, values: list[str]) -> list[str]:
    return list(draw(st.lists(st.sampled_from(values), unique=True, max_size=3))) if values else []


def _program(
    draw: Draw, pool: Pool, key: str, *, earlier: list[str], courses: list[str], lookups: tuple[Lookup, ...]
) -> Program:
    def of(kind: LookupType) -> list[str]:
        return [lookup.key for lookup in lookups if lookup.type == kind]

    instructors = draw(st.lists(emails, min_size=1, max_size=3, unique=True))
    free = draw(st.booleans())
    return Program(
        key=key,
        title=draw(titles),
        instructor=instructors[0],
        description=draw(maybe(texts)),
        thumbnail=pool.maybe(".png"),
        instructors=tuple(instructors[1:]),
        category=draw(st.sampled_from([None, *of("TRAINING_CATEGORY")])),
        level=draw(st.sampled_from([None, *of("DIFFICULTY_LEVEL")])),
        tags=tuple(sorted(_subset(draw, of("TRAINING_TAG")))),
        language=draw(st.sampled_from(("en", "de", "no", "pt-BR"))),
        duration_hours=draw(maybe(st.integers(0, 100_000))),
        status=draw(statuses),
        free=free,
        price=None if free else draw(maybe(amounts(99_999_999))),
        currency=draw(st.sampled_from(("USD", "EUR", "NOK"))),
        order=draw(st.integers(0, 1_000_000)),
        courses=tuple(
            ProgramCourse(course=course, required=draw(st.booleans())) for course in _subset(draw, courses)
        ),
        prerequisites=tuple(
            ProgramPrerequisite(program=program, required=draw(st.booleans()))
            for program in sorted(_subset(draw, earlier))
        ),
    )


@st.composite
def bundles(draw: Draw) -> Sample:
    """Valid bundles of one to three courses and up to two programs."""
    contents: dict[str, bytes] = {}
    pool = Pool(draw, contents)
    lookups = _lookups(draw)
    courses = [*_growing(_unique_keys(draw, 1, 3), lambda key, earlier: _course(draw, pool, key, earlier))]
    course_keys = [course.key for course in courses]
    programs = [
        *_growing(
            _unique_keys(draw, 0, 2),
            lambda key, earlier: _program(
                draw, pool, key, earlier=earlier, courses=course_keys, lookups=lookups
            ),
        )
    ]
    key = draw(keys)
    bundle = Bundle(
        key=key,
        title=draw(st.one_of(st.just(key), titles)),
        programs=tuple(sorted(programs, key=lambda program: program.key)),
        courses=tuple(sorted(courses, key=lambda course: course.key)),
        lookups=lookups,
    )
    return with_media(bundle, contents)


def _growing(names: list[str], make: Callable[[str, list[str]], T]) -> Iterator[T]:
    for n, name in enumerate(names):
        yield make(name, names[:n])

"""The model in the middle: what every reader makes and every writer takes.

Frozen values without database ids, storage keys or format names. Identity is the author's key:
programs and courses are unique in the bundle, sections and contents in their course, questions in
their quiz, options in their question. `location` says where a node was written and never takes part
in equality. Media and pages are named by their path inside the bundle ("media/intro.mp4").

Units are in the names (`duration_minutes`, `video_seconds`). Times are timezone-aware UTC. Money and
scores are `Decimal`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal

Status = Literal["draft", "published", "suspended"]
Standard = Literal[
    "scorm-1.2",
    "scorm-2004-2nd-edition",
    "scorm-2004-3rd-edition",
    "scorm-2004-4th-edition",
    "aicc",
    "cmi5",
    "xapi",
    "h5p",
    "html",
]
"""Run-times of packages that can be played; the words are stored in tenants and never change.

The three editions of SCORM 2004 differ in sequencing. `html` is pages that talk to no platform.
"""
LookupType = Literal["TRAINING_CATEGORY", "DIFFICULTY_LEVEL", "TRAINING_TAG", "LANGUAGE"]


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a source: `file` as the user knows it, 1-based line and column, path in the document."""

    file: str
    line: int | None = None
    column: int | None = None
    path: str = ""

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


NOWHERE = Location("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One file of the bundle that content points to. `digest` is the SHA-256 of its bytes, in hex."""

    path: str
    digest: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A value of one of the tenant's lists: category, difficulty level, tag or language."""

    type: LookupType
    key: str
    title: str
    location: Location = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A declared rename, in addresses: what was published as `old` is `new` from now on."""

    old: str
    new: str
    location: Location = field(default=NOWHERE, compare=False, repr=False)


# ── questions ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    key: str
    text: str
    correct: bool = False
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """A gap, written `[[key]]` in the question's text, with every answer that counts as right."""

    key: str
    accept: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    key: str
    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Distractor:
    """A right-hand side of a matching question that belongs to no left-hand side."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    type: ClassVar[str]
    key: str
    text: str
    points: Decimal = Decimal(1)
    explanation: str | None = None
    required: bool = True
    location: Location = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleChoice(_Question):
    type: ClassVar[str] = "multiple_choice"
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalse(_Question):
    type: ClassVar[str] = "true_false"
    answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortAnswer(_Question):
    type: ClassVar[str] = "short_answer"
    accept: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Essay(_Question):
    type: ClassVar[str] = "essay"


@dataclass(frozen=True, slots=True, kw_only=True)
class FillInBlank(_Question):
    type: ClassVar[str] = "fill_in_blank"
    blanks: tuple[Blank, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching(_Question):
    type: ClassVar[str] = "matching"
    pairs: tuple[Pair, ...]
    distractors: tuple[Distractor, ...] = ()


Question = MultipleChoice | TrueFalse | ShortAnswer | Essay | FillInBlank | Matching


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz:
    """`passing_score` is a percentage; None for a limit means unlimited."""

    title: str
    description: str | None = None
    time_limit_minutes: int | None = None
    passing_score: Decimal = Decimal(60)
    max_attempts: int | None = None
    randomized: bool = False
    show_correct_answers: bool = True
    show_results_immediately: bool = True
    allow_review: bool = True
    questions: tuple[Question, ...] = ()
    location: Location = field(default=NOWHERE, compare=False, repr=False)


# ── contents ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    type: ClassVar[str]
    key: str
    title: str
    description: str | None = None
    published: bool = True
    preview: bool = False
    duration_minutes: int | None = None
    location: Location = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Video(_Content):
    """Exactly one of `media` (a path in the bundle) and `url`; at most one of the two for subtitles."""

    type: ClassVar[str] = "video"
    media: str | None = None
    url: str | None = None
    thumbnail: str | None = None
    transcript: str | None = None
    subtitles: str | None = None
    subtitles_url: str | None = None
    video_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdf(_Content):
    """Exactly one of `media` and `url`."""

    type: ClassVar[str] = "pdf"
    media: str | None = None
    url: str | None = None
    page_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizContent(_Content):
    type: ClassVar[str] = "quiz"
    quiz: Quiz


@dataclass(frozen=True, slots=True, kw_only=True)
class RichText(_Content):
    """A Markdown page; `page` is its path, None when the text was written inline.

    Relative links in `text` are relative to the page's folder, or to the bundle's root when inline.
    """

    type: ClassVar[str] = "rich_text"
    text: str
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment(_Content):
    type: ClassVar[str] = "assignment"
    instructions: str
    max_score: Decimal | None = None
    passing_score: Decimal | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession(_Content):
    type: ClassVar[str] = "live_session"
    url: str | None = None
    scheduled: datetime | None = None
    session_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How to start a package (a zip of HTML) as a learning object.

    `standard` names the run-time, `href` the page inside the package with its query, `passing_score` the
    package's own mastery score. What else a run-time needs is in the package's own manifest.
    """

    standard: Standard
    href: str
    passing_score: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(_Content):
    """A file to download, or, with `launch`, a package to play. Exactly one of `media` and `url`."""

    type: ClassVar[str] = "downloadable_resource"
    media: str | None = None
    url: str | None = None
    launch: Launch | None = None


Content = Video | Pdf | QuizContent | RichText | Assignment | LiveSession | Resource


# ── courses and programs ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    key: str
    title: str
    description: str | None = None
    published: bool = True
    contents: tuple[Content, ...] = ()
    location: Location = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """`instructor` is an e-mail address; `prerequisite` the key of another course of the bundle."""

    key: str
    title: str
    instructor: str
    description: str | None = None
    thumbnail: str | None = None
    duration_minutes: int | None = None
    status: Status = "published"
    prerequisite: str | None = None
    sections: tuple[Section, ...] = ()
    location: Location = field(default=NOWHERE, compare=False, repr=False)

    def contents(self) -> Iterator[Content]:
        for section in self.sections:
            yield from section.contents


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramCourse:
    course: str
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramPrerequisite:
    program: str
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A path through courses. `order` sorts programs in the catalogue; `price` None and not free: on request.

    `instructors` are further e-mail addresses in their order; `instructor` is the primary one and not
    repeated there. `category`, `level` and `tags` are keys of the bundle's lookups. `tags` and
    `prerequisites` (by program) are sorted, as their order means nothing.
    """

    key: str
    title: str
    instructor: str
    description: str | None = None
    thumbnail: str | None = None
    instructors: tuple[str, ...] = ()
    category: str | None = None
    level: str | None = None
    tags: tuple[str, ...] = ()
    language: str = "en"
    duration_hours: int | None = None
    status: Status = "published"
    free: bool = False
    price: Decimal | None = None
    currency: str = "USD"
    order: int = 0
    courses: tuple[ProgramCourse, ...] = ()
    prerequisites: tuple[ProgramPrerequisite, ...] = ()
    location: Location = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Everything one folder says. Sequences whose order means nothing are sorted:

    `programs` and `courses` by key, `lookups` by (type, key), `media` by path. `media` holds every
    file that content or a page refers to, and nothing else.
    """

    key: str
    title: str
    programs: tuple[Program, ...] = ()
    courses: tuple[Course, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    media: tuple[Media, ...] = ()
    moved: tuple[Move, ...] = field(default=(), compare=False)


# ── addresses: how keys are written in plans, in `moved:` and in messages ───────────────────────────


def program_address(program: str) -> str:
    return f"program:{program}"


def course_address(course: str) -> str:
    return f"course:{course}"


def section_address(course: str, section: str) -> str:
    return f"course:{course}/section:{section}"


def content_address(course: str, content: str) -> str:
    """Contents are unique in their course, so moving one to another section keeps its address."""
    return f"course:{course}/content:{content}"


def question_address(course: str, content: str, question: str) -> str:
    return f"course:{course}/content:{content}/question:{question}"


def option_address(course: str, content: str, question: str, option: str) -> str:
    return f"course:{course}/content:{content}/question:{question}/option:{option}"


def content_link(content: str, course: str | None = None) -> str:
    """What a page writes to link to a content of its own course, or of another course of the bundle.

    A fragment, so that it is harmless wherever a page is shown by somebody who does not know of it.
    """
    return f"#{content_address(course, content)}" if course else f"#content:{content}"

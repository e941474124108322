"""The YAML files of a bundle, as pydantic models: the one source of `schemas/json/*.schema.json`.

Four kinds of file, told apart by name: `bundle.yaml` (one, at the root), `program.yaml` or
`*.program.yaml`, `course.yaml` or `*.course.yaml`, and `quiz.yaml` or `*.quiz.yaml` (reached from a
quiz content). Docstrings become the descriptions that editors show. Importing this module costs
pydantic (100 ms), so `check` works from the generated files and never imports it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from schemas.model import Standard


def _form(pattern: str, words: str) -> dict[str, Any]:
    """`words` say what the pattern means: our messages and many editors show them instead of it.

    Patterns name their digits and blanks: pydantic (Rust), jsonschema (Python) and editors (ECMAScript)
    disagree about the classes d, s and w, and the verdicts must be one.
    """
    return {"pattern": pattern, "json_schema_extra": {"patternErrorMessage": words}}


def _whole(value: object) -> object:
    """`5.0` is a whole number, says JSON Schema."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


VISIBLE = r"[^\x00-\x20\u00a0]"
Key = Annotated[
    str,
    StringConstraints(max_length=80),
    Field(
        description="Short name you give this thing. It is its identity: renaming needs a `moved` entry.",
        **_form(
            r"^[a-z0-9][a-z0-9._-]*$",
            "lower-case letters, digits, '.', '_' and '-', starting with a letter or digit",
        ),
    ),
]
Title = Annotated[
    str,
    Field(
        description="Name that learners see.", max_length=255, **_form(VISIBLE, "a text that is not blank")
    ),
]
LongText = Annotated[
    str,
    Field(
        description="Text in Markdown.", max_length=1_048_576, **_form(VISIBLE, "a text that is not blank")
    ),
]
Answer = Annotated[str, Field(max_length=1_000, **_form(VISIBLE, "an answer that is not blank"))]
Email = Annotated[
    str,
    Field(
        description="An e-mail address.",
        max_length=255,
        **_form(r"^[^@\x00-\x20]+@[^@\x00-\x20]+$", "an e-mail address"),
    ),
]
Path = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500),
    Field(description="A file of the bundle, relative to this file; a leading `/` means the bundle's root."),
]
Url = Annotated[
    str,
    Field(
        description="An address on the web; it is given to learners and never fetched.",
        max_length=500,
        **_form(
            r"^https?://[^@/?#\\\x00-\x20]+([/?#][^\x00-\x20]*)?$",
            "an address that starts with https:// or http://, without a user name",
        ),
    ),
]
_DATE, _TIME, _ZONE = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{2}:[0-9]{2}", "(Z|[+-][0-9]{2}:[0-9]{2})"
Instant = Annotated[
    str,
    Field(
        description="A moment with its zone, such as 2026-12-24T17:00:00+01:00. Stored in UTC.",
        **_form(
            rf"^{_DATE}[T ]{_TIME}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?{_ZONE}$",
            "a date, a time and a zone, such as 2026-12-24T17:00:00+01:00",
        ),
    ),
]
WHOLE = BeforeValidator(_whole)
Minutes = Annotated[int, Field(description="Whole minutes.", ge=0, le=5_256_000), WHOLE]
Language = Annotated[
    str,
    Field(
        max_length=10, **_form(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "a language code such as en or pt-BR")
    ),
]
LanguageKey = Annotated[
    str, Field(max_length=80, **_form(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", "a language code such as en or pt-BR"))
]
Status = Annotated[
    Literal["draft", "published", "suspended"],
    Field(description="Only what is published is offered to learners; suspended is taken back for a while."),
]
LookupTitles = Annotated[dict[Key, Title], Field(description="Key: title as learners read it.")]


class Document(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _fields_have_values(cls, data: object) -> object:
        """A field is written with a value or left out: `title:` alone is a slip, not a wish for nothing."""
        if isinstance(data, dict) and any(value is None for value in data.values()):
            raise ValueError("a field without a value")
        return data


# ── bundle.yaml ──────────────────────────────────────────────────────────────────────────────────


class MovedEntry(Document):
    """A declared rename: the thing keeps its row, and learners keep their progress."""

    old: Annotated[str, StringConstraints(min_length=1, max_length=500), Field(alias="from")]
    """Address it was published under, such as `course:first-aid/content:welcome`."""
    new: Annotated[str, StringConstraints(min_length=1, max_length=500), Field(alias="to")]
    """Address it has now. Children move along."""


class BundleFile(Document):
    """The root of a bundle."""

    key: Key
    title: Title | None = None
    """Name of the bundle for people; the key when left out."""
    instructor: Email | None = None
    """Instructor of every course and program here that does not name one."""
    categories: LookupTitles = Field(default_factory=dict)
    """Training categories used by programs."""
    levels: LookupTitles = Field(default_factory=dict)
    """Difficulty levels used by programs."""
    tags: LookupTitles = Field(default_factory=dict)
    """Tags used by programs."""
    languages: Annotated[dict[LanguageKey, Title], Field(description="Code: name of the language.")] = Field(
        default_factory=dict
    )
    """Names of languages, by code, for the tenant's list of languages."""
    moved: list[MovedEntry] = Field(default_factory=list)
    """Renames since earlier publishes. Keep them: a tenant may be many releases behind."""


# ── *.program.yaml ───────────────────────────────────────────────────────────────────────────────


class ProgramCourseEntry(Document):
    course: Key
    """Key of a course of this bundle."""
    required: bool = True
    """Whether learners must finish it to complete the program."""


class ProgramPrerequisiteEntry(Document):
    program: Key
    """Key of a program of this bundle."""
    required: bool = True
    """Whether it must be finished before, or is only recommended."""


class ProgramFile(Document):
    """A training program: a path through courses."""

    key: Key
    title: Title
    description: LongText | None = None
    thumbnail: Path | None = None
    instructor: Email | None = None
    """Primary instructor, by e-mail; the bundle's when left out."""
    instructors: list[Email] = Field(default_factory=list)
    """Further instructors, in order."""
    category: Key | None = None
    """Key of one of the bundle's `categories`."""
    level: Key | None = None
    """Key of one of the bundle's `levels`."""
    tags: list[Key] = Field(default_factory=list)
    """Keys of the bundle's `tags`."""
    language: Language = "en"
    """Language code, such as `en` or `pt-BR`."""
    duration_hours: Annotated[int, Field(ge=0, le=100_000), WHOLE] | None = None
    """Estimated hours for the whole program."""
    status: Status = "published"
    free: bool = False
    """Nothing to pay."""
    price: Annotated[float, Field(ge=0, lt=100_000_000)] | None = None
    """Price with at most two decimals; not together with `free: true`."""
    currency: Annotated[str, Field(**_form(r"^[A-Z]{3}$", "a currency code such as EUR"))] = "USD"
    """ISO 4217 code."""
    order: Annotated[int, Field(ge=0, le=1_000_000), WHOLE] = 0
    """Place in the catalogue; smaller comes first."""
    courses: list[ProgramCourseEntry] = Field(default_factory=list)
    """Courses in the order of this program. A course may stand in several programs."""
    prerequisites: list[ProgramPrerequisiteEntry] = Field(default_factory=list)
    """Programs to finish first."""


# ── *.quiz.yaml ──────────────────────────────────────────────────────────────────────────────────


class QuestionEntry(Document):
    key: Key
    type: str
    text: LongText
    """The question, in Markdown."""
    points: Annotated[float, Field(ge=0, lt=1_000)] = 1
    """Points for a right answer, with at most two decimals."""
    explanation: LongText | None = None
    """Shown after answering."""
    required: bool = True
    """Whether it must be answered."""


class OptionEntry(Document):
    key: Key
    text: LongText
    correct: bool = False
    """Whether choosing it is right."""
    image: Path | None = None


class MultipleChoiceEntry(QuestionEntry):
    """One or several of the options are right."""

    type: Literal["multiple_choice"]
    options: Annotated[list[OptionEntry], Field(min_length=2)]
    """What can be chosen; at least one is right."""


class TrueFalseEntry(QuestionEntry):
    """A statement that is right or wrong."""

    type: Literal["true_false"]
    answer: bool
    """Whether the statement is true."""


class ShortAnswerEntry(QuestionEntry):
    """A word or a phrase typed by the learner."""

    type: Literal["short_answer"]
    accept: Annotated[list[Answer], Field(min_length=1)]
    """Every answer that counts as right."""


class EssayEntry(QuestionEntry):
    """A free text, graded by a person."""

    type: Literal["essay"]


class BlankEntry(Document):
    key: Key
    accept: Annotated[list[Answer], Field(min_length=1)]
    """Every answer that counts as right in this gap."""


class FillInBlankEntry(QuestionEntry):
    """A text with gaps, each written `[[key]]`."""

    type: Literal["fill_in_blank"]
    blanks: Annotated[list[BlankEntry], Field(min_length=1)]
    """The gaps, one for each `[[key]]` in the text."""


class PairEntry(Document):
    key: Key
    left: LongText
    right: LongText


class DistractorEntry(Document):
    key: Key
    text: LongText


class MatchingEntry(QuestionEntry):
    """Each left side belongs to one right side."""

    type: Literal["matching"]
    pairs: Annotated[list[PairEntry], Field(min_length=2)]
    """What belongs together; shown to learners in random order."""
    distractors: list[DistractorEntry] = Field(default_factory=list)
    """Further right sides that belong to nothing."""


AnyQuestion = Annotated[
    MultipleChoiceEntry | TrueFalseEntry | ShortAnswerEntry | EssayEntry | FillInBlankEntry | MatchingEntry,
    Field(discriminator="type"),
]


class QuizFile(Document):
    """A quiz: in a file of its own, or inline under `quiz:`."""

    title: Title | None = None
    """The content's title when left out."""
    description: LongText | None = None
    time_limit_minutes: Annotated[int, Field(ge=1, le=100_000), WHOLE] | None = None
    """No limit when left out."""
    passing_score: Annotated[float, Field(ge=0, le=100)] = 60
    """Percentage needed to pass."""
    max_attempts: Annotated[int, Field(ge=1, le=100_000), WHOLE] | None = None
    """Unlimited when left out."""
    randomized: bool = False
    """Show the questions in random order."""
    show_correct_answers: bool = True
    """Show what would have been right, after the quiz."""
    show_results_immediately: bool = True
    """Show the score as soon as the quiz is handed in."""
    allow_review: bool = True
    """Let learners look at their answers later."""
    questions: Annotated[list[AnyQuestion], Field(min_length=1)]
    """In the order of asking."""


# ── *.course.yaml ────────────────────────────────────────────────────────────────────────────────


class ContentEntry(Document):
    key: Key
    """Unique in the course, so that moving it to another section keeps it the same thing."""
    type: str
    title: Title
    description: LongText | None = None
    published: bool = True
    """Whether learners see it."""
    preview: bool = False
    """Free to look at without enrolment."""
    duration_minutes: Minutes | None = None


class VideoEntry(ContentEntry):
    """A video: a file of the bundle (`media`) or an address (`url`)."""

    type: Literal["video"]
    media: Path | None = None
    url: Url | None = None
    thumbnail: Path | None = None
    transcript: LongText | None = None
    subtitles: Path | None = None
    """WebVTT captions in the bundle."""
    subtitles_url: Url | None = None
    video_seconds: Annotated[int, Field(ge=0, le=1_000_000), WHOLE] | None = None
    """Length of the video."""


class PdfEntry(ContentEntry):
    """A document: a file of the bundle (`media`) or an address (`url`)."""

    type: Literal["pdf"]
    media: Path | None = None
    url: Url | None = None
    page_count: Annotated[int, Field(ge=0, le=1_000_000), WHOLE] | None = None
    """Number of pages."""


class QuizEntry(ContentEntry):
    """A quiz: the path of a `*.quiz.yaml`, or the quiz itself."""

    type: Literal["quiz"]
    quiz: Path | QuizFile
    """Path of a `*.quiz.yaml`, or the quiz written here."""


class RichTextEntry(ContentEntry):
    """A page: the path of a `.md` file (`page`), or the Markdown itself (`text`)."""

    type: Literal["rich_text"]
    page: Path | None = None
    text: LongText | None = None


class AssignmentEntry(ContentEntry):
    """Something to hand in."""

    type: Literal["assignment"]
    instructions: LongText
    """What to do, in Markdown."""
    max_score: Annotated[float, Field(ge=0, lt=100_000_000)] | None = None
    """Most points to be had, with at most two decimals."""
    passing_score: Annotated[float, Field(ge=0, lt=100_000_000)] | None = None
    """Points needed to pass, with at most two decimals."""
    due: Instant | None = None


class LiveSessionEntry(ContentEntry):
    """A meeting at a time."""

    type: Literal["live_session"]
    url: Url | None = None
    scheduled: Instant | None = None
    session_minutes: Minutes | None = None


class LaunchEntry(Document):
    """Makes a zip of HTML playable as a learning object."""

    standard: Standard
    """How the package talks to the platform."""
    href: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    """Page inside the package, with its query."""
    passing_score: Annotated[float, Field(ge=0, le=100)] | None = None
    """Mastery score of the package itself, in percent."""


class ResourceEntry(ContentEntry):
    """A file to download (`media` or `url`), or, with `launch`, a package to play."""

    type: Literal["downloadable_resource"]
    media: Path | None = None
    url: Url | None = None
    launch: LaunchEntry | None = None
    """How to play the package, when `media` is one."""


AnyContent = Annotated[
    VideoEntry | PdfEntry | QuizEntry | RichTextEntry | AssignmentEntry | LiveSessionEntry | ResourceEntry,
    Field(discriminator="type"),
]


class SectionEntry(Document):
    key: Key
    title: Title
    description: LongText | None = None
    published: bool = True
    """Whether learners see it."""
    contents: Annotated[list[AnyContent], Field(min_length=1)]
    """What learners go through, in order."""


class CourseFile(Document):
    """A course: sections of content."""

    key: Key
    title: Title
    description: LongText | None = None
    thumbnail: Path | None = None
    instructor: Email | None = None
    """By e-mail; the bundle's when left out."""
    duration_minutes: Minutes | None = None
    status: Status = "published"
    prerequisite: Key | None = None
    """Key of the course to finish first."""
    sections: Annotated[list[SectionEntry], Field(min_length=1)]
    """The course's parts, in order."""


FILES: dict[str, type[Document]] = {
    "bundle": BundleFile,
    "program": ProgramFile,
    "course": CourseFile,
    "quiz": QuizFile,
}

"""The tables that hold content: their columns, and a row type for each.

A row holds what the author said, not ids: an instructor is an e-mail address, a course its key, a
category `TRAINING_CATEGORY/key`. `Column.refers` says what stands there, and `names.py` turns it
into an id and back. Field and column stand at the same position. Learner-owned columns (ratings,
totals) and audit columns are in no list here, so nothing can write them by accident.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

Kind = Literal["program", "course", "section", "content", "quiz", "question", "option", "lookup"]
Target = Literal["user", "lookup", "program", "course", "section", "quiz"]
Row = tuple[Any, ...]

LETTERS: dict[Kind, str] = {
    "program": "p",
    "course": "c",
    "section": "s",
    "content": "t",
    "quiz": "z",
    "question": "q",
    "option": "o",
    "lookup": "l",
}
KINDS: dict[str, Kind] = {letter: kind for kind, letter in LETTERS.items()}


class Column(NamedTuple):
    """`field` is the author's word, shown in plans; empty for a column that only repeats another one.

    `enum` is the column's type, where that is one of the tenant's own.
    """

    name: str
    field: str
    refers: Target | None = None
    enum: str | None = None


class Table(NamedTuple):
    """`parent` is the column with the id of the item above; `dated` tables have "publishedAt"."""

    name: str
    columns: tuple[Column, ...]
    parent: str | None = None
    dated: bool = False


class ProgramRow(NamedTuple):
    title: str
    description: str | None
    thumbnail: str | None
    instructor: str
    category: str | None
    level: str | None
    hours: int | None
    published: bool
    status: str
    free: bool
    price: Decimal | None
    currency: str
    language: str
    order: int


PROGRAM = Table(
    "training_program",
    (
        Column("title", "title"),
        Column("description", "description"),
        Column("thumbnailKey", "thumbnail"),
        Column("instructorId", "instructor", "user"),
        Column("categoryId", "category", "lookup"),
        Column("difficultyLevelId", "level", "lookup"),
        Column("estimatedDuration", "duration_hours"),
        Column("isPublished", ""),
        Column("status", "status", enum="course_status_enum"),
        Column("isFree", "free"),
        Column("price", "price"),
        Column("currency", "currency"),
        Column("language", "language"),
        Column("sortOrder", "order"),
    ),
    dated=True,
)


class CourseRow(NamedTuple):
    title: str
    description: str | None
    thumbnail: str | None
    instructor: str
    minutes: int | None
    published: bool
    status: str
    prerequisite: str | None


COURSE = Table(
    "course",
    (
        Column("title", "title"),
        Column("description", "description"),
        Column("thumbnailKey", "thumbnail"),
        Column("instructorId", "instructor", "user"),
        Column("estimatedDuration", "duration_minutes"),
        Column("isPublished", ""),
        Column("status", "status", enum="course_status_enum"),
        Column("prerequisiteCourseId", "prerequisite", "course"),
    ),
    dated=True,
)


class SectionRow(NamedTuple):
    title: str
    description: str | None
    order: int
    published: bool


SECTION = Table(
    "course_section",
    (
        Column("title", "title"),
        Column("description", "description"),
        Column("sortOrder", "order"),
        Column("isPublished", "published"),
    ),
    parent="courseId",
)


class ContentRow(NamedTuple):
    section: str
    title: str
    description: str | None
    type: str
    order: int
    published: bool
    preview: bool
    minutes: int | None


CONTENT = Table(
    "course_content",
    (
        Column("sectionId", "section", "section"),
        Column("title", "title"),
        Column("description", "description"),
        Column("contentType", "type", enum="content_type_enum"),
        Column("sortOrder", "order"),
        Column("isPublished", "published"),
        Column("isPreview", "preview"),
        Column("estimatedDuration", "duration_minutes"),
    ),
)


class DetailRow(NamedTuple):
    """What only some types of content have. `quiz` is the key of the content's quiz, always empty."""

    type: str
    video_url: str | None = None
    video_key: str | None = None
    thumbnail: str | None = None
    transcript: str | None = None
    subtitles: str | None = None
    video_seconds: int | None = None
    document_url: str | None = None
    document_key: str | None = None
    page_count: int | None = None
    html: str | None = None
    markdown: str | None = None
    quiz: str | None = None
    instructions: str | None = None
    max_score: Decimal | None = None
    passing_score: Decimal | None = None
    due: datetime | None = None
    session_url: str | None = None
    scheduled: datetime | None = None
    session_minutes: int | None = None
    resource_url: str | None = None
    resource_key: str | None = None
    size: int | None = None
    media_type: str | None = None


DETAIL = Table(
    "course_content_detail",
    (
        Column("contentType", "", enum="content_type_enum"),
        Column("videoUrl", "url"),
        Column("videoKey", "media"),
        Column("thumbnailKey", "thumbnail"),
        Column("transcript", "transcript"),
        Column("subtitleUrl", "subtitles"),
        Column("videoDuration", "video_seconds"),
        Column("documentUrl", "url"),
        Column("documentKey", "media"),
        Column("pageCount", "page_count"),
        Column("richTextContent", "html"),
        Column("richTextSource", "text"),
        Column("quizId", "", "quiz"),
        Column("assignmentInstructions", "instructions"),
        Column("maxScore", "max_score"),
        Column("passingScore", "passing_score"),
        Column("dueDate", "due"),
        Column("sessionUrl", "url"),
        Column("scheduledAt", "scheduled"),
        Column("duration", "session_minutes"),
        Column("resourceUrl", "url"),
        Column("resourceKey", "media"),
        Column("fileSize", ""),
        Column("mimeType", ""),
    ),
    parent="contentId",
)


class QuizRow(NamedTuple):
    title: str
    description: str | None
    minutes: int | None
    passing_score: Decimal
    max_attempts: int | None
    randomized: bool
    correct_answers: bool
    results_immediately: bool
    review: bool


QUIZ = Table(
    "quiz",
    (
        Column("title", "title"),
        Column("description", "description"),
        Column("timeLimit", "time_limit_minutes"),
        Column("passingScore", "passing_score"),
        Column("maxAttempts", "max_attempts"),
        Column("isRandomized", "randomized"),
        Column("showCorrectAnswers", "show_correct_answers"),
        Column("showResultsImmediately", "show_results_immediately"),
        Column("allowReview", "allow_review"),
    ),
)


class QuestionRow(NamedTuple):
    text: str
    type: str
    points: Decimal
    order: int
    explanation: str | None
    required: bool


QUESTION = Table(
    "quiz_question",
    (
        Column("question", "text"),
        Column("questionType", "type", enum="quiz_question_type_enum"),
        Column("points", "points"),
        Column("sortOrder", "order"),
        Column("explanation", "explanation"),
        Column("isRequired", "required"),
    ),
    parent="quizId",
)


class OptionRow(NamedTuple):
    text: str
    correct: bool
    order: int
    image: str | None
    match: str | None


OPTION = Table(
    "quiz_question_option",
    (
        Column("option_text", "text"),
        Column("isCorrect", "correct"),
        Column("sortOrder", "order"),
        Column("imageKey", "image"),
        Column("matchText", "match"),
    ),
    parent="questionId",
)


class LookupRow(NamedTuple):
    type: str
    title: str


# Junction rows are known by what they join: their first column, and the program above.
PROGRAM_COURSE = Table(
    "training_program_course",
    (Column("courseId", "course", "course"), Column("sortOrder", ""), Column("isRequired", "required")),
    parent="trainingProgramId",
)
PROGRAM_INSTRUCTOR = Table(
    "training_program_instructor",
    (Column("instructorId", "instructor", "user"), Column("isPrimary", "primary"), Column("sortOrder", "")),
    parent="trainingProgramId",
)
PROGRAM_TAG = Table("training_program_tag", (Column("tagId", "tag", "lookup"),), parent="trainingProgramId")
PROGRAM_PREREQUISITE = Table(
    "training_program_prerequisite",
    (Column("prerequisiteProgramId", "program", "program"), Column("isRequired", "required")),
    parent="trainingProgramId",
)

ITEMS: dict[Kind, Table] = {
    "program": PROGRAM,
    "course": COURSE,
    "section": SECTION,
    "content": CONTENT,
    "quiz": QUIZ,
    "question": QUESTION,
    "option": OPTION,
}
LINKS: dict[str, Table] = {
    "courses": PROGRAM_COURSE,
    "instructors": PROGRAM_INSTRUCTOR,
    "tags": PROGRAM_TAG,
    "prerequisites": PROGRAM_PREREQUISITE,
}

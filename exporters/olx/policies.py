"""What a course says of itself: policy.json, grading_policy.json, and the texts of its about page."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from html import escape
from typing import Any, Final

from exporters.olx import names
from exporters.olx.package import Package
from exporters.olx.texts import Texts
from exporters.shared import texts as plain
from schemas.model import Assignment, Content, Course, QuizContent

GRADED: Final = "Graded work"
"""What every graded lesson is called in the gradebook: all count alike. A gradebook has at least one kind."""
_NOT_STARTED: Final = "2030-01-01T00:00:00Z"
"""What Studio gives courses whose authors have not decided yet: learners see nothing of them."""
_TABS: Final = (
    {"type": "course_info", "name": "Home"},
    {"type": "courseware", "name": "Course"},
    {"type": "progress", "name": "Progress"},
)
_DEFAULT_PASSING: Final = Decimal(60)


def is_graded(content: Content) -> bool:
    """A quiz without questions gives no points."""
    return isinstance(content, Assignment) or (
        isinstance(content, QuizContent) and bool(content.quiz.questions)
    )


def passing(course: Course) -> Decimal:
    """What passes the course, in percent: the least that passes one of its quizzes."""
    scores = (each.quiz.passing_score for each in course.contents() if isinstance(each, QuizContent))
    return min(scores, default=_DEFAULT_PASSING)


def write(package: Package, course: Course, language: str, texts: Texts) -> None:
    folder = f"policies/{names.RUN}"
    package.json(f"{folder}/policy.json", {f"course/{names.RUN}": dict(_policy(course, language, texts))})
    package.json(f"{folder}/grading_policy.json", _grading(course))
    for name, html in _about(course, texts):
        package.file(f"about/{name}.html", html.encode())


def _policy(course: Course, language: str, texts: Texts) -> Iterator[tuple[str, Any]]:
    yield "display_name", course.title
    yield "language", language
    yield "start", names.STARTED if course.status == "published" else _NOT_STARTED
    yield "end", names.ENDED
    if any(isinstance(each, QuizContent) and each.quiz.time_limit_minutes for each in course.contents()):
        yield "enable_timed_exams", True
    yield "course_image", texts.address(course.thumbnail).rpartition("/")[2] if course.thumbnail else ""
    yield "tabs", list(_TABS)


def _grading(course: Course) -> dict[str, Any]:
    graded = sum(map(is_graded, course.contents()))
    grader = {
        "type": GRADED,
        "short_label": "Grade",
        "min_count": max(1, graded),
        "drop_count": 0,
        "weight": 1.0,
    }
    return {"GRADER": [grader], "GRADE_CUTOFFS": {"Pass": float(passing(course) / 100)}}


def _about(course: Course, texts: Texts) -> Iterator[tuple[str, str]]:
    yield "overview", texts.html(course.description) if course.description else ""
    if course.description:
        yield "short_description", escape(plain.words(course.description))
    if course.duration_minutes is not None:
        yield "duration", f"{course.duration_minutes} minutes"

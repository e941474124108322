"""What is the same for every format of questions: what it carries of a bundle, and what none of them says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from exporters.shared.ledger import Ledger
from schemas.findings import CoursewrightError
from schemas.model import Bundle, Content, Course, Question, QuizContent, Resource, Section

OPTIONAL: Final = "need not be answered: not said"
SHARES: Final = "each part gives a share of the points there: here all or nothing"
_LONGEST_TITLE: Final = 80
_KINDS: Final = {
    "video": "a video",
    "pdf": "a PDF file",
    "rich_text": "a page",
    "assignment": "an assignment",
    "live_session": "a live session",
    "downloadable_resource": "a file to download",
}


class Placed(NamedTuple):
    """A quiz with the course and section that it stands in."""

    course: Course
    section: Section
    content: QuizContent

    @property
    def identifier(self) -> str:
        """Unique in the bundle, and the same at every export: sections come and go, and are not in it."""
        return f"{self.course.key}.{self.content.key}"


def placed(bundle: Bundle) -> list[Placed]:
    """Every quiz in order. Raises CoursewrightError when there is none."""
    found = [
        Placed(course, section, content)
        for course in bundle.courses
        for section in course.sections
        for content in section.contents
        if isinstance(content, QuizContent)
    ]
    if not found:
        raise CoursewrightError(
            f"{bundle.key} has no quiz", "formats of questions hold nothing else: choose another one"
        )
    return found


def settle_around(ledger: Ledger, bundle: Bundle) -> None:
    """Everything but quizzes, their questions and files."""
    for program in bundle.programs:
        ledger.skip_program(program.key, "the format holds questions only")
    for course in bundle.courses:
        ledger.course(course, "its quizzes only")
        for section in course.sections:
            ledger.section(course, section, "its quizzes only")
            for content in section.contents:
                if not isinstance(content, QuizContent):
                    ledger.skip_item(course, content, f"{_kind(content)}: the format holds questions only")


def _kind(content: Content) -> str:
    launched = isinstance(content, Resource) and content.launch
    return "a package to play" if launched else _KINDS[content.type]


def about(content: QuizContent) -> str:
    """What is to be read before it, in Markdown; "" for nothing."""
    return "\n\n".join(filter(None, dict.fromkeys((content.description, content.quiz.description))))


def said_nowhere(content: QuizContent) -> Iterator[str]:
    """Notes on what no format of questions has a place for."""
    if content.title != content.quiz.title:
        yield f"called {content.title!r} in its section: the name of the quiz itself is said"
    if not content.published:
        yield "not published: whoever imports it decides again"
    if content.preview:
        yield "free to look at: not said"
    if content.duration_minutes is not None:
        yield f"takes about {content.duration_minutes} minutes: not said"


def shown_afterwards(content: QuizContent) -> Iterator[str]:
    """Notes for formats that do not say what a learner sees when the quiz is over."""
    if not content.quiz.show_results_immediately:
        yield "results are shown later: not said"
    if not content.quiz.allow_review:
        yield "answers cannot be looked at again: not said"


def pictures(question: Question) -> list[str]:
    """Paths of the pictures that it shows."""
    options = getattr(question, "options", ())
    return list(dict.fromkeys(option.image for option in options if option.image))


def first_words(text: str) -> str:
    """A title for a question, which has none: lists of questions show one."""
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_TITLE else words[: _LONGEST_TITLE - 1].rstrip() + "…"

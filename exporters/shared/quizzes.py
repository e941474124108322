"""What is the same for every format of questions: what it carries of a bundle, and what none of them says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from exporters.shared.ledger import Ledger
from schemas.findings import CoursewrightError
from schemas.model import Bundle, Content, Course, MultipleChoice, Question, QuizContent, Resource, Section

OPTIONAL: Final = "need not be answered: not said"
SHARES: Final = "each part gives a share of the points there: here all or nothing"
ALL_OR_NOTHING: Final = "each right answer gives a share of the points there, a wrong one takes all"
_FRACTIONS: Final = ("100", "50", "33.33333", "25", "20", "16.66667", "14.28571", "12.5", "11.11111", "10")
_GAP: Final = re.compile(r"\[\[[a-z0-9][a-z0-9._-]*\]\]")
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
        return identifier(self.course.key, self.content.key)

    def question(self, question: Question) -> str:
        """The same of a question of it."""
        return identifier(self.course.key, self.content.key, question.key)


def identifier(*keys: str) -> str:
    """Keys with dots between; those in a key are doubled, so that no two lists of keys give the same."""
    return ".".join(key.replace(".", "..") for key in keys)


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


def set_elsewhere(content: QuizContent) -> Iterator[str]:
    """Notes for formats that hold banks of questions: what a quiz that uses them is set to."""
    yield from said_nowhere(content)
    quiz = content.quiz
    settings = [f"passed with {quiz.passing_score.normalize():f} %"]
    settings += [f"{quiz.time_limit_minutes} minutes"] if quiz.time_limit_minutes else []
    settings += [f"{quiz.max_attempts} attempts"] if quiz.max_attempts else []
    settings += ["random order"] if quiz.randomized else []
    settings += [] if quiz.show_correct_answers else ["right answers are not shown"]
    yield f"a bank of questions; to be set in the quiz that uses it: {', '.join(settings)}"
    yield from shown_afterwards(content)


def categories(placed: Iterable[Placed]) -> Iterator[tuple[Placed, str]]:
    """Each quiz with a category of Moodle for it: course, section, quiz. Slashes in names are written twice.

    Two that would be one, since all of their names are equal, are told apart by their keys.
    """
    taken: set[str] = set()
    for quiz in placed:
        names = [quiz.course.title, quiz.section.title, quiz.content.quiz.title]
        path = _path(names)
        if path in taken:
            path = _path([*names[:2], f"{names[2]} ({quiz.content.key})"])
        taken.add(path)
        yield quiz, path


def _path(names: Iterable[str]) -> str:
    return "/".join(["$course$", "top", *(" ".join(name.split()).replace("/", "//") for name in names)])


def fraction(parts: int) -> str:
    """The share of one of several right answers in percent, of those that Moodle knows.

    From eleven on it is more than its share: Moodle takes nothing between, and no sum over 100 counts.
    """
    if parts <= len(_FRACTIONS):
        return _FRACTIONS[parts - 1]
    return "10" if parts <= 20 else "5"


def literal(answer: str) -> str:
    """An accepted answer for Moodle, which takes `*` for any characters."""
    return answer.replace("*", "\\*")


def pictures(question: Question) -> list[str]:
    """Paths of the pictures that it shows."""
    options = question.options if isinstance(question, MultipleChoice) else ()
    return list(dict.fromkeys(option.image for option in options if option.image))


def first_words(text: str) -> str:
    """A title for a question, which has none: lists of questions show one."""
    words = " ".join(_GAP.sub("_____", text).split())
    return words if len(words) <= _LONGEST_TITLE else words[: _LONGEST_TITLE - 1].rstrip() + "…"

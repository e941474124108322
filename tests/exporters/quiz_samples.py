"""Bundles of quizzes, and what of a question any format of questions carries: the documented losses left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from exporters import FORMATS, Choices
from importers.shared import plain_text
from importers.shared.pages import words
from schemas.findings import Report
from schemas.inert import leave
from schemas.model import (
    Bundle,
    Course,
    Essay,
    FillInBlank,
    Matching,
    MultipleChoice,
    Question,
    Quiz,
    QuizContent,
    Section,
    ShortAnswer,
    TrueFalse,
)
from schemas.richtext import render
from tests.strategies import (
    MemorySink,
    Pool,
    Sample,
    a_question,
    amounts,
    keys,
    maybe,
    texts,
    with_media,
)

_PICTURE = re.compile(r"\s*\(picture \d+\)$")


def exported(sample: Sample, target: str) -> tuple[dict[str, bytes], Report]:
    """The files a writer writes; every part of the bundle has its account."""
    sink, report = MemorySink(), Report()
    FORMATS[target].load().write(sample.bundle, sample.files, sink, report, Choices(target=target))
    report.close()
    return sink.contents, report


def one_quiz(*questions: Question, **settings: Any) -> Bundle:
    quiz = Quiz(title="Quiz", questions=questions, **settings)
    section = Section(key="s", title="Section", contents=(QuizContent(key="quiz", title="Quiz", quiz=quiz),))
    course = Course(key="course", title="Course", instructor="ann@example.org", sections=(section,))
    return Bundle(key="bundle", title="Bundle", courses=(course,))


@st.composite
def quizzes(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Sample:
    """A bundle of one quiz, with texts that formats like to lose. What reads alike differs in words, too."""
    contents: dict[str, bytes] = {}
    pool = Pool(draw, contents)
    names = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    questions = [a_question(draw, pool, name) for name in names]
    bundle = one_quiz(
        *questions,
        description=draw(maybe(texts)),
        time_limit_minutes=draw(maybe(st.integers(1, 600))),
        passing_score=draw(amounts(100)),
        max_attempts=draw(maybe(st.integers(1, 5))),
        randomized=draw(st.booleans()),
        show_correct_answers=draw(st.booleans()),
    )
    return with_media(bundle, contents)


def asked(bundle: Bundle) -> list[Question]:
    return [
        question
        for course in bundle.courses
        for content in course.contents()
        if isinstance(content, QuizContent)
        for question in content.quiz.questions
    ]


# ── losses ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Said:
    """Text by its words, without Markdown; what a text of marks alone says is "", and equal to anything."""

    words: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Said) and (self.words == other.words or "" in (self.words, other.words))

    __hash__ = None  # type: ignore[assignment]


def said(markdown: str | None) -> Said:
    shown = words(render(markdown or "", leave))
    return Said(_PICTURE.sub("", shown))


def carried(question: Question) -> list[Any]:
    """What every format keeps: not keys, points, pictures and whether it must be answered.

    A gap at the end of a text is a short answer to some.
    """
    match question:
        case MultipleChoice():
            options = [(said(each.text), each.correct) for each in question.options]
            return ["choice", said(question.text), said(question.explanation), options]
        case TrueFalse():
            return ["truth", said(question.text), said(question.explanation), question.answer]
        case ShortAnswer():
            return ["typed", said(question.explanation), [_accepted(question.accept)]]
        case FillInBlank():
            return [
                "typed",
                said(question.explanation),
                [_accepted(blank.accept) for blank in question.blanks],
            ]
        case Essay():
            return ["essay", said(question.text), said(question.explanation)]
        case Matching():
            pairs = [(said(pair.left), said(pair.right)) for pair in question.pairs]
            others = [said(other.text) for other in question.distractors]
            return ["pairs", said(question.text), said(question.explanation), pairs, others]


def _accepted(accept: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(plain_text.answer(answer)[0] for answer in accept))


def tells_apart(question: Question) -> bool:
    """Whether its options or right sides differ in words: readers number, or group, what does not."""
    match question:
        case MultipleChoice():
            return _differ(option.text for option in question.options)
        case Matching():
            rights = [pair.right for pair in question.pairs] + [other.text for other in question.distractors]
            return _differ(pair.left for pair in question.pairs) and _differ(rights)
        case _:
            return True


def _differ(several: Iterable[str]) -> bool:
    shown = [said(text).words for text in several]
    return len(set(shown)) == len(shown) and all(shown)

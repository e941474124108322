"""Quizzes as entries of the data file. Answers in it are positions, which `shape` vouches for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, assert_never

from exporters.shared.player.marks import shape
from exporters.shared.player.texts import Resolve, inline, prose, words
from schemas.model import (
    Essay,
    FillInBlank,
    Matching,
    MultipleChoice,
    Question,
    QuizContent,
    ShortAnswer,
    TrueFalse,
)

Entry = dict[str, Any]
LONGEST_ANSWER: Final = 250
"""Characters that may be typed into a line: what SCORM 2004 keeps. Less where right answers are short."""
LONGEST_ESSAY: Final = 4_000
_LEEWAY: Final = 40
_GAP: Final = re.compile(r"\[\[[a-z0-9._-]+\]\]")
Href = Callable[[str], str]


def quiz_entry(content: QuizContent, href: Href, resolve: Resolve) -> Entry:
    quiz = content.quiz
    return {
        "title": quiz.title,
        "description": prose(quiz.description, resolve) if quiz.description else None,
        "minutes": quiz.time_limit_minutes,
        "passing": float(quiz.passing_score),
        "attempts": quiz.max_attempts,
        "shuffle": quiz.randomized,
        "showsRight": quiz.show_correct_answers,
        "showsResult": quiz.show_results_immediately,
        "review": quiz.allow_review,
        "shape": shape(_identity(quiz.questions)),
        "questions": [_question(question, href, resolve) for question in quiz.questions],
    }


def _identity(questions: tuple[Question, ...]) -> Iterator[str]:
    """Everything a stored position could point at, in order."""
    for question in questions:
        yield f"{question.type} {question.key}"
        match question:
            case MultipleChoice():
                yield from (option.key for option in question.options)
            case ShortAnswer():
                yield from question.accept
            case FillInBlank():
                for blank in question.blanks:
                    yield from (blank.key, *blank.accept)
            case Matching():
                yield from (f"{pair.key} {pair.right}" for pair in question.pairs)
                yield from (f"{wrong.key} {wrong.text}" for wrong in question.distractors)
            case TrueFalse() | Essay():
                pass


def _question(question: Question, href: Href, resolve: Resolve) -> Entry:
    html = prose(question.text, resolve)
    return {
        "key": question.key,
        "type": question.type,
        "html": html,
        "words": _GAP.sub("____", words(html)),
        "points": float(question.points),
        "explanation": prose(question.explanation, resolve) if question.explanation else None,
        "required": question.required,
        **_answers(question, href, resolve),
    }


def _answers(question: Question, href: Href, resolve: Resolve) -> Entry:
    match question:
        case MultipleChoice():
            return {
                "options": [
                    _choice(option.key, option.text, resolve, image=option.image and href(option.image))
                    for option in question.options
                ],
                "right": [place for place, option in enumerate(question.options) if option.correct],
            }
        case TrueFalse():
            return {"right": question.answer}
        case ShortAnswer():
            return {"accept": question.accept, "longest": _longest(question.accept)}
        case Essay():
            return {"longest": LONGEST_ESSAY}
        case FillInBlank():
            return {
                "blanks": [{"key": blank.key, "accept": blank.accept} for blank in question.blanks],
                "longest": max(_longest(blank.accept) for blank in question.blanks),
            }
        case Matching():
            return _matching(question, resolve)
        case _:
            assert_never(question)


def _longest(accept: tuple[str, ...]) -> int:
    """A right answer can always be typed, even one that is longer than SCORM keeps."""
    longest = max(len(text.encode("utf-16-le")) // 2 for text in accept)  # as maxlength counts
    return max(longest, min(2 * longest + _LEEWAY, LONGEST_ANSWER))


def _choice(key: str, text: str, resolve: Resolve, **more: str | None) -> Entry:
    html = inline(text, resolve)
    return {"key": key, "html": html, "words": words(html), **more}


def _matching(question: Matching, resolve: Resolve) -> Entry:
    """Right sides in the order of their words, so that it tells nothing; equal ones are one."""
    sides = [(pair.key, pair.right) for pair in question.pairs]
    sides += [(wrong.key, wrong.text) for wrong in question.distractors]
    rights: dict[str, Entry] = {}
    for key, text in sides:
        side = _choice(key, text, resolve)
        rights.setdefault(side["words"], side)
    order = sorted(rights, key=lambda text: (text.casefold(), text))
    return {
        "lefts": [_choice(pair.key, pair.left, resolve) for pair in question.pairs],
        "rights": [rights[text] for text in order],
        "right": [order.index(words(inline(pair.right, resolve))) for pair in question.pairs],
    }

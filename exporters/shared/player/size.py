"""How much state a unit can need in the worst case, in characters; `files/state.js` writes it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

LIMITS: Final[Mapping[str, int]] = {"scorm-1.2": 4_096, "scorm-2004": 64_000, "cmi5": 64_000, "xapi": 64_000}
"""Characters of state that every LMS takes, by tracking (SCORM 1.2 RTE 3.4.5, SCORM 2004 RTE 4.2.23)."""

_HEAD: Final = len("13;")
_SUMMARY: Final = len(":zzzz:7ps:1;")  # attempts up to 1,679,615, best score up to 10,000, passed; base 36
_ATTEMPT: Final = len(":o:shape6:zzzzzz:zzzzzzz:zzzz:")  # shape, seed, deadline, question
_WIDEST: Final = 4  # a typed character needs up to four, in UTF-8 as base64


@dataclass(frozen=True, slots=True)
class Size:
    """`least` must fit, or results are lost: what is done, attempts and scores. `most` has everything:

    all answers of one open attempt and of each quiz's last one. What is over the limit is left out while
    playing, answers of finished attempts first: a learner who comes back cannot look at them again.
    """

    least: int
    most: int


def size(courses: Sequence[Mapping[str, Any]]) -> Size:
    contents = [
        content for course in courses for section in course["sections"] for content in section["contents"]
    ]
    quizzes = [content for content in contents if content["type"] == "quiz"]
    mark = len(contents[0]["mark"])
    least = _HEAD + len(contents) * mark + len(";") + len(quizzes) * (mark + _SUMMARY)
    answers = sum(_ATTEMPT + _answers(content["quiz"]["questions"]) for content in quizzes)
    return Size(least, least + answers)


def _answers(questions: Iterable[Mapping[str, Any]]) -> int:
    return sum(len(",") + _answer(question) for question in questions)


def _answer(question: Mapping[str, Any]) -> int:
    match question["type"]:
        case "multiple_choice":
            options = len(question["options"])
            return (1 if len(question["right"]) == 1 else options) * _digits(options)
        case "matching":
            return len(question["lefts"]) * _digits(len(question["rights"]))
        case "fill_in_blank":
            return len(question["blanks"]) * (_typed(question) + len("."))
        case "short_answer" | "essay":
            return _typed(question)
        case _:
            return 1


def _typed(question: Mapping[str, Any]) -> int:
    longest: int = question["longest"]
    return 1 + longest * _WIDEST


def _digits(count: int) -> int:
    """How many characters of base 36 the largest of `count` positions takes."""
    return max(1, math.ceil(math.log(count, 36))) if count > 1 else 1

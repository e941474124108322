"""Headings of question tables, as people and systems write them → what the columns mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Field = Literal["question", "type", "answer", "points", "feedback", "category", "id", "title", "image"]

_NAMES: Final[dict[Field, str]] = {
    "question": "question questiontext questionstem stem prompt",
    "type": "type questiontype qtype kind",
    "answer": "answer answers correct correctanswer correctanswers correctoption correctoptions "
    "correctchoice rightanswer rightanswers solution answerkey acceptedanswer acceptedanswers",
    "points": "points point score marks mark pointvalue maxpoints maxscore",
    "feedback": "feedback explanation generalfeedback rationale justification comment answerexplanation",
    "category": "category categories topic section quiz quizname chapter unit subject group lesson "
    "module pool questionbank",
    "id": "id questionid identifier externalid code key idnumber",
    "title": "title name questiontitle questionname",
    "image": "image imageurl imagelink picture pictureurl questionimage media mediaurl",
}
_FIELDS: Final = {name: field for field, names in _NAMES.items() for name in names.split()}
_PREFIX: Final = r"(?:answer|option|choice|response|alternative|answeroption|answerchoice|possibleanswer)"
_OPTION: Final = re.compile(rf"^(?:{_PREFIX}(?P<label>\d{{1,2}}|[a-z])|(?P<letter>[a-j]))$")
_PLAIN_OPTION: Final = re.compile(r"^(?:option|choice|alternative)s?$")
_WRONG: Final = re.compile(r"^(?:distractor|(?:wrong|incorrect)(?:answer|option|choice)?)s?\d*$")
_OWN_FEEDBACK: Final = re.compile(
    rf"^(?:{_PREFIX}(?P<one>\d{{1,2}}|[a-z])feedback|feedback(?P<other>\d{{1,2}}|[a-z]))$"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row things stand. `options` are (label, place); `unknown` headings mean nothing here."""

    fields: dict[Field, int]
    options: tuple[tuple[str, int], ...]
    wrong: tuple[int, ...]
    feedback: dict[str, int]
    unknown: tuple[str, ...]

    @property
    def known(self) -> int:
        return len(self.fields) + len(self.options) + len(self.wrong)


def columns(row: Sequence[str]) -> Columns | None:
    """What a row of headings says; None when it is none: it must name the question, and how to answer it."""
    fields: dict[Field, int] = {}
    options: list[tuple[str, int]] = []
    wrong: list[int] = []
    feedback: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(row):
        name = _plain(heading)
        option, own = _OPTION.match(name), _OWN_FEEDBACK.match(name)
        field = _FIELDS.get(name)
        if field and field not in fields:
            fields[field] = place
        elif option:
            options.append((option["label"] or option["letter"], place))
        elif _PLAIN_OPTION.match(name):
            options.append((str(len(options) + 1), place))
        elif _WRONG.match(name):
            wrong.append(place)
        elif own:
            feedback[own["one"] or own["other"]] = place
        elif name:
            unknown.append(heading)
    found = Columns(fields, tuple(options), tuple(wrong), feedback, tuple(dict.fromkeys(unknown)))
    answerable = options or wrong or "answer" in fields or "type" in fields
    return found if "question" in fields and answerable else None


def _plain(heading: str) -> str:
    """`Answer 1 - max 75 characters` as `answer1`, `Correct answer(s)` as `correctanswer`."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    text = re.split(r"\s[-–—]\s|[(:*]", text, maxsplit=1)[0]
    return re.sub(r"[\W_]+", "", text)

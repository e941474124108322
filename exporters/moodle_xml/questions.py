"""A question → a <question> of Moodle XML, as Moodle's own export writes it (question/format/xml)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import escape
from typing import Final

from exporters.moodle_xml.pictures import Pictures
from exporters.shared import quizzes, texts
from exporters.shared.xml import Child, Element, Text, element
from schemas.model import (
    Essay,
    FillInBlank,
    Matching,
    MultipleChoice,
    Option,
    Question,
    ShortAnswer,
    TrueFalse,
)

_TYPES: Final = {
    "multiple_choice": "multichoice",
    "true_false": "truefalse",
    "short_answer": "shortanswer",
    "essay": "essay",
    "fill_in_blank": "cloze",
    "matching": "matching",
}
_CLOZE: Final = re.compile(r"([}#~\"\\])")
_TOO_LARGE: Final = "a picture that is too large is not in it"


def question(asked: Question, pictures: Pictures) -> tuple[Element, tuple[str, ...]]:
    """The question under its key as ID number, and what it does not say."""
    notes = [] if asked.required else [quizzes.OPTIONAL]
    root = element(
        "question",
        {"type": _TYPES[asked.type]},
        element("name", {}, element("text", {}, Text(quizzes.first_words(asked.text)))),
        _html("questiontext", _text(asked)),
        _html("generalfeedback", texts.html(asked.explanation or "")),
        _plain("defaultgrade", _number(asked.points)),
        _plain("hidden", "0"),
        _plain("idnumber", asked.key),
        *_parts(asked, pictures, notes),
    )
    return root, tuple(dict.fromkeys(notes))


def _parts(asked: Question, pictures: Pictures, notes: list[str]) -> Iterator[Element]:
    match asked:
        case MultipleChoice():
            yield from _choices(asked, pictures, notes)
        case TrueFalse():
            for word in ("true", "false"):
                yield _answer("100" if word == str(asked.answer).lower() else "0", word)
        case ShortAnswer():
            yield _plain("usecase", "0")
            yield from (_answer("100", quizzes.literal(text)) for text in asked.accept)
        case Essay():
            yield _plain("responseformat", "editor")
            yield _plain("responserequired", "1" if asked.required else "0")
            yield _plain("responsefieldlines", "15")
        case FillInBlank():
            notes += _cloze_notes(asked)
        case Matching():
            notes.append(quizzes.SHARES)
            yield _plain("shuffleanswers", "true")
            yield from _pairs(asked)


# ── choices ──────────────────────────────────────────────────────────────────────────────────────


def _choices(asked: MultipleChoice, pictures: Pictures, notes: list[str]) -> Iterator[Element]:
    right = sum(option.correct for option in asked.options)
    if right != 1:
        notes.append(quizzes.ALL_OR_NOTHING)
    yield _plain("single", "true" if right == 1 else "false")
    yield _plain("shuffleanswers", "false")
    yield _plain("answernumbering", "abc")
    for option in asked.options:
        yield _option(option, right, pictures, notes)


def _option(option: Option, right: int, pictures: Pictures, notes: list[str]) -> Element:
    image, file = pictures.embedded(option.image) if option.image else ("", None)
    if option.image and file is None:
        notes.append(_TOO_LARGE)
    wrong = "0" if right == 1 else "-100"
    fraction = quizzes.fraction(right) if option.correct else wrong
    return _html("answer", texts.inline(option.text) + image, file, _html("feedback", ""), fraction=fraction)


# ── gaps and pairs ───────────────────────────────────────────────────────────────────────────────


def _text(asked: Question) -> str:
    html = texts.html(asked.text)
    if not isinstance(asked, FillInBlank):
        return html
    weight = _weight(asked)
    return texts.with_gaps(html, {blank.key: _gap(blank.accept, weight) for blank in asked.blanks})


def _gap(accept: tuple[str, ...], weight: int) -> str:
    """`{1:SHORTANSWER:=112~=one one two}` inside the HTML of the text."""
    answers = (_CLOZE.sub(r"\\\1", escape(quizzes.literal(text), quote=False)) for text in accept)
    return f"{{{weight}:SHORTANSWER:{'~'.join(f'={answer}' for answer in answers)}}}"


def _weight(asked: FillInBlank) -> int:
    """What one gap is worth: Moodle takes whole numbers, and adds them up to the points of the question."""
    share = asked.points / len(asked.blanks)
    return int(share) if share == share.to_integral() and share else 1


def _cloze_notes(asked: FillInBlank) -> Iterator[str]:
    worth = _weight(asked) * len(asked.blanks)
    if worth != asked.points:
        yield f"{_number(asked.points)} points: Moodle makes it {worth}, as gaps are worth whole points"
    if len(asked.blanks) > 1:
        yield quizzes.SHARES


def _pairs(asked: Matching) -> Iterator[Element]:
    """Right sides are plain text; one without a left side belongs to none."""
    lefts = [texts.inline(pair.left) for pair in asked.pairs] + [""] * len(asked.distractors)
    rights = texts.distinct_words(
        [*(pair.right for pair in asked.pairs), *(other.text for other in asked.distractors)]
    )
    for left, right in zip(lefts, rights, strict=True):
        answer = element("answer", {}, element("text", {}, Text(right)))
        yield _html("subquestion", left, answer)


# ── elements ─────────────────────────────────────────────────────────────────────────────────────


def _html(name: str, html: str, *more: Child, **attributes: str) -> Element:
    return element(name, {**attributes, "format": "html"}, element("text", {}, Text(html)), *more)


def _answer(fraction: str, text: str) -> Element:
    """A typed answer, or a word of Moodle's own."""
    given = {"fraction": fraction, "format": "moodle_auto_format"}
    return element("answer", given, element("text", {}, Text(text)), _html("feedback", ""))


def _plain(name: str, value: str) -> Element:
    return element(name, {}, Text(value))


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"

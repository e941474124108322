"""A question → blocks of GIFT (https://docs.moodle.org/en/GIFT_format): one, or as many as it has gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from exporters.shared import quizzes, texts
from schemas.model import Essay, FillInBlank, Matching, MultipleChoice, Question, ShortAnswer, TrueFalse

_SPECIAL: Final = re.compile(r"[\\:#={}~]")
_ARROW: Final = "->"
_MARK: Final = "\0"
_SPLIT: Final = "a question for each gap: GIFT has no more than one in a text"
_PICTURES: Final = "its pictures are not in it: GIFT is text alone"
_LIKE_PAIRS: Final = "an accepted answer has -> in it, which GIFT takes for a pair"


@dataclass(frozen=True, slots=True)
class Written:
    """Without blocks, `reason` says why; `notes` are what they do not say."""

    blocks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""


def questions(question: Question) -> Written:
    if any(_ARROW in answer for answer in _accepted(question)):
        return Written(reason=_LIKE_PAIRS)
    blocks = tuple(_blocks(question))
    return Written(blocks, tuple(_notes(question, len(blocks))))


def _accepted(question: Question) -> Iterator[str]:
    if isinstance(question, ShortAnswer):
        yield from question.accept
    if isinstance(question, FillInBlank):
        yield from (answer for blank in question.blanks for answer in blank.accept)


def _notes(question: Question, blocks: int) -> Iterator[str]:
    if question.points != 1:
        yield f"{question.points.normalize():f} points: not said"
    if not question.required:
        yield quizzes.OPTIONAL
    if blocks > 1:
        yield _SPLIT
    if quizzes.pictures(question):
        yield _PICTURES
    if isinstance(question, Matching):
        yield quizzes.SHARES
    if isinstance(question, MultipleChoice) and _right(question) != 1:
        yield quizzes.ALL_OR_NOTHING


def _blocks(question: Question) -> Iterator[str]:
    html = texts.html(question.text)
    match question:
        case FillInBlank():
            yield from _gaps(question, html)
        case MultipleChoice():
            yield _block(question, html, "".join(_choices(question)))
        case TrueFalse():
            yield _block(question, html, str(question.answer).upper())
        case ShortAnswer():
            yield _block(question, html, _typed(question.accept))
        case Essay():
            yield _block(question, html, "")
        case Matching():
            yield _block(question, html, "".join(_pairs(question)))


def _block(question: Question, before: str, answers: str, after: str = "", suffix: str = "") -> str:
    """`[id:…]` is what Moodle takes for the ID number."""
    told = f"####{_escaped(texts.html(question.explanation))}" if question.explanation else ""
    return (
        f"// [id:{question.key}{suffix}]\n"
        f"::{_escaped(quizzes.first_words(question.text))}::[html]{_escaped(before)}"
        f"{{{answers}{told}}}{_escaped(after)}\n\n"
    )


def _gaps(question: FillInBlank, html: str) -> Iterator[str]:
    """The text around one gap each time; the others are told by their numbers."""
    alone = len(question.blanks) == 1
    numbers = {blank.key: f"___({number})___" for number, blank in enumerate(question.blanks, 1)}
    for blank in question.blanks:
        before, _, after = texts.with_gaps(html, {**numbers, blank.key: _MARK}).partition(_MARK)
        yield _block(question, before, _typed(blank.accept), after, "" if alone else f"/{blank.key}")


def _typed(accept: tuple[str, ...]) -> str:
    """The weight is written, so that no answer can be taken for TRUE or for a weight."""
    return "".join(f"=%100%{_escaped(quizzes.literal(answer))}" for answer in accept)


def _choices(question: MultipleChoice) -> Iterator[str]:
    right = _right(question)
    for option in question.options:
        if right == 1:
            sign = "=" if option.correct else "~"
        else:
            sign = f"~%{quizzes.fraction(right) if option.correct else '-100'}%"
        yield f"\n\t{sign}{_html(option.text)}"


def _right(question: MultipleChoice) -> int:
    return sum(option.correct for option in question.options)


def _pairs(question: Matching) -> Iterator[str]:
    """Left sides are HTML, right ones plain; one without a left side belongs to none."""
    lefts = [_html(pair.left) for pair in question.pairs] + [""] * len(question.distractors)
    rights = texts.distinct_words(
        [*(pair.right for pair in question.pairs), *(other.text for other in question.distractors)]
    )
    for left, right in zip(lefts, rights, strict=True):
        yield f"\n\t={left} -> {_escaped(right)}"


def _html(markdown: str) -> str:
    """A first `%` would begin a weight, and a first `[` a format: both as references."""
    html = texts.inline(markdown)
    if html[:1] in ("%", "["):
        html = f"&#{ord(html[0])};{html[1:]}"
    return _escaped(html)


def _escaped(text: str) -> str:
    """On one line: a blank one would end the question."""
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\r", "").replace("\n", "\\n")

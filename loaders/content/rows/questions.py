"""How the six types of question fit the two tables of the design: there and back.

docs/adr/0005 has the table: what stands in an option's text, its match, and its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from itertools import groupby
from typing import assert_never

from loaders.content.rows.details import Base, number, path_of
from loaders.content.rows.items import DIGEST_BYTES, Item, by_order, digest
from loaders.content.rows.stored import Stored, paths
from loaders.content.rows.tables import OptionRow, QuestionRow
from schemas.model import (
    Blank,
    Distractor,
    Essay,
    FillInBlank,
    Matching,
    MultipleChoice,
    Option,
    Pair,
    Question,
    ShortAnswer,
    TrueFalse,
)

Choice = tuple[str, OptionRow, str | None]

_LONGEST_ANSWER = 200  # UTF-8 bytes of an answer that may stand in the mapping's index as it is


def question_item(question: Question, order: int, stored: Stored) -> Item:
    """A question with its options; their digest is the question's."""
    row = QuestionRow(
        question.text, question.type, question.points, order, question.explanation, question.required
    )
    item = Item("question", question.key, row, children=tuple(_options(question, stored)))
    item.location = question.location
    item.digest = item.tree = digest(
        row, [(option.key, option.row, option.paths) for option in item.children]
    )
    return item


def _options(question: Question, stored: Stored) -> Iterator[Item]:
    """The answers, each with its place; docs/adr/0005 has the table."""
    match question:
        case MultipleChoice():
            return (_choice(option, n, stored) for n, option in enumerate(question.options))
        case TrueFalse():
            return iter(
                (
                    _option("true", "True", 0, correct=question.answer),
                    _option("false", "False", 1, correct=not question.answer),
                )
            )
        case ShortAnswer():
            return (_option(answer_key(answer), answer, n) for n, answer in enumerate(question.accept))
        case FillInBlank():
            gaps = ((blank.key, answer) for blank in question.blanks for answer in blank.accept)
            return (
                _option(answer_key(f"{gap}:{answer}"), answer, n, gap) for n, (gap, answer) in enumerate(gaps)
            )
        case Matching():
            return _sides(question)
        case Essay():
            return iter(())
        case _:
            assert_never(question)


def _choice(option: Option, order: int, stored: Stored) -> Item:
    row = OptionRow(option.text, option.correct, order, stored.key(option.image), None)
    return Item("option", option.key, row, paths=paths(image=option.image))


def _sides(question: Matching) -> Iterator[Item]:
    for n, pair in enumerate(question.pairs):
        yield _option(pair.key, pair.left, n, pair.right)
    for n, distractor in enumerate(question.distractors, start=len(question.pairs)):
        yield _option(distractor.key, distractor.text, n, correct=False)


def _option(key: str, text: str, order: int, match: str | None = None, *, correct: bool = True) -> Item:
    return Item("option", key, OptionRow(text, correct, order, None, match))


def answer_key(answer: str) -> str:
    """An answer is its own key; a long one is named by its digest: an index entry ends at 2,704 bytes."""
    encoded = answer.encode()
    if len(encoded) <= _LONGEST_ANSWER:
        return answer
    return "blake2b:" + blake2b(encoded, digest_size=DIGEST_BYTES).hexdigest()


# ── back ─────────────────────────────────────────────────────────────────────────────────────────


def question_of(item: Item) -> Question:
    """The question with that row and those options."""
    row = item.row
    assert isinstance(row, QuestionRow)
    base = {
        "key": item.key,
        "text": row.text,
        "points": number(row.points),
        "explanation": row.explanation,
        "required": row.required,
    }
    return _QUESTIONS[row.type](base, [_choice_of(child) for child in sorted(item.children, key=by_order)])


def _choice_of(item: Item) -> Choice:
    assert isinstance(item.row, OptionRow)
    return item.key, item.row, path_of(item, "image")


def _multiple_choice(base: Base, options: Sequence[Choice]) -> Question:
    return MultipleChoice(
        **base,
        options=tuple(
            Option(key=key, text=row.text, correct=row.correct, image=image) for key, row, image in options
        ),
    )


def _true_false(base: Base, options: Sequence[Choice]) -> Question:
    return TrueFalse(**base, answer=any(key == "true" and row.correct for key, row, _ in options))


def _short_answer(base: Base, options: Sequence[Choice]) -> Question:
    return ShortAnswer(**base, accept=tuple(row.text for _, row, _ in options))


def _essay(base: Base, _options: Sequence[Choice]) -> Question:
    return Essay(**base)


def _fill_in_blank(base: Base, options: Sequence[Choice]) -> Question:
    """Answers of one gap follow one another."""
    gaps = groupby((row for _, row, _ in options), key=lambda row: row.match)
    return FillInBlank(
        **base,
        blanks=tuple(Blank(key=gap or "", accept=tuple(row.text for row in rows)) for gap, rows in gaps),
    )


def _matching(base: Base, options: Sequence[Choice]) -> Question:
    return Matching(
        **base,
        pairs=tuple(
            Pair(key=key, left=row.text, right=row.match) for key, row, _ in options if row.match is not None
        ),
        distractors=tuple(Distractor(key=key, text=row.text) for key, row, _ in options if row.match is None),
    )


_QUESTIONS: dict[str, Callable[[Base, Sequence[Choice]], Question]] = {
    "multiple_choice": _multiple_choice,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "essay": _essay,
    "fill_in_blank": _fill_in_blank,
    "matching": _matching,
}

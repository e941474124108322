"""A quiz as two pages: the questions as learners get them, and the answers, which can be kept from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, assert_never

from exporters.markdown.texts import Texts, blocks, indented, words
from exporters.shared.facts import number
from exporters.shared.phrases import Phrases
from schemas.model import (
    Essay,
    FillInBlank,
    Matching,
    MultipleChoice,
    Option,
    Question,
    Quiz,
    ShortAnswer,
    TrueFalse,
)

_GAP: Final = re.compile(r"\[\[[a-z0-9._-]+\]\]")
_LINE: Final = r"\_\_\_\_\_\_"


def questions(quiz: Quiz, texts: Texts, say: Phrases) -> str:
    """A numbered list."""
    return _listed(quiz, lambda question: _asked(question, texts, say))


def answers(quiz: Quiz, texts: Texts, say: Phrases) -> str:
    """The same list with what is right."""
    return _listed(quiz, lambda question: _answered(question, texts, say))


def _listed(quiz: Quiz, parts: Callable[[Question], Iterator[str]]) -> str:
    items = (
        indented(f"{n}. {blocks(*parts(question))}", len(f"{n}. "))
        for n, question in enumerate(quiz.questions, start=1)
    )
    return "\n".join(items)


def _asked(question: Question, texts: Texts, say: Phrases) -> Iterator[str]:
    text = texts.part(question.text)
    yield _GAP.sub(lambda _: _LINE, text) if isinstance(question, FillInBlank) else text
    yield _worth(question, say)
    match question:
        case MultipleChoice():
            yield "\n".join(_option(option, texts, " ") for option in question.options)
        case TrueFalse():
            yield f"- [ ] {say['true']}\n- [ ] {say['false']}"
        case ShortAnswer():
            yield _LINE
        case Essay():
            yield f"*{say['by_heart']}*"
        case FillInBlank():
            pass
        case Matching():
            yield "\n".join(f"- {indented(texts.part(pair.left), 2)}" for pair in question.pairs)
            yield f"{say['match']}:"
            yield "\n".join(f"- {indented(texts.part(right), 2)}" for right in _choices(question))
        case _:
            assert_never(question)


def _answered(question: Question, texts: Texts, say: Phrases) -> Iterator[str]:
    yield texts.part(question.text)
    match question:
        case MultipleChoice():
            marks = ((option, "x" if option.correct else " ") for option in question.options)
            yield "\n".join(_option(option, texts, mark) for option, mark in marks)
        case TrueFalse():
            yield f"- [x] {say['true' if question.answer else 'false']}"
        case ShortAnswer():
            yield _accepted(question.accept, say)
        case Essay():
            yield f"*{say['by_heart']}*"
        case FillInBlank():
            gaps = (f"- {words(blank.key)}: {_accepted(blank.accept, say)}" for blank in question.blanks)
            yield "\n".join(gaps)
        case Matching():
            for pair in question.pairs:
                yield f"- {indented(texts.part(pair.left), 2)}\n\n  → {indented(texts.part(pair.right), 2)}"
        case _:
            assert_never(question)
    if question.explanation:
        yield f"> {texts.part(question.explanation)}".replace("\n", "\n> ")


def _worth(question: Question, say: Phrases) -> str:
    optional = "" if question.required else f", {say['optional']}"
    several = isinstance(question, MultipleChoice) and sum(o.correct for o in question.options) > 1
    more = f" {say['several']}" if several else ""
    return f"*{say['points']}: {number(question.points)}{optional}.{more}*"


def _option(option: Option, texts: Texts, mark: str) -> str:
    picture = f"![{words(option.text)}]({texts.file(option.image)})" if option.image else ""
    text = blocks(texts.part(option.text), picture).rstrip("\n")
    return f"- [{mark}] {indented(text, 2)}"


def _choices(question: Matching) -> list[str]:
    """Every right side, in an order that tells nothing."""
    return sorted([*(pair.right for pair in question.pairs), *(wrong.text for wrong in question.distractors)])


def _accepted(several: tuple[str, ...], say: Phrases) -> str:
    return f" {say['or']} ".join(f"**{words(each)}**" for each in several)

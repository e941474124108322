"""A quiz to read: the questions on their page, what is right at the back of the book, links both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, assert_never

from exporters.epub.outline import Part, tells
from exporters.epub.texts import Texts
from exporters.epub.xhtml import Child, Node, h, name
from exporters.shared.facts import number
from exporters.shared.phrases import Phrases
from schemas.model import (
    Essay,
    FillInBlank,
    Matching,
    MultipleChoice,
    Option,
    Question,
    QuizContent,
    ShortAnswer,
    TrueFalse,
)

_GAP: Final = re.compile(r"(\[\[[a-z0-9._-]+\]\])")
_LINE: Final = "\u2009".join("_" * 8)


def questions(content: QuizContent, answers: str | None, texts: Texts, say: Phrases) -> Iterator[Node | None]:
    quiz = content.quiz
    if quiz.title != content.title:
        yield h("p", quiz.title, class_="lead")
    if quiz.description:
        yield texts.block(quiz.description, below=2)
    told = tells(content) and answers is not None
    for n, question in enumerate(quiz.questions, start=1):
        link = f"{texts.to(answers)}#{_anchor(content, question)}" if told and answers else None
        yield _asked(question, n, link, texts, say)
    if not told:
        yield h("p", say["no_answers"], class_="note")


def _asked(question: Question, n: int, link: str | None, texts: Texts, say: Phrases) -> Node:
    heading = h("h2", f"{say['question']} {n} ", h("span", _worth(question, say), class_="worth"))
    text = texts.block(question.text, below=3)
    if isinstance(question, FillInBlank):
        _open_gaps(text)
    return h(
        "div",
        heading,
        text,
        *_choices(question, texts, say),
        h("p", h("a", say["to_answers"], href=link), class_="jump") if link else None,
        class_="question",
        id=f"q-{question.key}",
    )


def _worth(question: Question, say: Phrases) -> str:
    optional = "" if question.required else f" · {say['optional']}"
    return f"{say['points']}: {number(question.points)}{optional}"


def _open_gaps(text: Node) -> None:
    for element in list(text.iter()):
        element.text = _GAP.sub(_LINE, element.text) if element.text else element.text
        element.tail = _GAP.sub(_LINE, element.tail) if element.tail else element.tail


def _choices(question: Question, texts: Texts, say: Phrases) -> Iterator[Child]:
    match question:
        case MultipleChoice():
            if sum(option.correct for option in question.options) > 1:
                yield h("p", say["several"], class_="hint")
            yield h("ol", *(_option(option, texts) for option in question.options), class_="options")
        case TrueFalse():
            yield h("ol", h("li", say["true"]), h("li", say["false"]), class_="options")
        case ShortAnswer():
            yield h("p", _LINE, class_="line")
        case Essay():
            yield h("p", say["by_heart"], class_="hint")
        case FillInBlank():
            pass
        case Matching():
            yield h("ol", *(h("li", *texts.inline(pair.left)) for pair in question.pairs), class_="lefts")
            yield h("p", f"{say['match']}:", class_="hint")
            rights = (h("li", *texts.inline(right)) for right in _rights(question))
            yield h("ol", *rights, class_="options")
        case _:
            assert_never(question)


def _option(option: Option, texts: Texts) -> Node:
    return h("li", *texts.inline(option.text), texts.picture(option.image, "", "option"))


def _rights(question: Matching) -> list[str]:
    """Every right side, in an order that tells nothing."""
    return sorted([*(pair.right for pair in question.pairs), *(wrong.text for wrong in question.distractors)])


# ── at the back ──────────────────────────────────────────────────────────────────────────────────


def answers_page(part: Part, texts: Texts, say: Phrases) -> Node:
    """The answers of every quiz of a course that tells them."""
    quizzes = (
        _answers(content, place, texts, say)
        for content, place in part.contents()
        if isinstance(content, QuizContent) and tells(content)
    )
    heading = h("h1", say["answers"], h("span", part.course.title, class_="kicker below"), id="title")
    return h(
        "body",
        h(
            "section",
            heading,
            *quizzes,
            type_="appendix",
            role="doc-appendix",
            labelled="title",
            class_="answers",
        ),
    )


def _answers(content: QuizContent, place: str, texts: Texts, say: Phrases) -> Node:
    several = (
        _answered(question, _back(question, n, texts.to(place), say), _anchor(content, question), texts, say)
        for n, question in enumerate(content.quiz.questions, start=1)
    )
    return h("section", h("h2", content.title), *several, class_="quiz-answers")


def _anchor(content: QuizContent, question: Question) -> str:
    return f"a-{content.key}~{question.key}"


def _back(question: Question, n: int, quiz: str, say: Phrases) -> Node:
    href = f"{quiz}#q-{question.key}"
    return h("a", f"{say['question']} {n}", href=href, type_="backlink", role="doc-backlink")


def _answered(question: Question, back: Node, anchor: str, texts: Texts, say: Phrases) -> Node:
    return h(
        "div",
        h("h3", back),
        *_right(question, texts, say),
        texts.block(question.explanation, below=4) if question.explanation else None,
        class_="answer",
        id=anchor,
    )


def _right(question: Question, texts: Texts, say: Phrases) -> Iterator[Node]:
    match question:
        case MultipleChoice():
            for n, option in enumerate(question.options):
                if option.correct:
                    yield _lettered(n, option.text, texts)
        case TrueFalse():
            yield _lettered(0 if question.answer else 1, say["true" if question.answer else "false"], texts)
        case ShortAnswer():
            yield h("p", *_accepted(question.accept, say))
        case Essay():
            yield h("p", say["by_heart"], class_="hint")
        case FillInBlank():
            gaps = sorted(question.blanks, key=lambda blank: question.text.find(f"[[{blank.key}]]"))
            rows = (h("li", *_accepted(blank.accept, say)) for blank in gaps)
            yield h("ol", *rows, class_="lefts")
        case Matching():
            rights = _rights(question)
            for pair in question.pairs:
                left = h("div", *texts.inline(pair.left), class_="left")
                yield h("div", left, _lettered(rights.index(pair.right), pair.right, texts), class_="pair")
        case _:
            assert_never(question)


def _lettered(n: int, text: str, texts: Texts) -> Node:
    """A choice under the letter that its list shows."""
    parts = texts.inline(text)
    flows = any(not isinstance(part, str) and name(part) == "div" for part in parts)
    return h("div" if flows else "p", h("strong", f"{letter(n)} ", class_="letter"), *parts)


def letter(n: int) -> str:
    """As browsers count with `upper-alpha`: A … Z, AA …"""
    return (letter(n // 26 - 1) if n >= 26 else "") + chr(ord("A") + n % 26)


def _accepted(several: tuple[str, ...], say: Phrases) -> list[Child]:
    parts: list[Child] = []
    for each in several:
        parts += [f" {say['or']} "] if parts else []
        parts.append(h("strong", each))
    return parts

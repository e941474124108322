"""Questions with answers to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from importers.h5p.asking import Asking, labelled, listed, own_key, slug, slugs
from importers.h5p.content import Fields
from importers.h5p.gaps import marked, without_marks
from importers.shared import questions
from importers.shared.pages import words
from importers.shared.questions import Choice, Made, UnfitError

_MOST_ANSWERS: Final = 500
_MOST_WORDS: Final = 60
"""Of a text whose words become answers: more are no list that one reads."""


def multi_choice(asking: Asking) -> Iterator[Made]:
    params = asking.params
    answers = params.groups("answers")
    texts = [answer.html("text") for answer in answers]
    if len(texts) > _MOST_ANSWERS:
        raise UnfitError(f"{len(texts)} answers to choose from")
    choices = [
        Choice(key, asking.text(text), answer.flag("correct"))
        for key, text, answer in zip(slugs(texts, "option"), texts, answers, strict=True)
    ]
    said = listed(_said(answer) for answer in answers)
    behaviour, right = params.group("behaviour"), sum(each.correct for each in choices)
    stem = asking.stem(
        asking.media() + params.html("question"),
        explanation=[said, *asking.feedback()],
        points=1 if behaviour.flag("singlePoint") else max(right, 1),
    )
    one_suffices = behaviour.words("type") == "single" and right > 1
    yield asking.made(
        questions.choice(stem, choices),
        "its feedback and tips stand in the explanation" if stem.explanation else "",
        "one right answer is enough in the source, here all are needed" if one_suffices else "",
    )


def _said(answer: Fields) -> str:
    """What is said about one answer: when chosen, when not chosen, and as a tip."""
    inner = answer.group("tipsAndFeedback") or answer  # before version 1.5
    signs = (("chosenFeedback", "☑"), ("notChosenFeedback", "☐"), ("tip", "?"))
    parts = [f"{sign} {escape(inner.words(name))}" for name, sign in signs if inner.words(name)]
    return f"{escape(answer.words('text'))}: {' '.join(parts)}" if parts else ""


def true_false(asking: Asking) -> Iterator[Made]:
    params, behaviour = asking.params, asking.params.group("behaviour")
    said = [
        labelled("✓", behaviour.html("feedbackOnCorrect")),
        labelled("✗", behaviour.html("feedbackOnWrong")),
    ]
    stem = asking.stem(asking.media() + params.html("question"), explanation=said)
    yield asking.made(questions.true_false(stem, answer=params.flag("correct")))


def single_choice_set(asking: Asking) -> Iterator[Made]:
    """The first answer of each is right; the player shuffles them."""
    for choice in asked(asking.params, "choices", "answers"):
        yield _first_is_right(asking, choice, choice.html("question"), choice.htmls("answers"))


def summary(asking: Asking) -> Iterator[Made]:
    """Of each group of statements, the first is true."""
    for group in asked(asking.params, "summaries", "summary"):
        tip = labelled("?", group.group("tip").html("tip") or group.html("tip"))
        yield _first_is_right(asking, group, asking.params.html("intro"), group.htmls("summary"), tip)


def asked(params: Fields, groups: str, statements: str) -> list[Fields]:
    """Groups with something to choose: an editor adds an empty one to every video."""
    return [group for group in params.groups(groups) if group.htmls(statements)]


def _first_is_right(asking: Asking, owner: Fields, html: str, texts: list[str], tip: str = "") -> Made:
    """What is asked and answered makes the key, in an order that does not tell which answer is right."""
    own = own_key(owner, f"{html} {' '.join(sorted(texts))}")
    choices = [
        Choice(key, asking.text(text), place == 0)
        for place, (key, text) in enumerate(zip(slugs(texts, "option"), texts, strict=True))
    ]
    return asking.made(questions.choice(asking.stem(html, key=own, explanation=[tip]), _shuffled(choices)))


def _shuffled(choices: list[Choice]) -> list[Choice]:
    """By their keys: the right one always first would give it away."""
    return sorted(choices, key=lambda choice: choice.identifier)


def mark_the_words(asking: Asking) -> Iterator[Made]:
    """Every word is an answer, the marked ones are right."""
    text = asking.params.html("textField")
    if text.count("*") > 2 * _MOST_WORDS:
        raise UnfitError(f"more than {_MOST_WORDS} words to mark")
    found: dict[str, bool] = {}
    for word, right in marked(words(text)):
        found[word] = found.get(word, False) or right
    if len(found) > _MOST_WORDS:
        raise UnfitError(f"{len(found)} words to choose from")
    html = (
        asking.media()
        + asking.params.html("taskDescription")
        + f"<blockquote>{without_marks(text)}</blockquote>"
    )
    choices = [Choice(slug(word, "word"), asking.text(escape(word)), right) for word, right in found.items()]
    stem = asking.stem(html, explanation=asking.feedback(), points=max(sum(found.values()), 1))
    yield asking.made(questions.choice(stem, choices), "the words to mark are answers to choose")


def multi_media_choice(asking: Asking) -> Iterator[Made]:
    """Pictures to choose from; each has its words (alt), or a number."""
    choices = []
    for number, option in enumerate(asking.params.groups("options"), 1):
        item = asking.desk.part(option.group("media"))
        image = item.params.group("file") if item and item.kind == "Image" else None
        address = asking.desk.address(image) if image else ""
        if item is None or not address:
            raise UnfitError("an answer that is no picture")
        alt = item.params.words("alt") or f"({number})"
        path = asking.desk.put(address, "image")
        asking.desk.ledger.done(item)
        choices.append(
            Choice(slug(address, "picture"), asking.text(escape(alt)), option.flag("correct"), path)
        )
    html = asking.media() + asking.params.html("question")
    yield asking.made(questions.choice(asking.stem(html, explanation=asking.feedback()), choices))


def simple_multi_choice(asking: Asking) -> Iterator[Made]:
    """A survey: no answer is right."""
    texts = [each.html("text") for each in asking.params.groups("alternatives")]
    choices = [
        Choice(key, asking.text(text), correct=False)
        for key, text in zip(slugs(texts, "option"), texts, strict=True)
    ]
    yield asking.made(questions.choice(asking.stem(asking.params.html("question")), choices))

"""Questions → problems (CAPA), one each: so each keeps its points and its attempts.

Elements are those of Open edX's own templates (`multiplechoiceresponse`, `choiceresponse`, `stringresponse`,
`optionresponse`). The names of choices are the keys of options: answers that were given stay with theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import itemgetter
from typing import Final, TypeAlias

from exporters.olx.texts import Texts
from exporters.shared import texts as questions
from exporters.shared.xml import Child, Element, Markup, Text, closed, element, fragment
from schemas.model import FillInBlank, Matching, MultipleChoice, Quiz, ShortAnswer, TrueFalse

Problem: TypeAlias = MultipleChoice | TrueFalse | ShortAnswer | FillInBlank | Matching
"""What is graded by the platform; an essay is a block of another kind."""

GAPS: Final = "each gap is an answer field of its own, with an equal share of the points"
PAIRS: Final = "each left side is a menu of its own, with an equal share of the points"
OR: Final = "an accepted answer holds '_or_', which Open edX takes for two answers"
_LONE_PARAGRAPH: Final = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)
_MOST_COLUMNS: Final = 60
_FEWEST_COLUMNS: Final = 5


def problem(question: Problem, title: str, quiz: Quiz, texts: Texts) -> tuple[Element, list[str]]:
    """The definition, and what it does not say."""
    attributes = {
        "display_name": title,
        "weight": f"{question.points.normalize():f}",
        "max_attempts": str(quiz.max_attempts) if quiz.max_attempts else None,
        "showanswer": "finished" if quiz.show_correct_answers else "never",
    }
    return element("problem", attributes, *_asked(question, texts)), list(_notes(question))


def _asked(question: Problem, texts: Texts) -> Iterator[Element]:
    solution = _solution(question.explanation)
    if isinstance(question, FillInBlank | Matching):
        yield from _gaps(question) if isinstance(question, FillInBlank) else _pairs(question)
        if solution:
            yield solution
        return
    html = questions.html(question.text)
    lone = _LONE_PARAGRAPH.fullmatch(html)
    if not lone:
        yield element("div", {}, closed(html))
    label = element("label", {}, closed(lone[1])) if lone else None
    match question:
        case MultipleChoice():
            yield _choice(question, label, solution, texts)
        case TrueFalse():
            yield _true_false(question, label, solution)
        case ShortAnswer():
            yield _string(question.accept, {}, label, solution)


def _solution(explanation: str | None) -> Element | None:
    if not explanation:
        return None
    told = element("div", {"class": "detailed-solution"}, closed(questions.html(explanation)))
    return element("solution", {}, told)


# ── choices ──────────────────────────────────────────────────────────────────────────────────────


def _choice(question: MultipleChoice, label: Child, solution: Child, texts: Texts) -> Element:
    listed = [
        _one(option.key, closed(questions.option(option.text, option.image, texts.address)), option.correct)
        for option in question.options
    ]
    if sum(option.correct for option in question.options) == 1:
        return _single(listed, label, solution)
    return element("choiceresponse", {}, label, element("checkboxgroup", {}, *listed), solution)


def _true_false(question: TrueFalse, label: Child, solution: Child) -> Element:
    listed = [
        _one(str(value).lower(), Markup(str(value)), value is question.answer) for value in (True, False)
    ]
    return _single(listed, label, solution)


def _single(listed: list[Element], label: Child, solution: Child) -> Element:
    group = element("choicegroup", {"type": "MultipleChoice"}, *listed)
    return element("multiplechoiceresponse", {}, label, group, solution)


def _one(name: str, text: Markup, correct: bool) -> Element:  # noqa: FBT001  the value of the attribute
    return element("choice", {"correct": str(correct).lower(), "name": name}, text)


# ── typed answers ────────────────────────────────────────────────────────────────────────────────


def _string(
    accept: tuple[str, ...], more: dict[str, str], label: Child = None, solution: Child = None
) -> Element:
    """Upper and lower case are alike, as with us."""
    first, *others = accept
    columns = min(max(_FEWEST_COLUMNS, *(len(answer) + 2 for answer in accept)), _MOST_COLUMNS)
    return element(
        "stringresponse",
        {"answer": first, "type": "ci", **more},
        label,
        *(element("additional_answer", {"answer": answer}) for answer in others),
        element("textline", {"size": str(columns), **more}),
        solution,
    )


def _gaps(question: FillInBlank) -> Iterator[Element]:
    """Answer fields in the sentence. Paragraphs become `div`s, which may hold what a response is drawn as."""
    gaps = {blank.key: str(fragment(_string(blank.accept, {"inline": "1"}))) for blank in question.blanks}
    html = closed(questions.with_gaps(questions.html(question.text), gaps))
    yield element("div", {}, Markup(html.replace("<p>", "<div>").replace("</p>", "</div>")))


def _pairs(question: Matching) -> Iterator[Element]:
    """A menu of all right sides for each left one. Menus hold text alone, without markup."""
    yield element("div", {}, closed(questions.html(question.text)))
    sides = {pair.key: pair.right for pair in question.pairs}
    sides |= {each.key: each.text for each in question.distractors}
    rights = sorted(zip(sides, questions.distinct_words(sides.values()), strict=True), key=itemgetter(1))
    for pair in question.pairs:
        options = (element("option", {"correct": str(key == pair.key)}, Text(text)) for key, text in rights)
        label = element("label", {}, closed(questions.inline(pair.left)))
        yield element("optionresponse", {}, label, element("optioninput", {}, *options))


def _notes(question: Problem) -> Iterator[str]:
    match question:
        case ShortAnswer():
            accept = question.accept
        case FillInBlank():
            accept = tuple(answer for blank in question.blanks for answer in blank.accept)
            if len(question.blanks) > 1:
                yield GAPS
        case Matching():
            accept = ()
            yield PAIRS
        case _:
            accept = ()
    if any("_or_" in answer.lower() for answer in accept):
        yield OR

"""Questions that can be answered, and graded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from importers.bundle.documents import At
from importers.bundle.faults import Fault, Spot, shown
from importers.bundle.rules.keys import duplicate_keys
from importers.bundle.rules.numbers import too_precise
from importers.bundle.words import did_you_mean
from schemas.findings import Rule

NO_CORRECT_OPTION = Rule("CW210", "quiz-without-answer", "A multiple-choice question has a right option.")
SAME_OPTION = Rule("CW211", "same-option-twice", "Learners can tell the options of a question apart.")
SAME_ANSWER = Rule("CW212", "same-answer-twice", "An accepted answer stands once.")
AMBIGUOUS_PAIR = Rule("CW213", "ambiguous-pair", "Each side of a matching question is there once.")
BLANK_WITHOUT_GAP = Rule("CW214", "blank-without-gap", "Every blank has its `[[key]]` in the text.")
GAP_WITHOUT_BLANK = Rule("CW215", "gap-without-blank", "Every `[[key]]` in the text is a blank.")
GAP_TWICE = Rule("CW216", "gap-twice", "A blank has one gap in the text.")

GAP = re.compile(r"\[\[([^\[\]]*)\]\]")
Question = dict[str, Any]


def no_correct_option(question: Question, at: At) -> Iterator[Fault]:
    if not any(option.get("correct") for option in question["options"]) and not at.lacks("options"):
        yield Fault(
            rule=NO_CORRECT_OPTION,
            spot=at.key("options"),
            found=f"no right option in '{question['key']}'",
            expected="at least one option with `correct: true`",
            mend="add `correct: true` to the right option",
        )


def same_option(question: Question, at: At) -> Iterator[Fault]:
    """Options of equal text may still differ by their images."""
    if any("image" in option for option in question["options"]):
        return
    texts = [option["text"].strip() for option in question["options"]]
    yield from _repeated(texts, lambda n: at.spot("options", n, "text"), SAME_OPTION, "option")


def same_answer(question: Question, at: At) -> Iterator[Fault]:
    yield from _same_answer(question["accept"], at.down("accept"))


def same_answer_in_blank(question: Question, at: At) -> Iterator[Fault]:
    for b, blank in enumerate(question["blanks"]):
        yield from _same_answer(blank["accept"], at.down("blanks", b, "accept"))


def ambiguous_pair(question: Question, at: At) -> Iterator[Fault]:
    """A right side that is there twice, be it as a distractor, makes two answers right."""
    pairs, distractors = question["pairs"], question.get("distractors", ())
    lefts = [pair["left"].strip() for pair in pairs]
    rights = [pair["right"].strip() for pair in pairs] + [other["text"].strip() for other in distractors]

    def right(n: int) -> Spot:
        beyond = n - len(pairs)
        return at.spot("pairs", n, "right") if beyond < 0 else at.spot("distractors", beyond, "text")

    yield from _repeated(lefts, lambda n: at.spot("pairs", n, "left"), AMBIGUOUS_PAIR, "left side")
    yield from _repeated(rights, right, AMBIGUOUS_PAIR, "right side")


def blank_without_gap(question: Question, at: At) -> Iterator[Fault]:
    gaps = set(GAP.findall(question["text"]))
    for b, blank in enumerate(question["blanks"]):
        if blank["key"] not in gaps:
            yield Fault(
                rule=BLANK_WITHOUT_GAP,
                spot=at.spot("blanks", b, "key"),
                found=f"the blank '{blank['key']}', which has no gap",
                expected=f"`[[{blank['key']}]]` in the text of '{question['key']}'",
                mend=did_you_mean(blank["key"], gaps, f"write [[{blank['key']}]] where the gap belongs"),
            )


def gap_without_blank(question: Question, at: At) -> Iterator[Fault]:
    blanks = {blank["key"] for blank in question["blanks"]}
    if at.lacks("blanks"):
        return
    for gap in dict.fromkeys(GAP.findall(question["text"])):
        if gap not in blanks:
            yield Fault(
                rule=GAP_WITHOUT_BLANK,
                spot=at.spot("text"),
                found=f"the gap [[{gap[:80]}]], which is no blank",
                expected="a blank of that key",
                mend=did_you_mean(gap, blanks, f"add `key: {gap[:80]}` to the blanks"),
            )


def gap_twice(question: Question, at: At) -> Iterator[Fault]:
    gaps = Counter(GAP.findall(question["text"]))
    for gap in (gap for gap, count in gaps.items() if count > 1):
        yield Fault(
            rule=GAP_TWICE,
            spot=at.spot("text"),
            found=f"the gap [[{gap[:80]}]] more than once",
            expected="each gap once",
            mend="give the second gap a blank of its own",
        )


def points_too_precise(question: Question, at: At) -> Iterator[Fault]:
    yield from too_precise(question, at, "points")


RULES: dict[str, tuple[Callable[[Question, At], Iterable[Fault]], ...]] = {
    "multiple_choice": (no_correct_option, duplicate_keys("options"), same_option),
    "true_false": (),
    "short_answer": (same_answer,),
    "essay": (),
    "fill_in_blank": (
        duplicate_keys("blanks"),
        blank_without_gap,
        gap_without_blank,
        gap_twice,
        same_answer_in_blank,
    ),
    "matching": (duplicate_keys("pairs", "distractors"), ambiguous_pair),
}


def check_question(question: Question, at: At) -> Iterator[Fault]:
    """Every rule about one question of a sound document."""
    for rule in RULES[question["type"]]:
        yield from rule(question, at)
    if "points" in question:
        yield from points_too_precise(question, at)


# ── repetition ───────────────────────────────────────────────────────────────────────────────────


def _same_answer(accept: list[str], at: At) -> Iterator[Fault]:
    yield from _repeated([answer.strip() for answer in accept], at.spot, SAME_ANSWER, "answer")


def _repeated(values: list[str], spot: Callable[[int], Spot], rule: Rule, what: str) -> Iterator[Fault]:
    if len(set(values)) == len(values):
        return
    first: dict[str, int] = {}
    for index, value in enumerate(values):
        if first.setdefault(value, index) != index:
            yield Fault(
                rule=rule,
                spot=spot(index),
                found=f"the {what} {shown(value)} for the second time",
                expected=f"each {what} once",
                mend="delete one of the two, or change it",
                related=(spot(first[value]),),
            )

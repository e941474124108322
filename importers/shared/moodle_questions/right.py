"""Which answers are right: Moodle gives each a fraction of the points, our types know right and wrong."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from importers.shared.moodle_questions.asked import Answer, Asked


def right_of_one(answers: tuple[Answer, ...]) -> set[Answer]:
    """Those worth the most, if that is anything: authors do without a full point at times."""
    best = max((each.fraction for each in answers), default=Decimal(0))
    return {each for each in answers if best > 0 and each.fraction == best}


def partial_points(answers: tuple[Answer, ...], right: set[Answer]) -> str:
    """What our types, which know right and wrong, do not say of the fractions."""
    wrong = [each for each in answers if each not in right and each.fraction != 0]
    if len({each.fraction for each in right}) > 1:
        return f"right answers are worth different parts of the points: {_percents(answers)}"
    if any(each.fraction > 0 for each in wrong):
        return f"answers worth a part of the points count as wrong: {_percents(wrong)}"
    return f"wrong answers cost points in the source: {_percents(wrong)}" if wrong else ""


def _percents(answers: Iterable[Answer]) -> str:
    return ", ".join(f"{float(each.fraction * 100):.5g} %" for each in answers)


def accepted(asked: Asked) -> tuple[list[str], list[str]]:
    """Typed answers that count as right: those worth all points, or else those worth the most."""
    right = sorted(right_of_one(asked.answers), key=asked.answers.index)
    notes = [partial_points(asked.answers, set(right))] if any(a.fraction > 0 for a in asked.answers) else []
    if asked.type == "numerical":
        numbers = [answer for each in right for answer in _numbers(each, asked.units)]
        return numbers, [*filter(None, notes), *_tolerances(right)]
    texts = []
    for each in right:
        text = each.text.replace("\\*", "\0")
        if "*" in text:
            notes.append(f"{each.text.strip()[:60]!r} accepts any characters for *; here what is without it")
        texts.append(text.replace("*", "").replace("\0", "*"))
    return texts, list(filter(None, notes))


def _numbers(answer: Answer, units: tuple[str, ...]) -> list[str]:
    text = answer.text.strip()
    return [] if text in ("", "*") else [text, *(f"{text} {unit}" for unit in units if unit)]


def _tolerances(answers: list[Answer]) -> list[str]:
    return [
        f"{each.text.strip()} ± {each.tolerance.strip()} is right in the source; here the number as written"
        for each in answers
        if each.tolerance.strip() not in ("", "0") and each.text.strip() not in ("", "*")
    ]

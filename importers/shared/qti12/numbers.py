"""Numbers as answers: ranges and formulas of QTI 1.2 as values that can be typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from importers.shared.xml import Node

_MOST_INTEGERS: Final = 100
_BOTH: Final = "any number from {} to {} is right in the source"
_FROM: Final = "any number from {} on is right in the source"
_TO: Final = "any number up to {} is right in the source"


def within(ranges: Iterable[tuple[str, str]], *, integers: bool) -> tuple[list[str], list[str]]:
    """Answers that stand for ranges, and notes: every integer where these are few, else ends and middle."""
    answers: list[str] = []
    notes = []
    for written in ranges:
        low, high = map(_number, written)
        if low is None and high is None:
            continue
        if low is None or high is None:
            bound = low if low is not None else high
            answers.append(plain(str(bound)))
            notes.append((_FROM if high is None else _TO).format(plain(str(bound))))
            continue
        answers += _between(low, high, integers=integers) if low != high else [plain(str(low))]
        if low != high:
            notes.append(_BOTH.format(plain(str(low)), plain(str(high))))
    return answers, notes


def _between(low: Decimal, high: Decimal, *, integers: bool) -> list[str]:
    if integers and 0 <= high - low <= _MOST_INTEGERS:
        return [str(number) for number in range(int(low), int(high) + 1)]
    return [plain(str(value)) for value in ((low + high) / 2, low, high)]


def plain(text: str) -> str:
    """A number as people type it: `1000.0` → `1000`; any other text as it is."""
    value = _number(text)
    if value is None or len(text) > 40:
        return text
    shown = format(value.normalize(), "f")
    return shown if len(shown) <= 40 else text


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


@dataclass(frozen=True, slots=True)
class Calculated:
    """The first set of values that the source made for its formula."""

    values: dict[str, str]
    answer: str
    notes: tuple[str, ...]


def calculated(item: Node) -> Calculated | None:
    """Canvas's formula questions (`itemproc_extension/calculated`); None where there is none to be used."""
    node = next((each for each in item.walk() if each.name == "calculated"), None)
    first = next((each for each in node.walk() if each.name == "var_set"), None) if node else None
    if node is None or first is None:
        return None
    values = {
        child.attributes.get("name", ""): plain(child.text.strip())
        for child in first.children
        if child.name == "var"
    }
    answer = next((child.text.strip() for child in first.children if child.name == "answer"), "")
    formulas = ", ".join(each.text.strip() for each in node.walk() if each.name == "formula")
    tolerance = next((each.text.strip() for each in node.walk() if each.name == "answer_tolerance"), "")
    notes = [f"values differ for each learner in the source (formula {formulas}): one set of them is asked"]
    if tolerance.rstrip("%").strip(" 0."):
        notes.append(f"a tolerance of {tolerance} in the source: the exact value is accepted")
    return Calculated(values, plain(answer), tuple(notes))

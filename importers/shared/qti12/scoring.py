"""Response processing of QTI 1.2 (§3.7): which answers gain points, read and never run.

A condition counts for an answer when it names it without negation and what it sets is positive. Whether
several answers of one condition are needed together does not matter to our questions: each is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from importers.shared.xml import Node

_FULL: Final = Decimal(100)
_LEAVES: Final = frozenset(("varequal", "varsubstring", "varsubset", "varinside"))
_BOUNDS: Final = {"vargt": "low", "vargte": "low", "varlt": "high", "varlte": "high"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A test of one response: `kind` is the element's name, `value` what it compares with."""

    kind: str
    response: str
    value: str
    case: bool
    index: str


@dataclass(frozen=True, slots=True)
class Condition:
    """`score` is what it adds (negative: takes away); None when it sets nothing.

    `named` are the tests that are not negated; `links` the feedback that it shows.
    """

    score: Decimal | None
    named: tuple[Leaf, ...]
    ranges: tuple[tuple[str, str, str], ...]
    links: tuple[str, ...]


class Scoring:
    """Of one item."""

    def __init__(self, item: Node) -> None:
        self.conditions = [_condition(node) for node in _conditions(item)]
        self._by_response: dict[str, list[tuple[Decimal, list[Leaf]]]] = {}
        self._ranges: dict[str, list[tuple[str, str]]] = {}
        for condition in self.conditions:
            if condition.score is not None:
                self._add(condition.score, condition)

    def _add(self, score: Decimal, condition: Condition) -> None:
        leaves: dict[str, list[Leaf]] = {}
        for leaf in condition.named:
            leaves.setdefault(leaf.response, []).append(leaf)
        for response, own in leaves.items():
            self._by_response.setdefault(response, []).append((score, own))
        for response, low, high in condition.ranges if score > 0 else ():
            self._ranges.setdefault(response, []).append((low, high))

    def worth(self, response: str) -> dict[str, Decimal]:
        """Points of each value that any condition names, summed up (`Add`) over the conditions."""
        found: dict[str, Decimal] = {}
        for score, leaves in self._by_response.get(response, ()):
            for value in dict.fromkeys(value for leaf in leaves for value in _split(leaf)):
                found[value] = found.get(value, Decimal(0)) + score
        return found

    def right(self, response: str) -> list[Leaf]:
        """The tests that gain points, the dearest first."""
        gaining = sorted(self._gaining(response), key=lambda each: -each[0])
        return [leaf for _, leaves in gaining for leaf in leaves]

    def partial(self, response: str) -> bool:
        """Whether right answers are worth different points."""
        return len({score for score, _ in self._gaining(response)}) > 1

    def ranges(self, response: str) -> list[tuple[str, str]]:
        """(lowest, highest) number that gains points, as written; "" where there is no bound."""
        return self._ranges.get(response, [])

    def order(self, response: str) -> list[str]:
        """The values of the first condition that gains points, in the order it wants."""
        for _, leaves in self._gaining(response):
            ranked = all(leaf.index.isdecimal() and len(leaf.index) < 6 for leaf in leaves)
            order = sorted(leaves, key=lambda leaf: int(leaf.index)) if ranked else leaves
            return [value for leaf in order for value in _split(leaf)]
        return []

    def best(self) -> Decimal | None:
        """The most that one condition gives, when that is no percentage."""
        given = max((condition.score or Decimal(0) for condition in self.conditions), default=Decimal(0))
        return given if 0 < given != _FULL else None

    def _gaining(self, response: str) -> list[tuple[Decimal, list[Leaf]]]:
        return [(score, leaves) for score, leaves in self._by_response.get(response, ()) if score > 0]


def _conditions(item: Node) -> Iterator[Node]:
    for node in item.walk():
        if node.name in ("respcondition", "respcond"):
            yield node


def _condition(node: Node) -> Condition:
    tests = [child for child in node.children if child.name == "conditionvar"]
    named = [leaf for test in tests for leaf in _named(test)]
    return Condition(
        score=_score(node),
        named=tuple(named),
        ranges=tuple(each for test in tests for each in _ranges(test)),
        links=tuple(
            child.attributes.get("linkrefid", "").strip()
            for child in node.children
            if child.name == "displayfeedback"
        ),
    )


def _score(node: Node) -> Decimal | None:
    """All of its `setvar` together. Without one, a condition called "correct" stands for full marks."""
    setters = [child for child in node.children if child.name == "setvar"]
    if not setters:
        return _FULL if node.attributes.get("title", "").strip().lower() == "correct" else None
    return sum((_effect(setter) for setter in setters), Decimal(0))


def _effect(setter: Node) -> Decimal:
    value = _number(setter.text)
    action = setter.attributes.get("action", "Set").strip().lower()
    name = setter.attributes.get("varname", setter.attributes.get("variablename", "")).lower()
    if action in ("multiply", "divide"):
        return Decimal(0)
    return -value if action == "subtract" or "incorrect" in name else value


def _number(text: str) -> Decimal:
    """Blackboard writes `SCORE.max` for full marks."""
    if text.strip().lower().endswith(".max"):
        return _FULL
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return Decimal(0)
    return value if value.is_finite() else Decimal(0)


def _named(node: Node) -> Iterator[Leaf]:
    for child in node.children:
        if child.name in _LEAVES:
            yield Leaf(
                kind=child.name,
                response=child.attributes.get("respident", "").strip(),
                value=child.text.strip(),
                case=child.attributes.get("case", "").strip().lower() == "yes",
                index=child.attributes.get("index", "").strip(),
            )
        elif child.name != "not":
            yield from _named(child)


def _ranges(node: Node) -> Iterator[tuple[str, str, str]]:
    """Bounds that stand side by side belong together."""
    bounds: dict[str, dict[str, str]] = {}
    for child in node.children:
        if child.name in _BOUNDS:
            response = child.attributes.get("respident", "").strip()
            bounds.setdefault(response, {})[_BOUNDS[child.name]] = child.text.strip()
        elif child.name != "not":
            yield from _ranges(child)
    for response, found in bounds.items():
        yield response, found.get("low", ""), found.get("high", "")


def _split(leaf: Leaf) -> list[str]:
    if leaf.kind != "varsubset":
        return [leaf.value]
    return [part.strip() for part in leaf.value.split(",") if part.strip()]

"""Response processing (QTI 2.2 §5.6): read for what it compares, never run.

The standard templates (`match_correct`, `map_response`) say nothing that the declarations do not. Items with
processing of their own compare responses with values inside branches that set a positive outcome: those
values are right too. What only a program of a vendor can judge is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from importers.shared.xml import Node

_BRANCHES: Final = frozenset(("responseIf", "responseElseIf"))
_EQUALITIES: Final = frozenset(
    ("match", "stringMatch", "equal", "equalRounded", "member", "contains", "substring")
)
_NOTES: Final = {
    "substring": "any answer that holds an accepted one is right in the source",
    "equal": "a tolerance in the source: the exact value is accepted",
    "equalRounded": "rounded before it is compared in the source: the exact value is accepted",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A value that a response is compared with, and what our exact comparison leaves out."""

    value: str
    note: str = ""


def compared(item: Node) -> dict[str, list[Compared]]:
    """By response identifier: the values that gain points in the processing of the item."""
    found: dict[str, list[Compared]] = {}
    for branch in _branches(item):
        if not _gains(branch):
            continue
        for response, value in _comparisons(branch.children[0]):
            found.setdefault(response, []).append(value)
    return found


def computed(item: Node) -> set[str]:
    """Responses whose correct value the template processing sets."""
    return {
        node.attributes.get("identifier", "")
        for part in item.children
        if part.name == "templateProcessing"
        for node in part.walk()
        if node.name == "setCorrectResponse"
    }


def most(item: Node) -> Decimal | None:
    """The most that is set or added at once to an outcome called SCORE."""
    set_to = [
        value
        for node in _processing(item)
        for setter in node.walk()
        if setter.name == "setOutcomeValue" and setter.attributes.get("identifier", "") == "SCORE"
        for child in setter.walk()
        if child.name == "baseValue" and (value := _number(child.text)) is not None
    ]
    best = max(set_to, default=Decimal(0))
    return best if best > 0 else None


def programs(item: Node) -> list[str]:
    """Names of vendors' operators that decide about points."""
    return [
        node.attributes.get("class", "") or node.attributes.get("definition", "") or "unnamed"
        for part in _processing(item)
        for node in part.walk()
        if node.name == "customOperator"
    ]


def _processing(item: Node) -> list[Node]:
    return [node for node in item.children if node.name == "responseProcessing"]


def _branches(item: Node) -> Iterator[Node]:
    for part in _processing(item):
        for node in part.walk():
            if node.name in _BRANCHES and node.children:
                yield node


def _gains(branch: Node) -> bool:
    """Whether it sets an outcome that is a positive number, "correct" or true."""
    for setter in branch.children:
        if setter.name == "setOutcomeValue":
            for value in setter.walk():
                number = _number(value.text) if value.name == "baseValue" else None
                if (number or 0) > 0 or value.text.strip().lower() in ("correct", "true"):
                    return True
    return False


def _comparisons(test: Node) -> Iterator[tuple[str, Compared]]:
    if test.name == "not":
        return
    if test.name in _EQUALITIES:
        variables = [child for child in test.children if child.name == "variable"]
        values = [leaf for child in test.children if child.name != "variable" for leaf in child.walk()]
        for variable in variables[:1]:
            for value in values:
                if value.name == "baseValue" and value.text.strip():
                    yield variable.attributes.get("identifier", ""), Compared(value.text.strip(), _note(test))
        return
    for child in test.children:
        yield from _comparisons(child)


def _note(test: Node) -> str:
    if test.name == "equal" and test.attributes.get("toleranceMode", "exact") == "exact":
        return ""
    return _NOTES.get(test.name, "")


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None

"""Rules of a test (QTI 2.2 §5.9–5.10) → settings of a quiz, as far as a quiz has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from math import ceil
from typing import Final

from importers.qti.declarations import number
from importers.qti.plans import Plan
from importers.shared.outcome import CARRIED, Outcome, changed, skipped
from importers.shared.xml import Node

_MOST: Final = 100_000
"""Minutes or attempts that a bundle may name."""
_SUMS: Final = frozenset(
    ("outcomeProcessing", "setOutcomeValue", "sum", "testVariables", "baseValue", "variable", "testVariable")
)


def time_limit(plan: Plan, node: Node) -> Outcome:
    """Of a whole test."""
    seconds = _seconds(node)
    minutes = ceil(seconds / 60)
    if not 0 < minutes <= _MOST:
        return skipped("no time that a quiz could have")
    plan.time_limit_minutes = minutes
    return changed("rounded up to whole minutes" if seconds % 60 else "")


def mastery(plan: Plan, node: Node) -> Outcome:
    """The outcome from which on the test is passed, as a share of the most that can be had (2.2 §5.2)."""
    value, most = (number(node.attributes.get(name, "")) for name in ("masteryValue", "normalMaximum"))
    if value is None or not most or not 0 <= value <= most:
        return skipped("passed from a number on, and the most that can be had is not said")
    plan.passing_score = (value * 100 / most).quantize(Decimal("0.01")).normalize() + 0
    return CARRIED


def outcome_processing(node: Node) -> Outcome:
    """Sums of points are what every quiz does; anything else has no place."""
    names = {each.name for each in node.walk()}
    return (
        CARRIED if names <= _SUMS else skipped("the score is worked out by rules: here points are added up")
    )


def of_a_part(plan: Plan, node: Node) -> tuple[str, Outcome] | None:
    """(name, fate) of a rule inside a part, section or reference; None for what is none."""
    found = _RULES.get(node.name)
    return (found[0], found[1](plan, node)) if found else None


def _part_time_limit(_plan: Plan, node: Node) -> Outcome:
    return skipped(f"{_seconds(node)} s: only a whole quiz has a time limit")


def _session_control(plan: Plan, node: Node) -> Outcome:
    attempts = node.attributes.get("maxAttempts", "").strip()
    if node.attributes.get("showSolution", "").strip() == "false":
        plan.show_correct_answers = False
    if node.attributes.get("allowReview", "").strip() == "false":
        plan.allow_review = False
    if not attempts.isdecimal() or not 0 < int(attempts[:7]) <= _MOST:
        return CARRIED
    several = plan.max_attempts not in (None, int(attempts))
    plan.max_attempts = max(plan.max_attempts or 0, int(attempts))
    return changed(
        f"{attempts} attempts at each question in the source: at the quiz here",
        "the largest number in the test counts" if several else "",
    )


def _selection(_plan: Plan, node: Node) -> Outcome:
    return changed(f"{node.attributes.get('select', '').strip()} are drawn in the source: all are asked")


def _ordering(plan: Plan, node: Node) -> Outcome:
    shuffled = node.attributes.get("shuffle", "").strip() == "true"
    plan.randomized = plan.randomized or shuffled
    return changed("shuffled: all questions of the quiz are" if shuffled else "")


def _condition(_plan: Plan, _node: Node) -> Outcome:
    return skipped("what is asked next hangs on answers in the source: here everything is asked")


def _adaptive(_plan: Plan, _node: Node) -> Outcome:
    return skipped("an adaptive engine chooses the questions in the source: here everything is asked")


def _seconds(node: Node) -> Decimal:
    value = number(node.attributes.get("maxTime", ""))
    return value if value is not None and value > 0 else Decimal(0)


_RULES: Final[Mapping[str, tuple[str, Callable[[Plan, Node], Outcome]]]] = {
    "adaptiveSelection": ("adaptive selection", _adaptive),
    "branchRule": ("branch rule", _condition),
    "itemSessionControl": ("session control", _session_control),
    "ordering": ("ordering", _ordering),
    "preCondition": ("precondition", _condition),
    "selection": ("selection", _selection),
    "timeLimits": ("time limit", _part_time_limit),
}

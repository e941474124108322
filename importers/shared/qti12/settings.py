"""What an assessment of QTI 1.2 says of itself, in the terms of our quizzes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import ceil
from typing import Final

from importers.shared.qti12.metadata import fields
from importers.shared.xml import Node

_DURATION: Final = re.compile(
    r"P?(?:(?P<days>\d{1,4})D)?T?(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,5})M)?(?:(?P<seconds>\d{1,7})S)?"
)
_READ: Final = frozenset(
    (
        "cc_profile",
        "cc_maxattempts",
        "qmd_timelimit",
        "qmd_assessmenttype",
        "qmd_scoretype",
        "qmd_solutionspermitted",
        "bank_title",
    )
)
_KNOWN: Final = frozenset(
    (
        "assessproc_material",
        "bankentry_item",
        "duration",
        "item",
        "itemref",
        "objectives",
        "outcomes_processing",
        "presentation_material",
        "qticomment",
        "qtimetadata",
        "rubric",
        "section",
        "sectionref",
        "selection_ordering",
    )
)
_MOST_MINUTES: Final = 100_000


@dataclass(frozen=True, slots=True)
class Settings:
    """`shuffled` tells of questions, not of answers. `notes` name what no quiz of ours has a place for."""

    profile: str = ""
    bank_title: str = ""
    max_attempts: int | None = None
    time_limit_minutes: int | None = None
    passing_score: Decimal | None = None
    shuffled: bool = False
    show_correct_answers: bool = True
    notes: tuple[str, ...] = ()


def settings(node: Node) -> Settings:
    """Of an `assessment`, `section` or `objectbank` element."""
    said = fields(node)
    passing, note = _passing(node)
    return Settings(
        profile=said.get("cc_profile", ""),
        bank_title=said.get("bank_title", ""),
        max_attempts=_attempts(said.get("cc_maxattempts", "")),
        time_limit_minutes=_minutes(said.get("qmd_timelimit", "")) or _duration(node),
        passing_score=passing,
        shuffled=_shuffled(node),
        show_correct_answers=said.get("qmd_solutionspermitted", "yes").lower() != "no",
        notes=tuple(
            filter(
                None,
                (note, *(f"{name}: {said[name]}" for name in said if name not in _READ), *left_out(node)),
            )
        ),
    )


def left_out(node: Node) -> Iterator[str]:
    """Notes on elements of an assessment, bank or section that nothing here reads."""
    names = dict.fromkeys(child.name for child in node.children if child.name not in _KNOWN)
    yield from (f"{name} is left out" for name in names)


def _attempts(text: str) -> int | None:
    """A number; "unlimited" and anything else mean no limit, "Examination" one attempt (CC 1.1 §4.8)."""
    if text.lower() == "examination":
        return 1
    return int(text) if re.fullmatch(r"[1-9]\d{0,3}", text) else None


def _minutes(text: str) -> int | None:
    """Minutes, as Common Cartridge has it; other tools write fractions of them."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return ceil(value) if value.is_finite() and 0 < value <= _MOST_MINUTES else None


def _duration(node: Node) -> int | None:
    child = next((child for child in node.children if child.name == "duration"), None)
    match = _DURATION.fullmatch(child.text.strip().upper()) if child else None
    if not match:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = days * 86_400 + hours * 3_600 + minutes * 60 + seconds
    return min(-(-total // 60), _MOST_MINUTES) or None


def _passing(node: Node) -> tuple[Decimal | None, str]:
    """A `cutvalue` as percentage, where the most that can be had is known."""
    for score in _variables(node):
        cut, most = (_decimal(score.attributes.get(name, "")) for name in ("cutvalue", "maxvalue"))
        if cut is not None and most and 0 <= cut <= most:
            return (cut * 100 / most).quantize(Decimal("0.01")).normalize() + 0, ""
        if cut is not None:
            return None, f"passed with {cut} points: the most that can be had is not said"
    return None, ""


def _variables(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.name == "outcomes_processing":
            yield from (each for each in child.walk() if each.name == "decvar")


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _shuffled(node: Node) -> bool:
    """Its sections, or the items of one of them: our quizzes shuffle all or nothing."""
    sections = (child for child in node.children if child.name == "section")
    return any(
        each.attributes.get("order_type", "").lower() == "random"
        for holder in (node, *sections)
        for child in holder.children
        if child.name == "selection_ordering"
        for each in child.children
        if each.name == "order"
    )

"""Questions of a sound quiz → the model."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from importers.bundle.references import resolve
from schemas.model import (
    Blank,
    Distractor,
    Essay,
    FillInBlank,
    Location,
    Matching,
    MultipleChoice,
    Option,
    Pair,
    Question,
    ShortAnswer,
    TrueFalse,
)


def question(data: dict[str, Any], name: str, location: Location) -> Question:
    """`name` is the file the question stands in: its images are relative to that."""
    common = {
        "key": data["key"],
        "text": data["text"],
        "points": decimal(data.get("points", 1)),
        "explanation": data.get("explanation"),
        "required": data.get("required", True),
        "location": location,
    }
    match data["type"]:
        case "multiple_choice":
            return MultipleChoice(**common, options=tuple(_option(entry, name) for entry in data["options"]))
        case "true_false":
            return TrueFalse(**common, answer=data["answer"])
        case "short_answer":
            return ShortAnswer(**common, accept=tuple(data["accept"]))
        case "fill_in_blank":
            return FillInBlank(**common, blanks=tuple(map(_blank, data["blanks"])))
        case "matching":
            return _matching(data, common)
    return Essay(**common)


def decimal(value: float) -> Decimal:
    """Through the shortest text that gives the number back (49.9, not 49.8999…); 5, 5.0 and 5.00 are one."""
    written = Decimal(str(value))
    return Decimal(int(written)) if written == int(written) else written


def _option(data: dict[str, Any], name: str) -> Option:
    image = resolve(data["image"], name)[0] if "image" in data else None
    return Option(key=data["key"], text=data["text"], correct=data.get("correct", False), image=image)


def _blank(data: dict[str, Any]) -> Blank:
    return Blank(key=data["key"], accept=tuple(data["accept"]))


def _matching(data: dict[str, Any], common: dict[str, Any]) -> Question:
    return Matching(
        **common,
        pairs=tuple(
            Pair(key=entry["key"], left=entry["left"], right=entry["right"]) for entry in data["pairs"]
        ),
        distractors=tuple(
            Distractor(key=entry["key"], text=entry["text"]) for entry in data.get("distractors", ())
        ),
    )

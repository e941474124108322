"""Hot spots of QTI 1.2 → places in words (ASI §3.4.14: rectangles are x, y, width, height)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from importers.shared import areas
from importers.shared.qti12.responses import Label
from importers.shared.xml import Node

_NUMBER: Final = re.compile(r"-?\d{1,6}(?:\.\d{1,9})?")


def places(labels: Sequence[Label], presentation: Node | None) -> list[str]:
    """One for each label, told apart. New Quizzes writes corners as shares of the picture."""
    shares = all(float(number) <= 1 for label in labels for number in _NUMBER.findall(label.coords[:500]))
    size = (1.0, 1.0) if shares else _size(presentation)
    found = [
        areas.place(_center(label, corners=shares), size) or f"area {number}"
        for number, label in enumerate(labels, 1)
    ]
    return areas.told_apart(found)


def _center(label: Label, *, corners: bool) -> tuple[float, float] | None:
    if not label.area.startswith("rect") or corners:
        return areas.center(label.area, label.coords)
    numbers = [float(number) for number in _NUMBER.findall(label.coords[:500])]
    return (numbers[0] + numbers[2] / 2, numbers[1] + numbers[3] / 2) if len(numbers) == 4 else None


def _size(presentation: Node | None) -> tuple[float, float] | None:
    """Of the only picture; with several, places are pixels of the whole presentation."""
    pictures = [node for node in presentation.walk() if node.name == "matimage"] if presentation else []
    if len(pictures) != 1:
        return None
    return areas.size(pictures[0].attributes.get("width", ""), pictures[0].attributes.get("height", ""))

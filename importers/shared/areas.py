"""Areas of a picture in words, for questions whose answers are places to point at.

Our questions have no picture to click on; the picture is shown, and its areas are said by where they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

NOTE: Final = "places in a picture to point at: described in words, beside the picture"
DESCRIBED: Final = (
    "learners mark or draw on a picture in the source: here they say it in words, and a person grades it"
)
_NUMBER: Final = re.compile(r"-?\d{1,6}(?:\.\d{1,9})?")
_THIRDS: Final = 3
_ROWS: Final = ("top", "middle", "bottom")
_COLUMNS: Final = ("left", "centre", "right")


def center(shape: str, coords: str) -> tuple[float, float] | None:
    """The middle of an area of an HTML image map (HTML 4 §13.6); None when it has none."""
    numbers = [float(number) for number in _NUMBER.findall(coords[:2_000])]
    if shape.startswith(("circle", "ellipse")):
        return (numbers[0], numbers[1]) if len(numbers) > 2 else None
    if len(numbers) < 4:
        return None
    across, down = numbers[0::2], numbers[1::2]
    return (min(across) + max(across)) / 2, (min(down) + max(down)) / 2


def place(middle: tuple[float, float] | None, size: tuple[float, float] | None) -> str:
    """`the place at the top left (25 % from the left, 12 % from the top)`; without a size, in pixels."""
    if middle is None:
        return ""
    x, y = middle
    if not size or min(size) <= 0:
        return f"the place {x:g} from the left and {y:g} from the top (in pixels)"
    across, down = x / size[0], y / size[1]
    row, column = _third(down, _ROWS), _third(across, _COLUMNS)
    where = "in the middle" if (row, column) == ("middle", "centre") else f"at the {row} {column}"
    return f"the place {where} ({across:.0%} from the left, {down:.0%} from the top)".replace("%", " %")


def told_apart(names: Sequence[str]) -> list[str]:
    """Names of which the later ones that read like an earlier one end in their number."""
    seen: set[str] = set()
    shown = []
    for number, name in enumerate(names, 1):
        shown.append(f"{name} ({number})" if name in seen else name)
        seen.add(name)
    return shown


def size(width: str, height: str) -> tuple[float, float] | None:
    """Of a picture, in pixels, as HTML attributes say it."""
    found = [re.fullmatch(r"(\d{1,6}(?:\.\d{1,9})?)(?:px)?", text.strip()) for text in (width, height)]
    return (float(found[0][1]), float(found[1][1])) if found[0] and found[1] else None


def _third(share: float, names: Sequence[str]) -> str:
    return names[min(max(int(share * _THIRDS), 0), _THIRDS - 1)]

"""What a terminal needs to know: whether colours are welcome, and how wide a text is."""

from __future__ import annotations

import os
import unicodedata
from typing import Literal, TextIO

Colour = Literal["red", "yellow", "green", "blue", "bold", "dim"]
_CODES: dict[Colour, str] = {
    "red": "1;31",
    "yellow": "1;33",
    "green": "1;32",
    "blue": "1;34",
    "bold": "1",
    "dim": "2",
}


def wants_colour(stream: TextIO) -> bool:
    """NO_COLOR forbids (no-color.org), FORCE_COLOR demands (force-color.org), else a terminal decides."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def paint(text: str, colour: Colour, *, on: bool) -> str:
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if on else text


def width(text: str) -> int:
    """Columns `text` takes in a terminal: two for East Asian wide characters, none for combining ones."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1

"""Titles and descriptions out of foreign files → text that is safe to keep and to show.

Markup stays what it is, characters; whoever renders it escapes it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

TITLE_LENGTH: Final = 255
LONG_TEXT_LENGTH: Final = 60_000
_DIRECTION_OVERRIDES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def title(text: str) -> tuple[str, str]:
    """One line of at most 255 characters, and what had to be changed ("" when only white space was)."""
    shown, notes = _visible(" ".join(text.split()))
    shown = " ".join(shown.split())
    if len(shown) > TITLE_LENGTH:
        shown = shown[: TITLE_LENGTH - 1].rstrip() + "…"
        notes.append(f"title cut to {TITLE_LENGTH} characters")
    return shown, "; ".join(notes)


def paragraph(text: str) -> str:
    """Running text with its line breaks, without the indentation of the XML around it."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    shown, _ = _visible("\n".join(lines))
    return re.sub(r"\n{3,}", "\n\n", shown).strip()[:LONG_TEXT_LENGTH]


def _visible(text: str) -> tuple[str, list[str]]:
    """Without control characters and direction overrides, which let a title look like another one."""
    kept = "".join(
        character
        for character in text
        if character == "\n"
        or not (unicodedata.category(character) == "Cc" or character in _DIRECTION_OVERRIDES)
    )
    return kept, [] if kept == text else ["control characters taken out"]

"""Titles and descriptions out of foreign files → text that is safe to keep and to show.

Markup stays what it is, characters; whoever renders it escapes it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

TITLE_LENGTH: Final = 255
_MARKUP: Final = re.compile(r"[\\`*_\[\]<>#|~&!$]|^[-+=:]", re.MULTILINE)
_NUMBER: Final = re.compile(r"^(\d+)([.)])", re.MULTILINE)
"""What Markdown might take for more than characters: marks, and the beginning of a list."""
_DIRECTION_OVERRIDES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)


def title(text: str) -> tuple[str, str]:
    """One line of at most 255 characters, and what had to be changed ("" when only white space was)."""
    shown, notes = _visible(" ".join(text.split()))
    shown = " ".join(shown.split())
    if len(shown) > TITLE_LENGTH:
        shown = shown[: TITLE_LENGTH - 1].rstrip() + "…"
        notes.append(f"title cut to {TITLE_LENGTH} characters")
    return shown, "; ".join(notes)


def paragraph(text: str) -> tuple[str, str]:
    """Running text, its line breaks kept and its indentation not, and what had to be changed."""
    shown, notes = _visible("\n".join(" ".join(line.split()) for line in text.strip().splitlines()))
    return re.sub(r"\n{3,}", "\n\n", shown).strip(), "; ".join(notes)


def answer(text: str) -> tuple[str, str]:
    """One line of any length, and what had to be changed."""
    shown, notes = _visible(" ".join(text.split()))
    return " ".join(shown.split()), "; ".join(notes)


def harmless(markdown: str) -> str:
    """Markdown without what no text of a bundle may hold (CW102): controls, old separators, noncharacters."""
    return _FORBIDDEN.sub("", markdown.replace("\u2028", "\n").replace("\u2029", "\n\n"))


def as_markdown(text: str) -> str:
    """Plain text as Markdown that shows just it, its marks behind backslashes."""
    return _NUMBER.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", text))


def _visible(text: str) -> tuple[str, list[str]]:
    """Without control characters and direction overrides, which let a title look like another one."""
    kept = "".join(character for character in text if character == "\n" or not _is_hidden(character))
    return kept, [] if kept == text else ["control characters taken out"]


def _is_hidden(character: str) -> bool:
    return (
        character in _DIRECTION_OVERRIDES
        or unicodedata.category(character) == "Cc"
        or _FORBIDDEN.match(character) is not None
    )

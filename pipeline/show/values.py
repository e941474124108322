"""A field before and after, on one line; of long texts only the words that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.show.diff import Piece, shortened, words
from pipeline.show.terminal import paint
from schemas.printable import printable

if TYPE_CHECKING:
    from loaders.content.plan import FieldChange

_LONGEST_VALUE = 48
_LONGEST_PIECE = 160
_MOST_PIECES = 24
_CONTEXT = 24


def field_line(field: FieldChange, *, colour: bool = False) -> str:
    """What was and what will be; of long texts the words that change."""
    old, new = texts(field)
    if old and new and max(len(old), len(new)) > _LONGEST_VALUE:
        return f"{printable(field.name)}: {_difference(old, new, colour=colour)}"
    return printable(f"{field.name}: {_cut(value_text(field.old))} → {_cut(value_text(field.new))}")


def texts(field: FieldChange) -> tuple[str, str]:
    """Both values where they are texts or lists, which can be compared word by word; else two empty texts."""
    match field.old, field.new:
        case (str(old), str(new)):
            return old, new
        case (tuple(before), tuple(after)):
            return value_text(before), value_text(after)
    return "", ""


def _difference(old: str, new: str, *, colour: bool) -> str:
    """Word by word, as `git diff --word-diff` writes it, on one line."""
    pieces = list(shortened(words(old, new), _CONTEXT))
    more = f" … and {len(pieces) - _MOST_PIECES:,} more" if len(pieces) > _MOST_PIECES else ""
    return "".join(_piece(piece, colour=colour) for piece in pieces[:_MOST_PIECES]) + more


def _piece(piece: Piece, *, colour: bool) -> str:
    text = printable(_cut(piece.text, _LONGEST_PIECE).replace("\n", "↵"))
    match piece.kind:
        case "old":
            return paint(f"[-{text}-]", "red", on=colour)
        case "new":
            return paint(f"{{+{text}+}}", "green", on=colour)
    return text


def value_text(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(map(value_text, value)) or "nothing"
        case str():
            return f'"{value}"'
    return str(value)


def _cut(text: str, longest: int = _LONGEST_VALUE) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"

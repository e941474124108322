"""Two versions of a text as the words that stayed, went and came."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# A word with the space after it; scripts that are written without spaces go by the character.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|\w+\s*|[^\w\s]+\s*|\s+")
_MOST_COMPARED = 1_000_000  # words times words: more would take seconds


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Literal["same", "old", "new"]
    text: str


def words(old: str, new: str) -> list[Piece]:
    """What stayed, went and came, in order; together the pieces are both texts.

    Two long texts with little in common are one piece that went and one that came.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    return _merged(
        [
            Piece("same", "".join(before[:start])),
            *_between(before[start : len(before) - end], after[start : len(after) - end]),
            Piece("same", "".join(before[len(before) - end :])),
        ]
    )


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].kind == piece.kind == "same":
            piece = Piece("same", found.pop().text + piece.text)  # noqa: PLW2901 one piece out of two
        if piece.text:
            found.append(piece)
    return found


def _common(before: list[str], after: list[str]) -> int:
    for position, (left, right) in enumerate(zip(before, after, strict=False)):
        if left != right:
            return position
    return min(len(before), len(after))


def _between(before: list[str], after: list[str]) -> Iterator[Piece]:
    if len(before) * len(after) > _MOST_COMPARED:
        yield Piece("old", "".join(before))
        yield Piece("new", "".join(after))
        return
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(before[a:b]))
        else:
            yield from _replaced("".join(before[a:b]), "".join(after[c:d]))


def _replaced(old: str, new: str) -> Iterator[Piece]:
    """The space after both words is neither's."""
    space = old[len(old.rstrip()) :]
    if not (old.strip() and new.strip() and space == new[len(new.rstrip()) :]):
        space = ""
    yield Piece("old", old.removesuffix(space))
    yield Piece("new", new.removesuffix(space))
    yield Piece("same", space)


def shortened(pieces: list[Piece], context: int) -> Iterator[Piece]:
    """The same, with at most `context` characters of what stayed on each side of a difference."""
    for number, piece in enumerate(pieces):
        if piece.kind != "same":
            yield piece
            continue
        head = piece.text[:context] if number else ""
        tail = piece.text[-context:] if number < len(pieces) - 1 else ""
        whole = len(piece.text) <= len(head) + len(tail)
        yield piece if whole else Piece("same", f"{head}…{tail}")

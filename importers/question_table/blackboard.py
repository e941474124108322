"""Blackboard's upload format: tab-separated rows without headings, `TYPE⇥question⇥answers…`.

https://help.blackboard.com/Learn/Instructor/Original/Tests_Pools_Surveys/Reuse_Questions/Upload_Questions
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from importers.question_table.entries import Entry, Option
from importers.question_table.tables import Row, Table
from importers.shared.questions import UnfitError

_TYPES: Final = frozenset(("MC", "MA", "TF", "ESS", "ORD", "MAT", "FIB", "FIL", "NUM", "SR", "OP"))
_OTHERS: Final = frozenset(("FIB_PLUS", "JUMBLED_SENTENCE", "QUIZ_BOWL"))
_LOOKED_AT: Final = 30


def is_blackboard(table: Table) -> bool:
    """Whether the first rows all begin with a type."""
    first = table.rows[:_LOOKED_AT]
    return bool(first) and all(row.at(0) in _TYPES | _OTHERS and row.at(1) for row in first)


def entry(row: Row) -> Entry:
    """Raises UnfitError."""
    kind, text, rest = row.at(0), row.at(1), [cell for cell in row.cells[2:] if cell]
    if kind not in _TYPES:
        raise UnfitError(f"questions of the type {kind[:40]!r} are not read")
    return Entry(text=text, **_parts(kind, rest))


def _parts(kind: str, rest: Sequence[str]) -> dict[str, Any]:  # noqa: PLR0911  one return for each type
    match kind:
        case "MC" | "MA":
            return {"kind": "choice", "options": [_judged(*pair) for pair in _twos(rest)]}
        case "TF":
            return {"kind": "true_false", "truth": bool(rest) and rest[0].casefold() == "true"}
        case "ORD":
            return {"kind": "ordering", "options": [Option("", text) for text in rest]}
        case "MAT":
            return {"kind": "matching", "pairs": _twos(rest)}
        case "FIB":
            return {"kind": "short", "accept": rest}
        case "NUM":
            tolerance = f":{rest[1]}" if len(rest) > 1 else ""
            return {"kind": "numerical", "accept": [rest[0] + tolerance] if rest else []}
        case _:
            return {"kind": "essay"}


def _twos(cells: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(cells[::2], cells[1::2], strict=False))


def _judged(text: str, verdict: str) -> Option:
    return Option("", text, verdict.casefold() == "correct")

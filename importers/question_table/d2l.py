"""Brightspace's question CSV: a question is a block of rows, each beginning with what the row says.

https://community.d2l.com/brightspace/kb/articles/3518 has the template. Rows are `Name,value,…`; a block
begins with `NewQuestion,TYPE`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from importers.question_table.entries import Entry, Kind, Option
from importers.question_table.tables import Row, Table
from importers.shared.questions import UnfitError

_BEGIN: Final = "newquestion"
_LOOKED_AT: Final = 30
_KINDS: Final[dict[str, Kind]] = {
    "wr": "essay",
    "sa": "short",
    "m": "matching",
    "mc": "choice",
    "tf": "true_false",
    "ms": "choice",
    "o": "ordering",
}


@dataclass(slots=True)
class Block:
    """`said` has the rows by their lower-case name, without it."""

    number: int
    type: str
    said: dict[str, list[Row]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.said[name][0].at(1) if name in self.said else ""


def is_d2l(table: Table) -> bool:
    return any(row.at(0).casefold() == _BEGIN for row in table.rows[:_LOOKED_AT])


def blocks(table: Table) -> Iterator[Block]:
    block: Block | None = None
    for row in table.rows:
        name = row.at(0).casefold()
        if name == _BEGIN:
            yield from [block] if block else []
            block = Block(row.number, row.at(1))
        elif block and not name.startswith("//"):
            block.said.setdefault(name, []).append(row)
    yield from [block] if block else []


def entry(block: Block) -> Entry:
    """Raises UnfitError."""
    kind = _KINDS.get(block.type.casefold())
    if kind is None:
        raise UnfitError(
            f"the type {block.type[:40]!r} is none of Brightspace's ({', '.join(_KINDS).upper()})"
        )
    options = [_option(row, kind, block) for row in block.said.get("option", ())]
    notes = ["its hint is left out"] if block.get("hint") else []
    if any(0 < _percent(row) < 100 for row in block.said.get("option", ())) and block.type.casefold() == "mc":
        notes.append("an answer for part of the points counts as wrong here")
    return Entry(
        kind=kind,
        text=block.get("questiontext"),
        options=[_item(row) for row in block.said.get("item", ())] if kind == "ordering" else options,
        accept=[row.at(2) for row in block.said.get("answer", ()) if _percent(row) >= 100],
        pairs=_pairs(block) if kind == "matching" else (),
        truth=any(_percent(row) > 0 for row in block.said.get("true", ())),
        points=block.get("points"),
        feedback=block.get("feedback"),
        image=block.get("image"),
        notes=tuple(notes),
    )


def _option(row: Row, kind: Kind, block: Block) -> Option:
    """`Option,100,text,HTML?,feedback`; several right ones (MS) say 1 instead of 100."""
    right = _percent(row) >= (1 if block.type.casefold() == "ms" else 100)
    return Option("", row.at(2), kind == "choice" and right, row.at(4))


def _item(row: Row) -> Option:
    return Option("", row.at(1), feedback=row.at(3))


def _pairs(block: Block) -> list[tuple[str, str]]:
    """`Choice,1,left` and `Match,1,right`."""
    lefts = {row.at(1): row.at(2) for row in block.said.get("choice", ())}
    return [(lefts.get(row.at(1), ""), row.at(2)) for row in block.said.get("match", ())]


def _percent(row: Row) -> float:
    try:
        return float(row.at(1) or 0)
    except ValueError:
        return 0

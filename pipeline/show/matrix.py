"""Tenants by bundle: what each has, since when, by whom, and whether it is behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, TextIO

from pipeline.fleet.status import Cell, State
from pipeline.show.terminal import Colour, paint, wants_colour, width
from schemas.printable import printable
from schemas.words import counted

if TYPE_CHECKING:
    from loaders.content.standing import Edited

_COLOURS: Mapping[State, Colour] = {
    "current": "green",
    "behind": "yellow",
    "absent": "yellow",
    "needs migration": "red",
    "unreadable": "red",
}
_HEAD = ("tenant", "state", "release", "commit", "digest", "published", "by", "drifted")


def write(cells: Sequence[Cell], stream: TextIO) -> None:
    """A table for each bundle, below a line that counts."""
    colour = wants_colour(stream)
    for number, (bundle, group) in enumerate(groupby(cells, key=lambda cell: cell.bundle)):
        listed = list(group)
        counts = Counter(cell.state for cell in listed)
        told = ", ".join(f"{counts[state]:,} {state}" for state in _COLOURS if counts[state])
        if drifted := sum(bool(cell.holding and cell.holding.edited) for cell in listed):
            told += f"; {drifted:,} drifted"
        title = f"{printable(bundle)}: {told}" if bundle else told
        stream.write("\n" * bool(number) + paint(title, "bold", on=colour) + "\n")
        stream.writelines(f"  {line}\n" for line in _table(listed, colour=colour))
    if not cells:
        stream.write("nothing was published yet\n")


def _table(cells: Sequence[Cell], *, colour: bool) -> Iterator[str]:
    rows = [_HEAD, *(_row(cell) for cell in cells)]
    if not any(cell.holding and cell.holding.edited for cell in cells):
        rows = [row[:-1] for row in rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    states: list[State | None] = [None, *(cell.state for cell in cells)]
    for row, state in zip(rows, states, strict=True):
        padded = [text + " " * (wide - width(text)) for text, wide in zip(row, widths, strict=True)]
        if state:
            padded[1] = paint(padded[1], _COLOURS[state], on=colour)
        yield "  ".join(padded).rstrip()


def _row(cell: Cell) -> tuple[str, ...]:
    held = cell.holding
    if held is None:
        return (printable(cell.tenant), cell.state, "", "", "", "", printable(cell.why), "")
    return (
        printable(cell.tenant),
        cell.state,
        str(held.release or ""),
        _commit(held.git_commit),
        held.digest.hex()[:8] if held.digest else "",
        f"{held.published_at:%Y-%m-%d %H:%M} UTC" if held.published_at else "",
        printable(held.published_by or ""),
        _drifted(held.edited) if held.edited else "",
    )


def _drifted(edited: Edited) -> str:
    by = f" by {printable(edited.by)}" if edited.by else ""
    return f"{counted(edited.items, 'item')}, last {edited.at:%Y-%m-%d %H:%M} UTC{by}"


def _commit(commit: str | None) -> str:
    """As git shortens it; `-dirty` stays."""
    name, dash, rest = (commit or "").partition("-")
    return printable(name[:9] + dash + rest)


def document(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    return [_document(cell) for cell in cells]


def _document(cell: Cell) -> dict[str, Any]:
    held = cell.holding
    return {
        "tenant": cell.tenant,
        "bundle": cell.bundle or None,
        "state": cell.state,
        "why": cell.why or None,
        "release": held and held.release,
        "commit": held and held.git_commit,
        "digest": held.digest.hex() if held and held.digest else None,
        "at": held.published_at.isoformat() if held and held.published_at else None,
        "by": held and held.published_by,
        "drifted": _edits(held.edited) if held and held.edited else None,
    }


def _edits(edited: Edited) -> dict[str, Any]:
    return {"items": edited.items, "at": edited.at.isoformat(), "by": edited.by}

"""Addresses as `tests.publishing.row_ids` writes them: those of the model, and `…/content:KEY/quiz:` for a quiz."""

from __future__ import annotations

from loaders.content.rows.tables import DETAIL, ITEMS, LINKS, Kind
from schemas.model import Move
from tests.interleaving.rows import Row

LISTS = frozenset(table.name for table in LINKS.values())
_TABLES = {kind: table.name for kind, table in ITEMS.items()}
_KINDS = {table: kind for kind, table in _TABLES.items()}


def kind_of(address: str) -> Kind:
    kind: Kind = _steps(address)[-1].partition(":")[0]  # type: ignore[assignment]
    return kind


def row_of(address: str, row_id: int) -> Row:
    return _TABLES[kind_of(address)], row_id


def course_of(address: str) -> str:
    return _steps(address)[0]


def above(address: str) -> str | None:
    """What it is below; None for what is in the bundle itself."""
    higher = "/".join(_steps(address)[:-1])
    return (f"{higher}/quiz:" if kind_of(address) == "question" else higher) or None


def renamed(address: str, move: Move) -> str:
    inside = address == move.old or address.startswith(f"{move.old}/")
    return move.new + address.removeprefix(move.old) if inside else address


def told(row: Row, live: dict[str, int]) -> tuple[Kind, str]:
    """Kind and address of the item that a row belongs to, as a plan tells of it."""
    table, row_id = row
    kind: Kind = "program" if table in LISTS else "content" if table == DETAIL.name else _KINDS[table]
    address = next(each for each, found in live.items() if found == row_id and kind_of(each) == kind)
    return kind, address.removesuffix("/quiz:")


def _steps(address: str) -> list[str]:
    return address.split("/", 3)  # an option's key may be any text

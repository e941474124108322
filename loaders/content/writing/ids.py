"""Ids for new rows, and the ids that stand for what an author wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from loaders.content.rows.items import Item, Tree
from loaders.content.rows.tables import ITEMS, Kind, Row, Table
from loaders.content.work import Placed
from loaders.tenants.connect import Connection

# Values of a sequence come in runs unless somebody else draws at the same time; runs are short to send.
_RUNS = sql.SQL(
    "SELECT min(id), max(id) FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS run"
    " FROM (SELECT nextval({sequence}) AS id FROM generate_series(1, {count})) AS drawn) AS numbered"
    " GROUP BY run ORDER BY 1"
)


def reserve(connection: Connection, schema: str, created: dict[Kind, list[Placed]]) -> None:
    """Draws an id from the tables' own sequences for every new item, before any row is written.

    So rows may refer to one another in any direction, and every table is loaded in one pass.
    """
    sequences = _sequences(connection, schema, list(created))
    for kind, placed in created.items():
        runs = _drawn(connection, sequences[kind], len(placed))
        drawn = (row_id for first, last in runs for row_id in range(first, last + 1))
        for (_, item), row_id in zip(placed, drawn, strict=True):
            item.row_id = row_id


def reserve_runs(connection: Connection, schema: str, counts: Mapping[Kind, int]) -> dict[Kind, int] | None:
    """Draws so many ids of each kind that follow one another, and returns the first of each (0 of none).

    None when they do not, because somebody else draws at the same time; those ids are then nobody's.
    """
    sequences = _sequences(connection, schema, list(counts))
    first: dict[Kind, int] = {}
    for kind, count in counts.items():
        runs = _drawn(connection, sequences[kind], count) if count else [(0, 0)]
        if len(runs) > 1:
            return None
        first[kind] = runs[0][0]
    return first


def _drawn(connection: Connection, sequence: sql.Literal, count: int) -> list[tuple[int, int]]:
    """Values of a sequence as runs: the first and the last of each."""
    return connection.execute(_RUNS.format(sequence=sequence, count=count)).fetchall()


def _sequences(connection: Connection, schema: str, kinds: list[Kind]) -> dict[Kind, sql.Literal]:
    """Their names as literals: PostgreSQL would look up anything else again for every id."""
    rows = connection.execute(
        "SELECT pg_get_serial_sequence(format('%%I.%%I', %s::text, name), 'id')"
        " FROM unnest(%s::text[]) WITH ORDINALITY AS tables (name, n) ORDER BY n",
        (schema, [ITEMS[kind].name for kind in kinds]),
    )
    return {kind: sql.Literal(name) for kind, (name,) in zip(kinds, rows, strict=True)}


@dataclass(slots=True)
class Ids:
    """Turns what rows say into ids, once every item has its own."""

    tree: Tree
    users: dict[str, int]
    _items: dict[tuple[Kind, str], int | None] = field(default_factory=dict)
    _sections: dict[Item, dict[str, int | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._items = {(item.kind, item.key): item.row_id for item in self.tree.items}

    def row(self, table: Table, row: Row, item: Item, parent: Item | None) -> Iterator[Any]:
        """The values of a row's columns."""
        for column, value in zip(table.columns, row, strict=True):
            yield (
                value
                if column.refers is None or value is None
                else self._id(column.refers, value, item, parent)
            )

    def other(self, table: Table, symbol: str) -> int | None:
        """What a junction row joins a program with."""
        refers = table.columns[0].refers
        assert refers in ("user", "lookup", "program", "course")
        return self.users[symbol] if refers == "user" else self._items[refers, symbol]

    def _id(self, refers: str, value: str, item: Item, parent: Item | None) -> int | None:
        match refers:
            case "user":
                return self.users[value]
            case "section":
                assert parent is not None, "contents stand in a course"
                return self._sections_of(parent)[value]
            case "quiz":
                return item.children[0].row_id
            case _:
                return self._items[refers, value]  # type: ignore[index]  # the rest are kinds

    def _sections_of(self, course: Item) -> dict[str, int | None]:
        if course not in self._sections:
            found = {child.key: child.row_id for child in course.children if child.kind == "section"}
            self._sections[course] = found
        return self._sections[course]

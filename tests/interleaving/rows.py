"""What a tenant's content tables hold, and what they should hold by what a bundle says: cells, by row and column.

Both sides have ids where the tables have ids. What a program is joined with stands in one cell for each kind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from loaders.content.known import child_address
from loaders.content.rows.flatten import flatten
from loaders.content.rows.items import Item
from loaders.content.rows.tables import DETAIL, ITEMS, LINKS, Column, Table
from schemas.model import Bundle
from tests.publishing import LEARNER_TABLES

Connection = psycopg.Connection[tuple[Any, ...]]
Row = tuple[str, int]  # table and id; a detail row has the id of its content, lists that of their program
Cells = dict[Row, dict[str, Any]]

# The author's word for a cell, as plans and `drift` use it.
FIELDS = {
    (table.name, column.name): column.field or column.name
    for table in (*ITEMS.values(), DETAIL)
    for column in table.columns
} | {(table.name, "joined"): name for name, table in LINKS.items()}


@dataclass(slots=True)
class Held:
    """Everything in the content tables. `audit` has who and when, `totals` what

    learners made of a program, `whole` a digest of each table by name.
    """

    cells: Cells = field(default_factory=dict)
    archived: dict[Row, bool] = field(default_factory=dict)
    audit: dict[Row, Any] = field(default_factory=dict)
    totals: dict[int, Any] = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)

    @property
    def learners(self) -> dict[str, str]:
        return {name: self.whole[name] for name in LEARNER_TABLES}


def held(connection: Connection, schema: str) -> Held:
    found = Held()
    for table in ITEMS.values():
        for row_id, archived, audit, *values in _rows(connection, schema, table, "id"):
            row = table.name, row_id
            found.cells[row] = {
                column.name: value for column, value in zip(table.columns, values, strict=True)
            }
            found.archived[row], found.audit[row] = archived, audit
    for content, _, audit, *values in _rows(connection, schema, DETAIL, "contentId"):
        row = DETAIL.name, content
        found.cells[row] = {column.name: value for column, value in zip(DETAIL.columns, values, strict=True)}
        found.audit[row] = audit
    for table in LINKS.values():
        joined: dict[int, set[Any]] = {row: set() for name, row in found.cells if name == "training_program"}
        for program, archived, _, *values in _rows(connection, schema, table, "trainingProgramId"):
            if not archived:
                joined.setdefault(program, set()).add(tuple(values))
        for program, others in joined.items():
            found.cells[table.name, program] = {"joined": frozenset(others)}
    totals = (
        'SELECT id, rating, "totalRatings", "totalEnrollments", "totalCompletions" FROM {}.training_program'
    )
    for program, *values in connection.execute(totals.format(schema).encode()):
        found.totals[program] = values
    found.whole = digests(connection, schema)
    return found


def _rows(connection: Connection, schema: str, table: Table, by: str) -> Iterator[tuple[Any, ...]]:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    archived = "false" if table is DETAIL else '"isArchived"'
    audit = """("updatedAt", "updatedBy")::text""" if table not in LINKS.values() else "''"
    statement = f'SELECT "{by}", {archived}, {audit}, {columns} FROM {schema}.{table.name}'
    yield from connection.execute(statement.encode())


def digests(connection: Connection, schema: str) -> dict[str, str]:
    """Of every table, by name."""
    names = [
        name
        for (name,) in connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1",
            (schema,),
        )
    ]
    parts = [
        f"SELECT '{name}', coalesce(string_agg(t::text, '|' ORDER BY t::text), '') FROM {schema}.{name} AS t"
        for name in names
    ]
    rows = connection.execute(" UNION ALL ".join(parts).encode())
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in rows}


# ── what a bundle says ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Names:
    """Row ids by address (a quiz has `/quiz:`), of users by their e-mail address."""

    rows: Mapping[str, int]
    users: Mapping[str, int]


def items(bundle: Bundle) -> Iterator[tuple[str, Item, str]]:
    """Every item but lookups, with its address and that of what it is below. A quiz has an address of its own."""
    for item in flatten(bundle).items:
        if item.kind != "lookup":
            yield from _below(item, "")


def _below(item: Item, above: str) -> Iterator[tuple[str, Item, str]]:
    here = f"{above}/quiz:" if item.kind == "quiz" else child_address(above, item.kind, item.key)
    yield here, item, above
    for child in item.children:
        yield from _below(child, here.removesuffix("/quiz:") if item.kind == "quiz" else here)


def said(bundle: Bundle, names: Names) -> Cells:
    """The cells of every live row by what the bundle says."""
    cells: Cells = {}
    for address, item, above in items(bundle):
        row_id, table = names.rows[address], ITEMS[item.kind]
        place = address, above
        cells[table.name, row_id] = _cells(table, item.row, place, names)
        if item.detail is not None:
            cells[DETAIL.name, row_id] = _cells(DETAIL, item.detail, place, names)
        for name, rows in item.links.items():
            other = LINKS[name].columns[0]
            joined = {(_value(other, key, place, names), *values) for key, values in rows.items()}
            cells[LINKS[name].name, row_id] = {"joined": frozenset(joined)}
    return cells


def _cells(table: Table, row: tuple[Any, ...], place: tuple[str, str], names: Names) -> dict[str, Any]:
    return {
        column.name: _value(column, value, place, names)
        for column, value in zip(table.columns, row, strict=True)
    }


def _value(column: Column, value: Any, place: tuple[str, str], names: Names) -> Any:
    if value is None or column.refers is None:
        return value.replace(tzinfo=None) if isinstance(value, datetime) else value
    if column.refers == "user":
        return names.users[value]
    address, above = place
    within = {"section": f"{above}/section:{value}", "quiz": f"{address}/quiz:"}
    found = names.rows.get(within.get(column.refers, f"{column.refers}:{value}"))
    assert found or column.refers == "lookup", f"{address} refers to {column.refers} {value}"
    return found or value  # a list's entry has no row before the first publish


def emptied(connection: Connection, schema: str) -> None:
    """No content, no learners, no history: faster than a new database."""
    names = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT relispartition AND relname <> 'schemaversion'",
        (schema,),
    ).fetchall()
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")  # in any order
        for (name,) in names:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(schema, name)))

"""Staging the courses of a bundle: tables made like a tenant's, filled by COPY."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from psycopg import sql

from loaders.content.rows.items import Item, Tree
from loaders.content.rows.tables import DETAIL as DETAIL_TABLE
from loaders.content.rows.tables import Column, Row, Table
from loaders.content.staging.stage import DETAIL, KINDS, TABLES, Span, Stage
from loaders.content.writing.bulk import copy_rows
from loaders.tenants.connect import Connection
from loaders.tenants.tenant import STAGING

# `n` numbers the rows of a table, `course` the courses; `parent` is the number of the row that this one
# stands in, NULL below a course. The rest is what the mapping wants.
_PLACE: Final = {"n": "0", "course": "0"}
_ITEM: Final = {
    **_PLACE,
    "parent": "0",
    "key": "''::text",
    "digest": "''::bytea",
    "tree": "''::bytea",
    "files": "'{}'::jsonb",
}


def fill(connection: Connection, schema: str, tree: Tree) -> Stage:
    """Stages every course of a tree, in tables whose columns are those of `schema`. Does not commit."""
    numbering = _Numbering()
    for item in tree.items:
        if item.kind == "course":
            numbering.add(item)
    stage = Stage(f"b{secrets.token_hex(8)}", numbering.courses)
    for name, rows in numbering.rows.items():
        _create(connection, schema, stage, name)
        columns = (*_fixed(name), *(column.name for column in TABLES[name].columns))
        copy_rows(connection, STAGING, stage.name(name), columns, rows, planned=len(rows))
        connection.execute(sql.SQL("ANALYZE {}").format(stage.table(name)))
    _mark(connection, stage, tree)
    return stage


def _fixed(name: str) -> dict[str, str]:
    return _PLACE if name == DETAIL else _ITEM


def _create(connection: Connection, schema: str, stage: Stage, name: str) -> None:
    """References hold the number of a row; what has a type of the tenant's own is text."""
    fixed = (sql.SQL(f"{value} AS {column}") for column, value in _fixed(name).items())
    connection.execute(
        sql.SQL("CREATE UNLOGGED TABLE {} AS SELECT {} FROM {} WITH NO DATA").format(
            stage.table(name),
            sql.SQL(", ").join([*fixed, *map(_like, TABLES[name].columns)]),
            sql.Identifier(schema, TABLES[name].name),
        )
    )


def _like(column: Column) -> sql.Composable:
    name = sql.Identifier(column.name)
    if column.refers:
        return sql.SQL("0 AS {}").format(name)
    return sql.SQL("{0}::text AS {0}").format(name) if column.enum else name


def _mark(connection: Connection, stage: Stage, tree: Tree) -> None:
    connection.execute(
        sql.SQL("CREATE UNLOGGED TABLE {} AS SELECT {}::text AS bundle, now() AS at").format(
            stage.marker, tree.key
        )
    )


@dataclass(slots=True)
class _Numbering:
    """Numbers what stands in courses, one course after the other, so that each has a range of each kind."""

    courses: dict[str, Span] = field(default_factory=dict)
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in TABLES})
    _sections: dict[str, int] = field(default_factory=dict)

    def add(self, course: Item) -> None:
        before = {kind: len(self.rows[kind]) for kind in KINDS}
        self._sections.clear()
        for child in course.children:
            self._add(child, None)
        rows = {kind: range(before[kind], len(self.rows[kind])) for kind in KINDS}
        self.courses[course.key] = Span(len(self.courses), rows)

    def _add(self, item: Item, parent: int | None) -> None:
        number = len(self.rows[item.kind])
        place = (number, len(self.courses))
        if item.kind == "section":
            self._sections[item.key] = number
        mapped = (parent, item.key, item.digest, item.tree, item.paths)
        self.rows[item.kind].append((*place, *mapped, *self._values(TABLES[item.kind], item.row)))
        if item.detail is not None:
            self.rows[DETAIL].append((*place, *self._values(DETAIL_TABLE, item.detail)))
        for child in item.children:
            self._add(child, number)

    def _values(self, table: Table, row: Row) -> list[Any]:
        return [
            value if column.refers is None or value is None else self._number(column.refers, value)
            for column, value in zip(table.columns, row, strict=True)
        ]

    def _number(self, refers: str, key: str) -> int:
        """Of a section of this course, or of the quiz that comes with this content."""
        return self._sections[key] if refers == "section" else len(self.rows["quiz"])

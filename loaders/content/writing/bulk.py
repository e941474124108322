r"""Rows by the thousand: COPY, and updates through a temporary table. Every statement counts its rows.

COPY takes the text form (PostgreSQL documentation, COPY, "Text Format"): a tab between columns, a line feed
between rows, `\N` for NULL, a backslash before what would be mistaken for these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from psycopg import sql

from loaders.tenants.connect import Connection
from schemas.findings import CoursewrightError
from schemas.steps import reached

_CHUNK = 1000  # rows handed over at a time
_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_rows(
    connection: Connection,
    schema: str,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Iterable[Any]],
    *,
    planned: int,
) -> None:
    """Inserts `planned` rows. Raises CoursewrightError when PostgreSQL took another number."""
    if not planned:
        return
    target = sql.Identifier(schema, table)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(target, _names(columns))
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for chunk in _chunks(rows):
                copy.write(chunk)
        insist(table, cursor.rowcount, planned)
    reached(f"wrote {table}")


def update_rows(
    connection: Connection,
    schema: str,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    keys: Sequence[str] = ("id",),
    also: sql.Composable | None = None,
) -> None:
    """Sets `columns` of the rows with the given keys; a row is its keys, then its columns.

    `also` are further assignments, which may refer to the new values as `new`. Raises
    CoursewrightError unless every row was found.
    """
    if not rows:
        return
    staged = sql.Identifier("pg_temp", f"new_{table}")
    target = sql.Identifier(schema, table)
    connection.execute(
        sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            staged, _names((*keys, *columns)), target
        )
    )
    copy_rows(connection, "pg_temp", f"new_{table}", (*keys, *columns), rows, planned=len(rows))
    # Unless told that these are few rows, the planner reads all of a big table to update four of it.
    connection.execute(sql.SQL("ANALYZE {}").format(staged))
    sets = [sql.SQL("{0} = new.{0}").format(sql.Identifier(column)) for column in columns]
    same = [sql.SQL("old.{0} = new.{0}").format(sql.Identifier(key)) for key in keys]
    done = connection.execute(
        sql.SQL("UPDATE {} AS old SET {} FROM {} AS new WHERE {}").format(
            target,
            sql.SQL(", ").join([*sets, *([also] if also else [])]),
            staged,
            sql.SQL(" AND ").join(same),
        )
    )
    connection.execute(sql.SQL("DROP TABLE {}").format(staged))
    insist(table, done.rowcount, len(rows))
    reached(f"changed {table}")


def insist(table: str, done: int, planned: int) -> None:
    """Nothing is ever skipped in silence: a different number of rows ends the publish.

    Raises CoursewrightError; the caller's transaction rolls back.
    """
    if done != planned:
        raise CoursewrightError(
            f"{table}: {planned} rows were to be written and {done} were found;"
            " somebody else changes this tenant at the same time. Nothing was published.",
            "Publish again: the comparison starts from what is there then.",
        )


def _names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


# ── text form ────────────────────────────────────────────────────────────────────────────────────


def _chunks(rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    lines: list[str] = []
    for row in rows:
        lines.append("\t".join([_text(value) for value in row]))
        if len(lines) == _CHUNK:
            yield ("\n".join(lines) + "\n").encode()
            lines.clear()
    if lines:
        yield ("\n".join(lines) + "\n").encode()


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if type(value) is str:
        return _escaped(value)
    if type(value) is int:
        return str(value)
    if value is True or value is False:
        return "t" if value else "f"
    return _rare(value)


def _escaped(value: str) -> str:
    if value.isprintable() and "\\" not in value:  # neither tabs nor line ends: true of nearly all
        return value
    return value.translate(_SPECIAL)


def _rare(value: Any) -> str:
    match value:
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
        case bytes():
            return f"\\\\x{value.hex()}"
        case dict() | list():
            return _escaped(orjson.dumps(value).decode())
    raise TypeError(type(value))

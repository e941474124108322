"""What a tenant holds, in forms that can be compared: exactly, or as any clean publish would have made it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from loaders.content.rows.tables import ITEMS, KINDS, Kind
from schemas.media import storage_key
from tests.publishing import LEARNER_TABLES

Connection = psycopg.Connection[tuple[Any, ...]]

# Whatever differs between two publishes of the same thing: the clock, and numbers drawn from sequences.
_MOMENTS = ("createdAt", "updatedAt", "archivedAt", "publishedAt")
_KEY = re.compile(r"sha256/[0-9a-f]{2}/[0-9a-f]{64}(?:\.[a-z0-9]{1,8})?")
_PARENTS: Mapping[Kind, str] = {
    "program": "coursewright_bundle",
    "course": "coursewright_bundle",
    "lookup": "coursewright_bundle",
    "section": "course",
    "content": "course",
    "quiz": "course_content",
    "question": "quiz",
    "option": "quiz_question",
}


@dataclass(frozen=True, slots=True)
class State:
    """One tenant at one moment.

    `exact` is a digest of every row of every table as it is, `learners` that of the learners' tables.
    `content` is a digest of the rest with ids as ranks and without moments: equal for two publishes of the
    same bundle onto the same content. `rows` are table and id of every row, `keys` the storage keys named.
    """

    exact: str
    learners: str
    content: str
    rows: frozenset[tuple[str, int]]
    keys: frozenset[str]


def states(connection: Connection, schemas: list[str]) -> dict[str, State]:
    """By schema; all as of one moment."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return {schema: _state(connection, schema) for schema in schemas}


def _state(connection: Connection, schema: str) -> State:
    tables = _all_rows(connection, schema, _tables(connection, schema))
    learned = {name: rows for name, rows in tables.items() if name.startswith(LEARNER_TABLES)}
    content = {name: rows for name, rows in tables.items() if name not in learned}
    return State(
        exact=_digest(tables),
        learners=_digest(learned),
        content=_digest(_comparable(content, _references(connection, schema))),
        rows=frozenset((name, row["id"]) for name, rows in tables.items() for row in rows if "id" in row),
        keys=frozenset(_keys(tables)),
    )


def _tables(connection: Connection, schema: str) -> list[str]:
    """A partitioned table stands for its partitions."""
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT relispartition ORDER BY relname",
        (schema,),
    )
    return [name for (name,) in found]


def _all_rows(connection: Connection, schema: str, tables: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    parts = [
        sql.SQL("SELECT {}, (SELECT jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t) -> 'id', t::text) FROM {} AS t)").format(
            name, sql.Identifier(schema, name)
        )
        for name in tables
    ]
    return {name: rows or [] for name, rows in connection.execute(sql.SQL(" UNION ALL ").join(parts))}


def _references(connection: Connection, schema: str) -> dict[str, dict[str, str]]:
    """Foreign keys of one column: table → column → the table it refers to."""
    found = connection.execute(
        "SELECT f.conrelid::regclass::text, a.attname, t.relname FROM pg_constraint AS f"
        " JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]"
        " JOIN pg_class AS t ON t.oid = f.confrelid"
        " WHERE f.contype = 'f' AND f.connamespace = %s::regnamespace AND cardinality(f.conkey) = 1"
        " AND t.relnamespace = f.connamespace",
        (schema,),
    )
    references: dict[str, dict[str, str]] = {}
    for table, column, target in found:
        references.setdefault(table.rpartition(".")[2], {})[column] = target
    return references


def _comparable(
    tables: Mapping[str, list[dict[str, Any]]], references: Mapping[str, Mapping[str, str]]
) -> dict[str, list[str]]:
    ranks = {
        name: {row["id"]: rank for rank, row in enumerate(rows) if "id" in row}
        for name, rows in tables.items()
    }
    return {
        name: sorted(
            json.dumps(_without_ids(name, row, ranks, references.get(name, {})), sort_keys=True)
            for row in rows
        )
        for name, rows in tables.items()
    }


def _without_ids(
    table: str,
    row: Mapping[str, Any],
    ranks: Mapping[str, Mapping[int, int]],
    references: Mapping[str, str],
) -> dict[str, Any]:
    found = {column: value for column, value in row.items() if column not in _MOMENTS}
    targets = dict(references)
    if "id" in found:
        targets["id"] = table
    if table == "coursewright_item":
        kind = KINDS[found["kind"]]
        targets |= {"parentId": _PARENTS[kind], "rowId": "tenant_lookups"}
        if kind in ITEMS:
            targets["rowId"] = ITEMS[kind].name
    for column, target in targets.items():
        if found[column] is not None:
            found[column] = ranks[target][found[column]]
    return found


def _keys(tables: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Storage keys in any column, and those of the bundles that releases keep."""
    yield from _KEY.findall(json.dumps(tables))
    for release in tables["coursewright_release"]:
        if release["bundleFile"]:
            yield storage_key(release["bundleFile"].removeprefix("\\x"), "application/gzip")


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()

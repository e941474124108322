"""What a tenant holds, in forms that can be compared: exactly, or as any clean publish would have made it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg
from psycopg import sql

from loaders.content.rows.tables import ITEMS, KINDS, Kind
from schemas.media import storage_key
from tests.publishing import LEARNER_TABLES

Row = dict[str, Any]
References = Mapping[str, Mapping[str, str]]
Tables = Mapping[str, list[Row]]
Connection = psycopg.Connection[tuple[Any, ...]]

# Whatever differs between two publishes of the same thing: the clock, and numbers drawn from sequences.
_DEPTH = 8  # an option is that far below its bundle
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


@dataclass(frozen=True)
class State:
    """One tenant at one moment.

    `exact` is a digest of every row of every table as it is, `learners` that of the learners' tables.
    `rows` are table and id of every row, `keys` the storage keys named.
    """

    exact: str
    learners: str
    rows: frozenset[tuple[str, int]]
    keys: frozenset[str]
    tables: Tables = field(repr=False)
    references: References = field(repr=False)

    @cached_property
    def content(self) -> int:
        """Says what stands in all tables but the learners', without ids and moments, to this process.

        It is equal for two publishes of the same bundle onto the same content.
        """
        content = {name: rows for name, rows in self.tables.items() if not name.startswith(LEARNER_TABLES)}
        return hash(tuple(sorted(_comparable(content, self.references).items())))


def states(connection: Connection, schemas: list[str]) -> dict[str, State]:
    """By schema; all as of one moment."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return {schema: _state(connection, schema) for schema in schemas}


def _state(connection: Connection, schema: str) -> State:
    tables = _all_rows(connection, schema, _tables(connection, schema))
    learned = {name: rows for name, rows in tables.items() if name.startswith(LEARNER_TABLES)}
    return State(
        exact=_digest(tables),
        learners=_digest(learned),
        rows=frozenset((name, row["id"]) for name, rows in tables.items() for row in rows if "id" in row),
        keys=frozenset(_keys(tables)),
        tables=tables,
        references=_references(connection, schema),
    )


def _tables(connection: Connection, schema: str) -> list[str]:
    """A partitioned table stands for its partitions."""
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT relispartition ORDER BY relname",
        (schema,),
    )
    return [name for (name,) in found]


def _all_rows(connection: Connection, schema: str, tables: Sequence[str]) -> dict[str, list[Row]]:
    parts = [
        sql.SQL(
            "SELECT {}, (SELECT jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t) -> 'id', t::text) FROM {} AS t)"
        ).format(name, sql.Identifier(schema, name))
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


def _comparable(tables: Tables, references: References) -> dict[str, tuple[int, ...]]:
    """Rows as labels that say what they are, and what they refer to is, and so on up; sorted by table.

    An id says nothing: two publishes may draw them in another order.
    """
    own = {name: [_own(name, row, references) for row in rows] for name, rows in tables.items()}
    above = {name: [_targets(name, row, references) for row in rows] for name, rows in tables.items()}
    labels = own
    for _ in range(_DEPTH):
        known = {name: _by_id(tables[name], labels[name]) for name in tables}
        labels = {
            name: [
                hash((label, *(known[target][row[column]] for column, target in targets)))
                for label, row, targets in zip(own[name], rows, above[name], strict=True)
            ]
            for name, rows in tables.items()
        }
    return {name: tuple(sorted(found)) for name, found in labels.items()}


def _own(table: str, row: Row, references: References) -> int:
    """What a row says by itself."""
    left_out = {"id", *_MOMENTS, *(column for column, _ in _targets(table, row, references))}
    return hash(
        json.dumps({name: value for name, value in row.items() if name not in left_out}, sort_keys=True)
    )


def _by_id(rows: Sequence[Row], labels: Sequence[int]) -> dict[int, int]:
    return {row["id"]: label for row, label in zip(rows, labels, strict=True) if "id" in row}


def _targets(table: str, row: Row, references: References) -> list[tuple[str, str]]:
    """Columns with the id of another row, and the table that one is in."""
    targets = dict(references.get(table, {}))
    if table == "coursewright_item":
        kind = KINDS[row["kind"]]
        targets["parentId"] = _PARENTS[kind]
        targets["rowId"] = ITEMS[kind].name if kind in ITEMS else "tenant_lookups"
    return [(column, target) for column, target in targets.items() if row[column] is not None]


def _keys(tables: Tables) -> Iterator[str]:
    """Storage keys in any column, and those of the bundles that releases keep."""
    yield from _KEY.findall(json.dumps(tables))
    for release in tables["coursewright_release"]:
        if release["bundleFile"]:
            yield storage_key(release["bundleFile"].removeprefix("\\x"), "application/gzip")


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()

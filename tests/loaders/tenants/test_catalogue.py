"""Every enum, table, column, constraint and index that the owner's design names is in a migrated tenant.

The document itself is read and compared with PostgreSQL's catalogue. The deliberate differences are in
docs/adr/0002 and stand here as code: UTC defaults, four constraints on key tables, one ON UPDATE CASCADE.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loaders.tenants.tenant import Tenant

Rows = Callable[[str], list[tuple[Any, ...]]]

_TABLE = re.compile(
    r"### \d+\. `(?P<name>\w+)`[^\n]*\n\*\*Purpose\*\*:[^\n]*\n\n```sql\n(?P<sql>.*?)\n```\n"
    r"(?:\n\*\*Indexes:\*\*\n(?P<indexes>(?:- [^\n]*\n)+))?",
    re.DOTALL,
)
_ENUM = re.compile(r"### \d\. `(\w+)`\n```sql\nENUM \(([^)]*)\)\n```")
_COLUMN = re.compile(r"(?P<name>\w+) (?P<type>[A-Z]+(?:\([\d, ]+\))?|\w+_enum)(?P<rest>.*)")
_REFERENCE = re.compile(r"REFERENCES (?:main\.)?(\w+) \((\w+)\) ON DELETE (CASCADE|RESTRICT|SET NULL)")
_TYPES = {
    "SERIAL": "integer", "BIGSERIAL": "bigint", "INT": "integer", "BIGINT": "bigint", "TEXT": "text",
    "BOOLEAN": "boolean", "TIMESTAMP": "timestamp without time zone",
}  # fmt: skip
_ACROSS_MONTHS = {
    "unique_content_user_progress",
    "unique_quiz_user_attempt",
    "unique_attempt_question_answer",
    "unique_content_user_submission",
}


@dataclass(frozen=True)
class Table:
    name: str
    lines: list[str]  # columns and constraints, without comments and quotes
    indexes: list[str]


@pytest.fixture(scope="module")
def design(shared: Path) -> str:
    return (shared / "design" / "training-program-database.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tables(design: str) -> list[Table]:
    found = [
        Table(match["name"], _lines(match["sql"]), re.findall(r"- (.*)", match["indexes"] or ""))
        for match in _TABLE.finditer(design)
    ]
    assert len(found) == 19
    return found


def _lines(statement: str) -> list[str]:
    inside = (
        re.sub(r"--[^\n]*", "", statement).split("(", 1)[1].rsplit(")", 1 + ("PARTITION" in statement))[0]
    )
    return [
        " ".join(line.replace('"', "").split()).rstrip(",") for line in inside.split("\n") if line.strip()
    ]


@pytest.fixture
def rows(tenant: Tenant) -> Iterator[Rows]:
    with psycopg.connect(tenant.dsn, options="-c search_path=acme") as connection:
        yield lambda query: connection.execute(query.encode()).fetchall()


def columns(table: Table) -> list[re.Match[str]]:
    matches = [
        _COLUMN.fullmatch(line)
        for line in table.lines
        if not line.startswith(("CONSTRAINT", "PRIMARY KEY", "FOREIGN"))
    ]
    assert all(matches)
    return [match for match in matches if match]


def test_the_six_enums_have_their_values_in_order(design: str, rows: Rows) -> None:
    wanted = {name: re.findall(r"'(\w+)'", values) for name, values in _ENUM.findall(design)}
    found = rows(
        "SELECT typname, array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum"
        " JOIN pg_type ON pg_type.oid = enumtypid GROUP BY 1"
    )
    assert len(wanted) == 6
    assert dict(found) == wanted


def test_every_column_has_its_type_default_and_place(tables: list[Table], rows: Rows) -> None:
    found = {
        (table, column): (kind, default, not_null)
        for table, column, kind, default, not_null in rows(
            """
            SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod),
                pg_get_expr(adbin, adrelid), attnotnull
            FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'acme'::regnamespace)
            """
        )
    }
    wanted = {
        (table.name, column["name"]): (_type(column), _default(table, column), _not_null(column))
        for table in tables
        for column in columns(table)
    }
    assert len(wanted) > 300
    assert {key: found.get(key) for key in wanted} == wanted


def _type(column: re.Match[str]) -> str:
    written = column["type"]
    if match := re.fullmatch(r"VARCHAR\((\d+)\)", written):
        return f"character varying({match[1]})"
    if match := re.fullmatch(r"DECIMAL\((\d+), (\d+)\)", written):
        return f"numeric({match[1]},{match[2]})"
    return _TYPES.get(written, written)


def _default(table: Table, column: re.Match[str]) -> str | None:
    if "SERIAL" in column["type"]:
        return f"nextval('{table.name}_{column['name']}_seq'::regclass)"
    match = re.search(r"DEFAULT ('[^']*'|\S+)", column["rest"])
    if match is None or match[1] == "NULL":
        return None
    if match[1] == "NOW()":
        return "(now() AT TIME ZONE 'UTC'::text)"
    if match[1].startswith("'"):
        return f"{match[1]}::{re.sub(r'[(].*', '', _type(column))}"
    return match[1].lower()


def _not_null(column: re.Match[str]) -> bool:
    return "NOT NULL" in column["rest"] or "PRIMARY KEY" in column["rest"] or "SERIAL" in column["type"]


def test_every_named_constraint_stands_with_its_columns(tables: list[Table], rows: Rows) -> None:
    found: dict[str, str] = dict(
        rows(
            "SELECT conname, replace(pg_get_constraintdef(oid), '\"', '') FROM pg_constraint"
            " WHERE connamespace = 'acme'::regnamespace"
        )
    )
    wanted = {}
    for line in (line for table in tables for line in table.lines if line.startswith("CONSTRAINT")):
        name, definition = line.removeprefix("CONSTRAINT ").split(" ", 1)
        if name in _ACROSS_MONTHS:
            definition = definition.replace("UNIQUE", "PRIMARY KEY")
        definition = definition.replace("quiz_attempt (", "quiz_attempt(").replace("!=", "<>")
        definition = definition.replace("ON DELETE CASCADE", "ON UPDATE CASCADE ON DELETE CASCADE")
        wanted[name] = re.sub(r"CHECK \((.*)\)", r"CHECK ((\1))", definition)
    assert len(wanted) == 14
    assert {name: found.get(name) for name in wanted} == wanted


def test_every_reference_does_what_the_design_says_when_its_target_is_deleted(
    tables: list[Table], rows: Rows
) -> None:
    found = set(
        rows(
            """
            SELECT conrelid::regclass::text, attname, regexp_replace(confrelid::regclass::text, '^main.', ''),
                CASE confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'r' THEN 'RESTRICT' WHEN 'n' THEN 'SET NULL' END
            FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
            WHERE contype = 'f' AND conparentid = 0
            """
        )
    )
    wanted = {
        (table.name, column["name"], match[1], match[3])
        for table in tables
        for column in columns(table)
        if (match := _REFERENCE.search(column["rest"]))
    }
    assert len(wanted) == 93
    assert wanted <= found


def test_primary_keys_checks_and_unique_columns_are_as_designed(tables: list[Table], rows: Rows) -> None:
    found = {
        (table, definition.replace('"', ""))
        for table, definition in rows(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('p', 'u', 'c')"
        )
    }
    for table in tables:
        partitioned = "PRIMARY KEY (id, createdAt)" in table.lines
        assert (table.name, f"PRIMARY KEY ({'id, createdAt' if partitioned else 'id'})") in found
    assert ("certificate", "UNIQUE (certificateNumber)") in found
    assert ("training_program_rating", "CHECK (((rating >= 1) AND (rating <= 5)))") in found


def test_every_named_index_is_there_with_its_columns_and_condition(tables: list[Table], rows: Rows) -> None:
    found: dict[str, str] = dict(
        rows(
            "SELECT indexname, tablename || regexp_replace(replace(indexdef, '\"', ''), '.* USING btree', '')"
            " FROM pg_indexes WHERE schemaname = 'acme'"
        )
    )
    wanted = {}
    for table in tables:
        for line in table.indexes:
            match = re.fullmatch(r"`(\w+)` ON (\(.*?\))( WHERE (.*))?", line.replace('"', ""))
            assert match
            condition = f" WHERE ({match[4].replace('FALSE', 'false')})" if match[4] else ""
            wanted[match[1]] = f"{table.name} {match[2]}{condition}"
    assert len(wanted) == 41
    assert {name: found.get(name) for name in wanted} == wanted


def test_the_four_large_tables_are_partitioned_by_month_of_creation(rows: Rows) -> None:
    found = rows(
        "SELECT partrelid::regclass::text, pg_get_partkeydef(partrelid) FROM pg_partitioned_table ORDER BY 1"
    )
    names = ["assignment_submission", "course_content_progress", "quiz_attempt", "quiz_attempt_answer"]
    assert found == [(name, 'RANGE ("createdAt")') for name in names]


def test_a_new_tenant_weighs_little_in_the_catalogue(rows: Rows) -> None:
    """Months are made when they are needed: thousands of tenants share one catalogue."""
    tables, indexes = rows(
        "SELECT count(*) FILTER (WHERE relkind IN ('r', 'p')), count(*) FILTER (WHERE relkind IN ('i', 'I'))"
        " FROM pg_class WHERE relnamespace = 'acme'::regnamespace"
    )[0]
    assert tables <= 33
    assert indexes <= 115

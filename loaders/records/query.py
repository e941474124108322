"""Where each column of the records comes from, as one query for each kind.

Aliases: `r` the record, `p` its program (worked out once a program, not once a row), `u` the learner.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal, LiteralString, NamedTuple

from psycopg import sql

from loaders.records.neutral import neutral
from loaders.tenants.connect import Connection
from loaders.tenants.tenant import Tenant
from schemas.records import Records, Selection


class Cell(NamedTuple):
    """`text` cells may hold what somebody typed; `value` cells cannot begin with a sign; instants are UTC."""

    source: LiteralString
    form: Literal["value", "text", "instant"] = "value"


class Origin(NamedTuple):
    """The table of one kind of record, what else its columns need, and its own columns."""

    table: LiteralString
    joins: LiteralString
    cells: Mapping[str, Cell]


_COMMON: Final[Mapping[str, Cell]] = {
    "bundle_key": Cell("p.bundle_key"),
    "program_key": Cell("p.program_key"),
    "program_title": Cell("p.title"),
    "user_id": Cell('r."userId"'),
    "email": Cell("u.email", "text"),
    "status": Cell("r.status"),
    "archived_at": Cell('r."archivedAt"', "instant"),
}
_ORIGINS: Final[Mapping[str, Origin]] = {
    "enrollments": Origin(
        "training_program_enrollment",
        'LEFT JOIN {schema}.certificate c ON c."trainingProgramId" = r."trainingProgramId"'
        ' AND c."userId" = r."userId"',
        {
            "enrollment_id": Cell("r.id"),
            "progress_percent": Cell('r."progressPercentage"'),
            "enrolled_at": Cell('r."enrolledAt"', "instant"),
            "started_at": Cell('r."startedAt"', "instant"),
            "completed_at": Cell('r."completedAt"', "instant"),
            "last_accessed_at": Cell('r."lastAccessedAt"', "instant"),
            "certificate_number": Cell('c."certificateNumber"', "text"),
        },
    ),
    "certificates": Origin(
        "certificate",
        'LEFT JOIN main.users issuer ON issuer.id = r."issuedBy"'
        ' LEFT JOIN main.users revoker ON revoker.id = r."revokedBy"',
        {
            "certificate_id": Cell("r.id"),
            "certificate_number": Cell('r."certificateNumber"', "text"),
            "issued_at": Cell('r."issuedAt"', "instant"),
            "issued_by": Cell("issuer.email", "text"),
            "revoked_at": Cell('r."revokedAt"', "instant"),
            "revoked_by": Cell("revoker.email", "text"),
            "revocation_reason": Cell('r."revocationReason"', "text"),
            "certificate_url": Cell('r."certificateUrl"', "text"),
            "certificate_file": Cell('r."certificateKey"', "text"),
            "enrollment_id": Cell('r."enrollmentId"'),
        },
    ),
}
_PROGRAMS: Final = """SELECT t.id, b.key AS bundle_key, i.key AS program_key, {title} AS title
    FROM {schema}.training_program t
    LEFT JOIN {schema}.coursewright_item i ON i.kind = 'p' AND i."rowId" = t.id
    LEFT JOIN {schema}.coursewright_bundle b ON b.id = i."parentId"
    WHERE {condition}"""
_QUERY: Final = """WITH p AS MATERIALIZED ({programs})
    SELECT {selected} FROM {table} r
    JOIN p ON p.id = r."trainingProgramId"
    JOIN main.users u ON u.id = r."userId"
    {joins} WHERE {condition}"""


def rows_query(
    connection: Connection, tenant: Tenant, records: Records, only: Selection, *, raw: bool
) -> sql.Composed:
    """Every column of the records, in the order of their ids."""
    cells = {**_COMMON, **_ORIGINS[records.name].cells, "name": _name_cell(connection)}
    selected = sql.SQL(", ").join(
        sql.SQL("{} AS {}").format(_expression(cells[column.name], raw=raw), sql.Identifier(column.name))
        for column in records.columns
    )
    return _query(tenant, records, only, selected, raw=raw) + sql.SQL(" ORDER BY r.id")


def count_query(tenant: Tenant, records: Records, only: Selection) -> sql.Composed:
    return _query(tenant, records, only, sql.SQL("count(*)"), raw=True)


def _query(
    tenant: Tenant, records: Records, only: Selection, selected: sql.Composable, *, raw: bool
) -> sql.Composed:
    schema, origin = sql.Identifier(tenant.schema), _ORIGINS[records.name]
    title = sql.SQL("t.title")
    programs = sql.SQL(_PROGRAMS).format(
        title=title if raw else neutral(title),
        schema=schema,
        condition=_equal("i.key", only.program),
    )
    return sql.SQL(_QUERY).format(
        programs=programs,
        selected=selected,
        table=sql.Identifier(tenant.schema, origin.table),
        joins=sql.SQL(origin.joins).format(schema=schema),
        condition=_condition(_ORIGINS[records.name].cells[records.dated], only),
    )


def _expression(cell: Cell, *, raw: bool) -> sql.Composable:
    if cell.form == "instant":
        return sql.SQL("""to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""").format(sql.SQL(cell.source))
    source = sql.SQL(cell.source)
    return neutral(source) if cell.form == "text" and not raw else source


def _name_cell(connection: Connection) -> Cell:
    """`main.users` belongs to the host platform; only `id` and `email` can be relied on."""
    found = connection.execute(
        "SELECT FROM pg_catalog.pg_attribute"
        " WHERE attrelid = 'main.users'::regclass AND attname = 'name' AND NOT attisdropped"
    ).fetchone()
    return Cell("NULL") if found is None else Cell("u.name::text", "text")


def _condition(dated: Cell, only: Selection) -> sql.Composable:
    conditions = [_equal("r.status", only.status)]
    if only.since is not None:
        conditions.append(sql.SQL("{} >= {}").format(sql.SQL(dated.source), sql.Literal(only.since)))
    if only.until is not None:
        after = only.until + timedelta(days=1)
        conditions.append(sql.SQL("{} < {}").format(sql.SQL(dated.source), sql.Literal(after)))
    return sql.SQL(" AND ").join(conditions)


def _equal(source: LiteralString, value: str | None) -> sql.Composable:
    if value is None:
        return sql.SQL("true")
    return sql.SQL("{} = {}").format(sql.SQL(source), sql.Literal(value))

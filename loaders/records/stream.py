"""Learners' records out of a tenant: rows of CSV, streamed by COPY, however many there are.

Columns and filters are described in `schemas/records.py`. Archived records are among the rows, with
`archived_at`: an export must not lose rows silently.
"""

from __future__ import annotations

from collections.abc import Generator
from selectors import EVENT_READ, BaseSelector, DefaultSelector
from typing import Final

from psycopg import errors, pq, sql

from loaders.records.query import count_query, rows_query
from loaders.tenants.connect import Connection
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError
from schemas.records import Batch, Records, Selection, check_status

_BATCH_BYTES: Final = 256 * 1024


def count(connection: Connection, tenant: Tenant, records: Records, only: Selection) -> int:
    """How many rows `stream` gives; for a progress bar. Raises as `stream` does."""
    _check(connection, tenant, records, only)
    row = connection.execute(count_query(tenant, records, only)).fetchone()
    assert row is not None, "count(*) has one row"
    return int(row[0])


def stream(
    connection: Connection, tenant: Tenant, records: Records, only: Selection, *, raw: bool = False
) -> Generator[Batch]:
    """The rows in the order of their ids, in batches of about 256 KiB; memory stays flat.

    `raw` leaves cells alone that a spreadsheet would run as formulas. Raises CoursewrightError for a
    program or status that does not exist, before the first batch. A stream closed early ends its query;
    close it before the connection, which waits for it.
    """
    _check(connection, tenant, records, only)
    # How long it takes is up to whoever reads, so no statement timeout can be right.
    connection.execute("SELECT set_config('statement_timeout', '0', true)")
    query = rows_query(connection, tenant, records, only, raw=raw)
    return _copied(connection, sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query))


def _check(connection: Connection, tenant: Tenant, records: Records, only: Selection) -> None:
    check_status(records, only.status)
    if only.program is None:
        return
    statement = sql.SQL("SELECT key FROM {} WHERE kind = 'p' ORDER BY key").format(
        sql.Identifier(tenant.schema, "coursewright_item")
    )
    known = [key for (key,) in connection.execute(statement)]
    if only.program not in known:
        raise CoursewrightError(
            f"Tenant {tenant.name} has no program {only.program!r}.",
            f"Its programs: {', '.join(known) or 'none yet'}.",
        )


# ── COPY ─────────────────────────────────────────────────────────────────────────────────────────


def _copied(connection: Connection, statement: sql.Composed) -> Generator[Batch]:
    """Psycopg begins the COPY and cancels an abandoned one; the rows between are taken from libpq itself.

    `for row in copy` costs twice the processor time for each row, and there are a million of them.
    """
    pgconn = connection.pgconn
    with connection.cursor().copy(statement), DefaultSelector() as arrivals:
        arrivals.register(pgconn.socket, EVENT_READ)
        more = True
        while more:
            batch, more = _batch(pgconn, arrivals)
            if not more:
                _finish(pgconn)  # before the last batch: whoever gets it may not come back
            if batch.rows:
                yield batch


def _batch(pgconn: pq.abc.PGconn, arrivals: BaseSelector) -> tuple[Batch, bool]:
    """The next rows, and whether there may be more."""
    text, rows, take = bytearray(), 0, pgconn.get_copy_data
    while len(text) < _BATCH_BYTES:
        size, row = take(1)
        if size > 0:
            text += row
            rows += 1
        elif size == 0:
            arrivals.select()
            pgconn.consume_input()
        else:
            return Batch(rows, text), False
    return Batch(rows, text), True


def _finish(pgconn: pq.abc.PGconn) -> None:
    """Raises what the server said when it stopped in the middle."""
    while (result := pgconn.get_result()) is not None:
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise errors.error_from_result(result)

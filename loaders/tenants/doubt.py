"""What became of a transaction whose COMMIT was never answered: PostgreSQL knows, and is asked.

A transaction's id is remembered before the COMMIT; `pg_xact_status` tells its fate afterwards on any
connection, also through PgBouncer and after a restart of the server (PostgreSQL documentation, "Transaction
ID and Snapshot Information Functions").
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, Literal

import psycopg
from psycopg.pq import TransactionStatus

from schemas.findings import CoursewrightError, TransientError

Fate = Literal["committed", "aborted", "unknown"]

# A COMMIT that was swallowed on the way leaves the transaction open until the server ends it as idle, after
# 30 seconds; a server that was killed needs some to recover.
_PATIENCE_SECONDS: Final = 45.0
_PAUSE_SECONDS: Final = 0.2


def transaction_of(connection: psycopg.Connection[Any]) -> str | None:
    """The id of the open transaction; None when it wrote nothing, so that its fate does not matter."""
    if connection.read_only or connection.info.transaction_status == TransactionStatus.IDLE:
        return None
    row = connection.execute("SELECT pg_current_xact_id_if_assigned()::text").fetchone()
    assert row is not None
    return None if row[0] is None else str(row[0])


def fate(transaction: str, reconnect: Callable[[], psycopg.Connection[Any]]) -> Fate:
    """Asks until the server is back and has decided, for 45 seconds at most.

    `unknown`: it cannot be reached, or it does not remember a transaction of that age.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            with reconnect() as connection:
                row = connection.execute("SELECT pg_xact_status(%s::xid8)", (transaction,)).fetchone()
        except (psycopg.OperationalError, TransientError):
            row = ("in progress",)  # it is starting, or the network is still away
        except (psycopg.Error, CoursewrightError):
            return "unknown"  # it does not know the number, or us
        match row:
            case ("committed" | "aborted" as found,):
                return found  # type: ignore[no-any-return]
            case (None,):
                return "unknown"
        time.sleep(_PAUSE_SECONDS)
    return "unknown"

"""Connections that serve many tenants: what one transaction did to its connection never reaches the next."""

from __future__ import annotations

import psycopg
import pytest

from loaders.tenants.connect import Connection, connect
from loaders.tenants.reuse import Idle
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError


def _process(connection: Connection) -> int:
    return connection.info.backend_pid


def test_one_connection_serves_one_transaction_after_the_other(tenant: Tenant) -> None:
    with Idle() as idle, idle.reused():
        with connect(tenant) as first:
            process = _process(first)
        with connect(tenant) as second:
            assert _process(second) == process
        with connect(tenant) as third, connect(tenant) as beside:
            assert _process(third) == process
            assert _process(beside) != process
    assert first.closed
    assert beside.closed


def test_a_snapshot_leaves_the_next_transaction_able_to_write(tenant: Tenant) -> None:
    with Idle() as idle, idle.reused():
        with connect(tenant, snapshot=True, statement_seconds=7) as reading:
            process = _process(reading)
        with connect(tenant) as writing:
            writing.execute("INSERT INTO main.users (email) VALUES ('ann@example.org')")
            found = writing.execute(
                "SELECT current_setting('transaction_isolation'), current_setting('statement_timeout')"
            )
            assert found.fetchone() == ("read committed", "1min")
            assert _process(writing) == process
    with connect(tenant) as connection:
        assert connection.execute("SELECT count(*) FROM main.users").fetchone() == (1,)


def test_what_failed_is_undone_and_its_connection_not_used_again(tenant: Tenant) -> None:
    with Idle() as idle, idle.reused():
        with pytest.raises(CoursewrightError, match="division by zero"), connect(tenant) as failing:
            failing.execute("INSERT INTO main.users (email) VALUES ('ann@example.org'); SELECT 1 / 0")
        assert failing.closed
        with connect(tenant) as next_one:
            assert next_one.execute("SELECT count(*) FROM main.users").fetchone() == (0,)


def test_a_connection_that_the_server_closed_is_replaced(tenant: Tenant) -> None:
    with Idle() as idle, idle.reused():
        with connect(tenant) as first:
            process = _process(first)
        with psycopg.connect(tenant.dsn) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", (process,))
        with connect(tenant) as second:
            assert _process(second) != process


def test_no_connection_serves_for_ever(tenant: Tenant) -> None:
    with Idle() as idle, idle.reused():
        processes = set()
        for _ in range(101):
            with connect(tenant) as connection:
                processes.add(_process(connection))
    assert len(processes) == 2


def test_nothing_is_kept_without_being_asked_to(tenant: Tenant) -> None:
    with Idle() as idle:
        with idle.reused(), connect(tenant):
            pass
        with connect(tenant) as own:
            pass
        assert own.closed

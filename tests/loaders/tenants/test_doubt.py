"""PostgreSQL tells what became of a transaction; what it cannot tell is not made up."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
import pytest

from loaders.tenants import doubt
from loaders.tenants.tenant import Tenant

INSERT = "INSERT INTO main.users (email) VALUES ('ann@example.org')"
Reconnect = Callable[[], psycopg.Connection[tuple[object, ...]]]


@pytest.fixture
def reconnect(tenant: Tenant) -> Reconnect:
    return lambda: psycopg.connect(tenant.dsn)


def test_a_transaction_that_wrote_nothing_has_no_fate(reconnect: Reconnect) -> None:
    with reconnect() as connection:
        assert doubt.transaction_of(connection) is None
        connection.execute("SELECT email FROM main.users")
        assert doubt.transaction_of(connection) is None


def test_committed_and_rolled_back_are_told_apart(reconnect: Reconnect) -> None:
    for end, fate in (("commit", "committed"), ("rollback", "aborted")):
        with reconnect() as connection:
            connection.execute(INSERT.replace("ann", end))
            transaction = doubt.transaction_of(connection)
            assert transaction
            getattr(connection, end)()
        assert doubt.fate(transaction, reconnect) == fate


def test_one_that_is_still_open_is_waited_for(reconnect: Reconnect) -> None:
    with reconnect() as connection:
        connection.execute(INSERT)
        transaction = doubt.transaction_of(connection)
        assert transaction
        later = threading.Timer(0.5, connection.commit)
        later.start()
        assert doubt.fate(transaction, reconnect) == "committed"
        later.join()


def test_a_number_the_server_never_gave_is_unknown_at_once(reconnect: Reconnect) -> None:
    """As after a failover: PostgreSQL calls it an error, because it lies in the future."""
    assert doubt.fate("4611686018427387904", reconnect) == "unknown"

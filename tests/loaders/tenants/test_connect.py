"""A session on a tenant has its limits set, its clock in UTC, and tells what is wrong in our own words."""

from __future__ import annotations

import dataclasses
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError, TransientError


def test_time_zone_and_limits_hold_for_the_transaction_only(tenant: Tenant) -> None:
    """SET LOCAL: behind a pooler in transaction mode nothing leaks to who comes next."""
    names = ("timezone", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    query = "SELECT " + ", ".join(f"current_setting('{name}')" for name in names)
    with connect(tenant) as connection:
        assert connection.execute(query.encode()).fetchone() == ("UTC", "1min", "10s", "30s")
        connection.commit()
        assert connection.execute(query.encode()).fetchone() == ("UTC", "0", "0", "0")


def test_bulk_work_may_take_longer(tenant: Tenant) -> None:
    with connect(tenant, statement_seconds=600) as connection:
        assert connection.execute("SHOW statement_timeout").fetchone() == ("10min",)


def test_what_is_done_in_the_block_is_kept_only_when_the_block_ends_well(tenant: Tenant) -> None:
    insert = "INSERT INTO main.users (email) VALUES (%s)"
    with connect(tenant) as connection:
        connection.execute(insert, ("kept@example.org",))
    with suppress(ZeroDivisionError), connect(tenant) as connection:
        connection.execute(insert, ("gone@example.org",))
        raise ZeroDivisionError
    with connect(tenant) as connection:
        assert connection.execute("SELECT email FROM main.users").fetchall() == [("kept@example.org",)]


def test_a_schema_that_does_not_exist_is_named(tenant: Tenant) -> None:
    elsewhere = dataclasses.replace(tenant, schema="umbrella")
    with pytest.raises(CoursewrightError, match="has no schema umbrella"), connect(elsewhere):
        pass


@pytest.mark.parametrize(
    ("statement", "kind", "words"),
    [
        ("SELECT * FROM acme.nowhere", CoursewrightError, "42P01"),
        ("SET LOCAL statement_timeout = 1; SELECT pg_sleep(9)", TransientError, "57014"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", TransientError, "57P01"),
        ("INSERT INTO acme.course (title, \"instructorId\") VALUES ('', 99)", CoursewrightError, "23503"),
    ],
)
def test_an_error_of_the_server_says_whether_trying_again_may_help(
    tenant: Tenant, statement: str, kind: type[CoursewrightError], words: str
) -> None:
    with pytest.raises(CoursewrightError, match=words) as caught, connect(tenant) as connection:
        connection.execute(statement.encode())
    assert type(caught.value) is kind
    assert caught.value.mend


def test_a_lock_that_is_held_for_long_is_waited_for_only_so_long(tenant: Tenant) -> None:
    with psycopg.connect(tenant.dsn) as other:
        other.execute("LOCK TABLE acme.course")
        with pytest.raises(TransientError, match="55P03"), connect(tenant) as connection:
            connection.execute("SET LOCAL lock_timeout = '20ms'; SELECT FROM acme.course")


@pytest.mark.parametrize(
    ("dsn", "words"),
    [
        ("postgresql://cw@127.0.0.1:1/app", "database app at 127.0.0.1:1: nobody listens there"),
        ("postgresql://cw@db.invalid/app", "database app at db.invalid: the host's name is not known"),
        ("postgresql://cw@/app?host=/nowhere", "database app at /nowhere: nobody listens there"),
        ("postgresql://cw:S3CRET@/no@127.0.0.1:1/app", "the database at localhost: .*"),
        ("mysql://cw@127.0.0.1/app", "the database's address cannot be read"),
    ],
)
def test_a_database_that_cannot_be_reached_is_told_by_host_and_name(dsn: str, words: str) -> None:
    tenant = Tenant(name="acme", dsn=dsn, schema="acme", media="")
    with pytest.raises(CoursewrightError, match=words) as caught, connect(tenant):
        pass
    assert ("%40 for @" in caught.value.mend) == ("database app" not in words)


@pytest.fixture
def locked(tenant: Tenant) -> Iterator[Callable[[str], Tenant]]:
    """The same tenant, through an account that needs a password."""
    with psycopg.connect(tenant.dsn, autocommit=True) as admin:
        row = admin.execute("SHOW hba_file").fetchone()
        assert row
        rules = Path(row[0])
        before = rules.read_text()
        rules.write_text("local all locked scram-sha-256\n" + before)
        admin.execute("CREATE ROLE locked LOGIN PASSWORD 's3cr3t'")
        admin.execute("SELECT pg_reload_conf()")
        account = tenant.dsn.replace("postgresql://postgres@", "postgresql://locked:{}@")
        yield lambda password: dataclasses.replace(tenant, dsn=account.format(password))
        rules.write_text(before)
        admin.execute(sql.SQL("DROP ROLE locked"))
        admin.execute("SELECT pg_reload_conf()")


def test_a_wrong_password_is_told_without_showing_it(locked: Callable[[str], Tenant]) -> None:
    with (
        pytest.raises(CoursewrightError, match="the server refuses the password") as caught,
        connect(locked("wr0ng")),
    ):
        pass
    assert "wr0ng" not in repr(caught.value)
    assert caught.value.__context__ is None
    admitted = "account locked may not use the schema"
    with pytest.raises(CoursewrightError, match=admitted), connect(locked("s3cr3t")):
        pass


@pytest.fixture
def stranger(tenant: Tenant) -> Iterator[Tenant]:
    """The same tenant, through an account without any right on it."""
    with psycopg.connect(tenant.dsn, autocommit=True) as admin:
        admin.execute("CREATE ROLE stranger LOGIN")
        dsn = tenant.dsn.replace("postgresql://postgres@", "postgresql://stranger@")
        yield dataclasses.replace(tenant, dsn=dsn)
        admin.execute("DROP ROLE stranger")


@pytest.mark.parametrize(
    ("said", "words", "kind"),
    [
        ("SASL authentication failed", "refuses the password", CoursewrightError),
        ("no such database: app", "the pooler does not", CoursewrightError),
        ("the database system is starting up", "starting or stopping", TransientError),
        ("the database system is shutting down", "starting or stopping", TransientError),
        ("the database system is in recovery mode", "starting or stopping", TransientError),
    ],
)
def test_what_servers_and_poolers_say_is_understood(
    said: str, words: str, kind: type[CoursewrightError]
) -> None:
    fields = b"SFATAL\0C08P01\0M" + said.encode() + b"\0\0"
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(4096)
                client.sendall(b"E" + struct.pack("!i", len(fields) + 4) + fields)

        worker = threading.Thread(target=refuse)
        worker.start()
        options = f"sslmode=disable&gssencmode=disable&port={listener.getsockname()[1]}"
        dsn = f"postgresql://cw@127.0.0.1/app?{options}"
        with (
            pytest.raises(CoursewrightError, match=words) as caught,
            connect(Tenant(name="a", dsn=dsn, schema="a", media="")),
        ):
            pass
        worker.join()
    assert type(caught.value) is kind


def test_an_account_that_may_not_use_the_schema_is_named(stranger: Tenant) -> None:
    """Its tables seem not to exist, and `tenant status` would ask for migrations that have run."""
    words = "account stranger may not use the schema acme"
    with pytest.raises(CoursewrightError, match=words) as caught, connect(stranger):
        pass
    assert "docs/operate.md" in caught.value.mend


def test_an_account_that_may_not_connect_is_not_told_that_the_database_is_missing(stranger: Tenant) -> None:
    database = sql.Identifier(stranger.dsn.partition("?")[0].rpartition("/")[2])
    with psycopg.connect(stranger.dsn.replace("stranger@", "postgres@"), autocommit=True) as admin:
        admin.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(database))
    with pytest.raises(CoursewrightError, match="this account may not connect to it"), connect(stranger):
        pass

"""A connection that breaks is told as such, and nothing is claimed that is not known."""

from __future__ import annotations

import dataclasses
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from loaders.tenants import doubt
from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from schemas.findings import TransientError

_FIELDS = b"SFATAL\0C08P01\0Mserver conn crashed?\0\0"
SECOND_ANSWER = b"E" + struct.pack("!i", len(_FIELDS) + 4) + _FIELDS  # as PgBouncer 1.18 ends it


@contextmanager
def between(tenant: Tenant, *, cut: bytes, last: bytes) -> Iterator[Tenant]:
    """The tenant through a pooler that forwards one connection.

    When the client says `cut`, the server's answer is kept back and the connection closed. When the server
    closes it, the client is sent `last` before.
    """
    server = _server(tenant)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        worker = threading.Thread(target=_forward, args=(listener, server, cut, last))
        worker.start()
        port, name = listener.getsockname()[1], conninfo_to_dict(tenant.dsn)["dbname"]
        dsn = f"postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=disable&gssencmode=disable"
        yield dataclasses.replace(tenant, dsn=dsn)
        worker.join()


def _server(tenant: Tenant) -> socket.socket:
    parts = conninfo_to_dict(tenant.dsn)
    server = socket.socket(socket.AF_UNIX)
    server.connect(f"{unquote(str(parts['host']))}/.s.PGSQL.{parts.get('port', 5432)}")
    return server


def _forward(listener: socket.socket, server: socket.socket, cut: bytes, last: bytes) -> None:
    client, _ = listener.accept()
    with client, server:
        back = threading.Thread(target=_answers, args=(server, client, last))
        back.start()
        with suppress(OSError):
            while data := client.recv(65536):
                if cut and cut in data:
                    client.shutdown(socket.SHUT_RDWR)
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        back.join()


def _answers(server: socket.socket, client: socket.socket, last: bytes) -> None:
    with suppress(OSError):
        while data := server.recv(65536):
            client.sendall(data)
        client.sendall(last)
        client.shutdown(socket.SHUT_RDWR)


def _copy_and_die(connection: psycopg.Connection[tuple[object, ...]], kill: Callable[[int], None]) -> None:
    with connection.cursor().copy("COPY main.users (email) FROM STDIN") as copy:
        copy.write("ann@example.org\n")
        kill(connection.info.backend_pid)


def test_a_server_that_dies_behind_a_pooler_during_copy_is_a_lost_connection(tenant: Tenant) -> None:
    def kill(process: int) -> None:
        with psycopg.connect(tenant.dsn) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (process,))

    with between(tenant, cut=b"", last=SECOND_ANSWER) as pooled:
        with pytest.raises(TransientError) as caught, connect(pooled) as connection:
            _copy_and_die(connection, kill)
        assert caught.value.mend == "Nothing was changed. Try again."


def test_when_the_answer_to_commit_is_lost_and_nobody_can_be_asked_nothing_is_claimed(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubt, "_PATIENCE_SECONDS", 0.5)
    with between(tenant, cut=b"COMMIT", last=b"") as cut:
        with pytest.raises(TransientError, match="while the database was committing") as caught:  # noqa: SIM117
            with connect(cut) as connection:
                connection.execute("INSERT INTO main.users (email) VALUES ('ann@example.org')")
        assert "Nothing was changed" not in caught.value.mend
    with connect(tenant) as connection:
        assert connection.execute("SELECT email FROM main.users").fetchall() == [("ann@example.org",)]


def test_a_value_that_is_wrong_is_not_taken_for_a_lost_connection(tenant: Tenant) -> None:
    with pytest.raises(ValueError, match="mine"), connect(tenant):
        raise ValueError("mine")

"""The servers that faults happen to: a PostgreSQL that may be killed, and what people put before it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from loaders.embedded import server

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Postgres:
    """An embedded server that also listens on a loopback address of its own, for networks that fail."""

    folder: Path
    address: str

    def dsn(self, database: str = "postgres") -> str:
        """Through the socket: a way that no fault is put into."""
        return server.ensure_local(self.folder).replace("/postgres?", f"/{database}?")

    def network(self, database: str, address: str | None = None, port: int = 5432) -> str:
        host = address or self.address
        return f"postgresql://postgres@{host}:{port}/{database}?sslmode=disable&gssencmode=disable"

    def connect(self, database: str = "postgres") -> Connection:
        return psycopg.connect(self.dsn(database), autocommit=True)

    def kill(self) -> None:
        """As `pg_ctl stop -m immediate`: no checkpoint, no good-bye, recovery at the next start."""
        os.kill(int((self.folder / "data/postmaster.pid").read_text().splitlines()[0]), signal.SIGQUIT)

    def start(self) -> None:
        server._wait(lambda: server._running(self.folder) is None, "the killed server goes on")
        server.ensure_local(self.folder)

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Linux gives every process all of 127.0.0.0/8, so the usual port is free on an address drawn by lot."""
    server.ensure_local(folder)
    numbers = random.SystemRandom()
    address = f"127.{numbers.randrange(16, 250)}.{numbers.randrange(250)}.{numbers.randrange(1, 250)}"
    access = folder / "data/pg_hba.conf"
    access.write_text(
        f"host all all 127.0.0.0/8 trust\n{access.read_text()}"
    )  # the first line that fits decides
    with psycopg.connect(server.ensure_local(folder), autocommit=True) as connection:
        for setting in (
            f"listen_addresses = '{address}'",
            "fsync = off",
            "max_connections = 200",
            "log_line_prefix = '%d|%a|'",
        ):
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
    made = Postgres(folder, address)
    made.kill()
    made.start()
    yield made
    assert server.stop(folder)


def pgbouncer() -> str | None:
    """Debian has it, PyPI does not: what needs it says so where it is missing."""
    return os.environ.get("COURSEWRIGHT_PGBOUNCER") or shutil.which(
        "pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin"
    )


@contextmanager
def pooled(behind: Postgres, folder: Path, *accounts: str, size: int = 3) -> Iterator[int]:
    """PgBouncer in transaction mode with few server connections, so that clients really share them: its port."""
    program = pgbouncer()
    assert program is not None
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o777)
    port = random.SystemRandom().randrange(20_000, 30_000)
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={behind.address} port=5432\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"auth_type = trust\nauth_file = {folder}/users\npool_mode = transaction\ndefault_pool_size = {size}\nunix_socket_dir =\n"
        f"logfile = {folder}/log\nserver_tls_sslmode = disable\nserver_login_retry = 1\n",
        encoding="utf-8",
    )
    (folder / "users").write_text("".join(f'"{name}" ""\n' for name in ("postgres", *accounts)))
    as_root = ("-u", "nobody") if os.geteuid() == 0 else ()
    process = subprocess.Popen([program, "-q", *as_root, str(folder / "pgbouncer.ini")])
    try:
        _wait_for(behind.network("postgres", "127.0.0.1", port), process)
        yield port
    finally:
        process.kill()
        process.wait()


def _wait_for(dsn: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert process.poll() is None, "PgBouncer ended at once"
        try:
            psycopg.connect(dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("PgBouncer does not answer")

"""One connection to one tenant: limits set, clock in UTC, secrets kept out of every message."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from loaders.tenants import doubt, reuse
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError, TransientError
from schemas.steps import reached

Connection = psycopg.Connection[tuple[Any, ...]]
# It warns of what it could not undo on a connection that is lost, on standard error; we tell that ourselves.
logging.getLogger("psycopg").setLevel(logging.ERROR)

_FIRST_WORDS = re.compile(r"\s*(postgres(ql)?://|[a-z_]+\s*=)")
_HOST = re.compile(r"[A-Za-z0-9._:,-]+|/[^\0@?#]*")
_PLAIN = re.compile(r"[\w.-]{1,63}")
_MEND = (
    "Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE with %40 for @, %2F for /, %23 for # and %25 for %"
    " in the password, or host=… user=… password=… dbname=…."
)
_IDLE_SECONDS = 30
_PROBE_SECONDS = 5
_DEFAULTS = {
    "application_name": "coursewright",
    "connect_timeout": "10",
    "keepalives": "1",
    "keepalives_idle": f"{2 * _PROBE_SECONDS}",  # a cut network is noticed after 25 seconds, not two hours
    "keepalives_interval": f"{_PROBE_SECONDS}",
    "keepalives_count": "3",
    "tcp_user_timeout": f"{_IDLE_SECONDS * 1000}",
    "client_encoding": "utf8",
}


@contextmanager
def connect(tenant: Tenant, *, statement_seconds: int = 60, snapshot: bool = False) -> Iterator[Connection]:
    """One transaction on the tenant's database, committed when the block ends well, else rolled back.

    `statement_seconds` limits one statement: raise it for bulk work. A `snapshot` reads everything as of one
    moment and writes nothing. Limits and time zone hold for the
    transaction only (`SET LOCAL`), so they are safe behind PgBouncer in transaction mode; after a commit
    inside the block call `begin` again. Raises CoursewrightError when the schema does not exist or the
    server refuses, TransientError when trying again may help. No message holds the DSN.
    """
    with open_transaction(tenant, statement_seconds=statement_seconds, snapshot=snapshot) as connection:
        if not schema_exists(connection, tenant.schema):
            raise CoursewrightError(
                f"Tenant {tenant.name}: the database has no schema {tenant.schema}.",
                "Check `schema` in tenants.yaml, or make it:"
                f" coursewright tenant migrate {tenant.name} --bootstrap",
            )
        _require_usage(connection, tenant)
        yield connection


@contextmanager
def open_transaction(
    tenant: Tenant, *, statement_seconds: int = 60, snapshot: bool = False
) -> Iterator[Connection]:
    """As `connect`, for a tenant whose schema may not exist yet."""
    try:
        with _connected(tenant) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ if snapshot else None
            connection.read_only = True if snapshot else None
            begin(connection, statement_seconds)
            with _pooler_understood(connection):
                yield connection
                _commit(connection, tenant)
    except psycopg.Error as error:
        raise _translated(tenant, error) from error


def _connected(tenant: Tenant) -> AbstractContextManager[Connection]:
    idle = reuse.chosen()
    return idle.lent(tenant.dsn, partial(_open, tenant)) if idle else _open(tenant)


def _commit(connection: Connection, tenant: Tenant) -> None:
    """A COMMIT without an answer is no failure yet: the server is asked what became of it.

    Raises TransientError when it was not done, or when nobody can tell.
    """
    transaction = doubt.transaction_of(connection)
    try:
        connection.commit()
    except psycopg.Error as error:
        if connection.pgconn.status != pq.ConnStatus.BAD and not _lost(error):
            raise
        connection.close()  # or it would be tried again on the way out
        reached("asking what became of the commit")
        _settled(tenant, transaction)


def _settled(tenant: Tenant, transaction: str | None) -> None:
    if transaction is None:
        return
    match doubt.fate(transaction, partial(_open, tenant)):
        case "committed":
            reached("the commit was done")
        case "aborted":
            raise TransientError(
                f"Tenant {tenant.name}: the connection was lost before the database committed.", _NOTHING_DONE
            )
        case "unknown":
            raise TransientError(
                f"Tenant {tenant.name}: the connection was lost while the database was committing.",
                "All of it was done or nothing. Try again: what was done is found unchanged.",
            )


@contextmanager
def _pooler_understood(connection: Connection) -> Iterator[None]:
    """A server that goes away answers a COPY twice through PgBouncer, and psycopg 3.3 unpacks one answer."""
    try:
        yield
    except ValueError as error:
        if connection.pgconn.status != pq.ConnStatus.BAD:
            raise
        raise psycopg.OperationalError from error


def begin(connection: Connection, statement_seconds: int = 60) -> None:
    """Sets the limits of the transaction that starts now.

    A server that waits for rows of a COPY is not idle: it notices by keepalives of its own that nobody is
    there any more, or its locks would stay for as long as a statement may take.
    """
    limits = {
        "timezone": "UTC",
        "statement_timeout": f"{statement_seconds}s",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": f"{_IDLE_SECONDS}s",
        "tcp_keepalives_idle": f"{2 * _PROBE_SECONDS}s",
        "tcp_keepalives_interval": f"{_PROBE_SECONDS}s",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": f"{_IDLE_SECONDS}s",
    }
    connection.execute(
        "SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS limits (name, value)",
        (list(limits), list(limits.values())),
    )


def schema_exists(connection: Connection, schema: str) -> bool:
    found = connection.execute("SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s", (schema,))
    return found.fetchone() is not None


def _require_usage(connection: Connection, tenant: Tenant) -> None:
    """Without it PostgreSQL says of every table by a bare name that it does not exist."""
    allowed = connection.execute("SELECT has_schema_privilege(%s, 'USAGE'), current_user", (tenant.schema,))
    usage, account = allowed.fetchone() or (False, "?")
    if not usage:
        raise CoursewrightError(
            f"Tenant {tenant.name}: the account {account} may not use the schema {tenant.schema}.", _GRANT
        )


# ── the connection string ────────────────────────────────────────────────────────────────────────


def parse_dsn(tenant: Tenant) -> dict[str, str]:
    """The parts of the DSN by libpq's names. Raises CoursewrightError, in whose message no part of it stands.

    libpq quotes what it cannot read, secret and all, so its message is never shown nor chained.
    """
    parts = _libpq_parts(tenant.dsn) if _FIRST_WORDS.match(tenant.dsn) else None
    if parts is None or not _plausible(parts):
        raise CoursewrightError(f"Tenant {tenant.name}: the database's address cannot be read.", _MEND)
    return parts


def _libpq_parts(dsn: str) -> dict[str, str] | None:
    try:
        return {name: str(value) for name, value in conninfo_to_dict(dsn).items() if value is not None}
    except psycopg.ProgrammingError:
        return None


def _plausible(parts: dict[str, str]) -> bool:
    """An unescaped @ or / in a password ends up in the host, the port or the database's name."""
    ports = parts.get("port", "5432").split(",")
    return (
        _HOST.fullmatch(parts.get("host") or "localhost") is not None
        and all(port.isascii() and port.isdigit() for port in ports)
        and not any(character in value for value in parts.values() for character in "\n\r\0")
    )


def _open(tenant: Tenant) -> Connection:
    parts = {**_DEFAULTS, **parse_dsn(tenant)}
    try:
        # named prepared statements do not survive PgBouncer's transaction mode
        return psycopg.connect(**parts, prepare_threshold=None)  # type: ignore[arg-type] # all are strings
    except psycopg.Error as error:
        refusal = _unreachable(tenant, parts, str(error))
    raise refusal  # outside of `except`: nothing of libpq's text stays attached


def _unreachable(tenant: Tenant, parts: dict[str, str], said: str) -> CoursewrightError:
    mend = _CHECK if _PLAIN.fullmatch(parts.get("dbname", "-")) else _MEND  # an @ of the password's?
    for words, cause, kind in _CAUSES:
        if words in said:
            return kind(f"Tenant {tenant.name}: {_place(parts)}: {cause}.", mend)
    return TransientError(f"Tenant {tenant.name}: {_place(parts)} cannot be reached.", mend)


_CHECK = "Check the database's address, the account and its password in tenants.yaml and in the environment."
_CAUSES: tuple[tuple[str, str, type[CoursewrightError]], ...] = (
    ("password authentication failed", "the server refuses the password", CoursewrightError),
    ("SASL authentication failed", "the server refuses the password", CoursewrightError),  # PgBouncer
    ("no such database", "the pooler does not have this database", CoursewrightError),
    ("server login has been failing", "the pooler cannot reach the server", TransientError),
    ("no password supplied", "the server asks for a password and none is given", CoursewrightError),
    ("no pg_hba.conf entry", "the server does not admit this account from here", CoursewrightError),
    ("permission denied for database", "this account may not connect to it", CoursewrightError),
    ("the database system is", "the server is starting or stopping", TransientError),
    ("role ", "the server does not know this account", CoursewrightError),
    (
        "database ",
        "the server does not have this database, or it does not accept connections",
        CoursewrightError,
    ),
    ("certificate", "the server's certificate cannot be trusted", CoursewrightError),
    ("could not translate host name", "the host's name is not known", CoursewrightError),
    ("failed to resolve host", "the host's name is not known", CoursewrightError),
    ("Connection refused", "nobody listens there", TransientError),
    ("No such file or directory", "nobody listens there", TransientError),
    ("timeout expired", "no answer within 10 seconds", TransientError),
    ("too many", "the server has no connection left", TransientError),
)


def _place(parts: dict[str, str]) -> str:
    """Host, port and database, where they look like names; a misplaced password may stand in either."""
    host, database = parts.get("host", "localhost"), parts.get("dbname", "")
    if "port" in parts and not host.startswith("/"):
        host = f"{host}:{parts['port']}"
    return f"database {database} at {host}" if _PLAIN.fullmatch(database) else f"the database at {host}"


# ── errors of a running transaction ──────────────────────────────────────────────────────────────

_GRANT = "Grant the account the missing right: docs/operate.md, “Who may do what”, has all of them."
_NOTHING_DONE = "Nothing was changed. Try again."
_TRANSIENT = ("08", "40", "53", "55P03", "57P", "25P03", "57014")


def _lost(error: psycopg.Error) -> bool:
    """No answer came, which is not the same as no."""
    state = error.sqlstate or ""
    return isinstance(error, psycopg.OperationalError) and (not state or state.startswith(("08", "57P")))


def _translated(tenant: Tenant, error: psycopg.Error) -> CoursewrightError:
    state, said = error.sqlstate or "", error.diag.message_primary or "the connection was lost"
    if error.sqlstate is None and not isinstance(error, psycopg.OperationalError):
        said = str(error)
    message = f"Tenant {tenant.name}: {said}{f' ({state})' if state else ''}."
    if state.startswith(_TRANSIENT) or (not state and isinstance(error, psycopg.OperationalError)):
        return TransientError(message, _NOTHING_DONE)
    if state == "42P01":
        return CoursewrightError(
            message, f"Bring its tables up to date: coursewright tenant migrate {tenant.name}"
        )
    if state == "42501":
        return CoursewrightError(message, _GRANT)
    return CoursewrightError(message, "Nothing was changed.")

"""The tenant's tables: numbered SQL files, recorded in npm Postgrator's own table.

Postgrator (8.0.0, `lib/Client.js`) keeps `schemaversion (version BIGINT PRIMARY KEY, name TEXT, md5 TEXT,
run_at TIMESTAMPTZ)` with a first row 0, and compares the MD5 of each file's bytes, so both tools can take
turns. It wants other file names than the owner's: docs/adr/0002.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import cast

from psycopg import sql

from loaders.tenants.connect import Connection, connect, open_transaction, schema_exists
from loaders.tenants.tenant import STAGING, Tenant
from schemas.findings import CoursewrightError

_NAME = re.compile(r"(?P<version>\d+)-(?P<name>[a-z0-9-]+)\.do\.sql")
_BULK_SECONDS = 600
_HOST_TABLES = ("main.users", "tenant_lookups")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of `schemas/sql`."""

    version: int
    name: str
    script: str

    @property
    def file(self) -> str:
        return f"{self.version:03}-{self.name}.do.sql"

    @property
    def md5(self) -> str:
        return hashlib.md5(self.script.encode(), usedforsecurity=False).hexdigest()


def migrate(tenant: Tenant, *, bootstrap: bool = False) -> list[str]:
    """Brings the tenant's schema up to date, all or nothing, and returns what was done, one line each.

    `bootstrap` is for standalone use: it first makes the schema and, where absent, the host platform's
    `main.users` and `tenant_lookups`, and names each that it made. Raises CoursewrightError when a migration
    already run has another content than ours, or when a host table is missing.
    """
    with open_transaction(tenant, statement_seconds=_BULK_SECONDS) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('coursewright migrate', 0))")
        done = _bootstrap(connection, tenant) if bootstrap else []
        _require_schema(connection, tenant)
        _search_here(connection, tenant)
        for migration in _pending(connection, tenant):
            _require_host_tables(connection, tenant)
            _run(connection, migration)
            done.append(migration.file)
    return done


def pending(tenant: Tenant) -> list[str]:
    """The files that `migrate` would run."""
    with connect(tenant) as connection:
        _search_here(connection, tenant)
        return [migration.file for migration in _pending(connection, tenant)]


def migrations() -> list[Migration]:
    """Every migration, in order."""
    found = []
    for file in (files("schemas") / "sql").iterdir():
        if match := _NAME.fullmatch(file.name):
            script = (
                file.read_bytes().decode()
            )  # not read_text: the MD5 is of the bytes, line ends as they are
            found.append(Migration(int(match["version"]), match["name"], script))
    return sorted(found, key=lambda migration: migration.version)


def _search_here(connection: Connection, tenant: Tenant) -> None:
    """The files are unqualified, as Postgrator runs them. `pg_temp` last, or it would shadow our tables."""
    path = f'"{tenant.schema}", pg_temp'
    connection.execute("SELECT set_config('search_path', %s, true)", (path,))


def _require_schema(connection: Connection, tenant: Tenant) -> None:
    if not schema_exists(connection, tenant.schema):
        raise CoursewrightError(
            f"Tenant {tenant.name}: the database has no schema {tenant.schema}.",
            "Check `schema` in tenants.yaml, or make it:"
            f" coursewright tenant migrate {tenant.name} --bootstrap",
        )


# ── what has run ─────────────────────────────────────────────────────────────────────────────────


def _pending(connection: Connection, tenant: Tenant) -> list[Migration]:
    recorded = _recorded(connection)
    for migration in migrations():
        if recorded.get(migration.version) not in (None, "", migration.md5):
            raise CoursewrightError(
                f"Tenant {tenant.name}: migration {migration.version} has run with another content than"
                f" {migration.file} (MD5 {recorded[migration.version]}, expected {migration.md5}).",
                "Was the file edited, or were its line ends changed? Install the coursewright that ran it.",
            )
    return [migration for migration in migrations() if migration.version not in recorded]


def _recorded(connection: Connection) -> dict[int, str | None]:
    """Version → MD5. Not by the highest version, as Postgrator does: a skipped file would stay skipped."""
    if connection.execute("SELECT to_regclass('schemaversion')").fetchone() == (None,):
        return {}
    rows = connection.execute("SELECT version, md5 FROM schemaversion").fetchall()
    return dict(cast("list[tuple[int, str | None]]", rows))


def _run(connection: Connection, migration: Migration) -> None:
    _ensure_record(connection)
    connection.execute(migration.script.encode())
    connection.execute(
        "INSERT INTO schemaversion (version, name, md5, run_at) VALUES (%s, %s, %s, now())",
        (migration.version, migration.name, migration.md5),
    )


def _ensure_record(connection: Connection) -> None:
    if connection.execute("SELECT to_regclass('schemaversion')").fetchone() == (None,):
        connection.execute(
            "CREATE TABLE schemaversion (version BIGINT PRIMARY KEY, name TEXT, md5 TEXT, run_at TIMESTAMPTZ)"
        )
        connection.execute("INSERT INTO schemaversion (version) VALUES (0)")


# ── the host platform's tables ───────────────────────────────────────────────────────────────────


def _bootstrap(connection: Connection, tenant: Tenant) -> list[str]:
    made = []
    for schema in (STAGING, tenant.schema):
        if not schema_exists(connection, schema):
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
            made.append(f"schema {schema}")
    _search_here(connection, tenant)
    missing = _missing_host_tables(connection)
    if missing:
        connection.execute((files("schemas") / "sql" / "bootstrap" / "host-platform.sql").read_bytes())
    return made + [f"{table} (a minimal one: the host platform's is absent)" for table in missing]


def _require_host_tables(connection: Connection, tenant: Tenant) -> None:
    if missing := _missing_host_tables(connection):
        raise CoursewrightError(
            f"Tenant {tenant.name}: the host platform's {' and '.join(missing)} cannot be found.",
            f"For standalone use, make minimal ones: coursewright tenant migrate {tenant.name} --bootstrap",
        )


def _missing_host_tables(connection: Connection) -> list[str]:
    found = connection.execute(
        "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NULL", (list(_HOST_TABLES),)
    )
    return [str(name) for (name,) in found]

"""A tenant's tables come from the numbered files, once, and npm's Postgrator agrees."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import psycopg
import pytest

from loaders.tenants.migrate import migrate, migrations, pending
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError

FILES = [
    "007-tenant-training-program-tables.do.sql",
    "008-tenant-training-program-partitions.do.sql",
    "009-tenant-coursewright.do.sql",
    "010-tenant-coursewright-fleet.do.sql",
]
_SQL = Path(str(files("schemas"))) / "sql"


@pytest.fixture
def empty(tenant: Tenant) -> Tenant:
    """A tenant with the host platform's tables and none of ours, as Postgrator would find it."""
    with psycopg.connect(tenant.dsn) as connection:
        connection.execute("DROP SCHEMA acme CASCADE; CREATE SCHEMA acme; SET search_path = acme")
        connection.execute((_SQL / "bootstrap" / "host-platform.sql").read_bytes())
    return tenant


def objects(tenant: Tenant) -> list[tuple[str, ...]]:
    """Everything in the schema but its rows, as PostgreSQL describes it."""
    with psycopg.connect(tenant.dsn) as connection:
        return connection.execute(
            """
            SELECT 'column', table_name, column_name, data_type || coalesce(column_default, '')
            FROM information_schema.columns WHERE table_schema = 'acme'
            UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'acme'
            UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'acme'::regnamespace
            UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
            WHERE NOT tgisinternal
            UNION ALL SELECT 'function', proname, '', pg_get_functiondef(oid) FROM pg_proc
            WHERE pronamespace = 'acme'::regnamespace
            UNION ALL SELECT 'type', typname, '', '' FROM pg_type
            WHERE typnamespace = 'acme'::regnamespace AND typtype = 'e'
            ORDER BY 1, 2, 3
            """
        ).fetchall()


def recorded(tenant: Tenant) -> list[tuple[int, str, str]]:
    with psycopg.connect(tenant.dsn) as connection:
        query = "SELECT version, name, md5 FROM acme.schemaversion WHERE version > 0 ORDER BY version"
        return connection.execute(query).fetchall()


def test_a_migrated_tenant_has_nothing_left_to_do(tenant: Tenant) -> None:
    assert pending(tenant) == []
    assert migrate(tenant) == []


def test_an_empty_tenant_is_brought_up_to_date_in_order(empty: Tenant) -> None:
    assert pending(empty) == FILES
    assert migrate(empty) == FILES
    assert [version for version, _, _ in recorded(empty)] == [7, 8, 9, 10]


def test_bootstrap_makes_only_what_is_absent_and_names_it(tenant: Tenant) -> None:
    other = dataclasses.replace(tenant, schema="umbrella")
    assert migrate(other, bootstrap=True) == [
        "schema umbrella",
        "tenant_lookups (a minimal one: the host platform's is absent)",
        *FILES,
    ]
    assert migrate(other, bootstrap=True) == []


def test_without_bootstrap_the_platforms_tables_are_asked_for_by_name(empty: Tenant) -> None:
    with psycopg.connect(empty.dsn) as connection:
        connection.execute("DROP TABLE acme.tenant_lookups, main.users")
    with pytest.raises(CoursewrightError, match=r"platform's main\.users and tenant_lookups cannot be found"):
        migrate(empty)
    with pytest.raises(CoursewrightError, match="has no schema umbrella"):
        migrate(dataclasses.replace(empty, schema="umbrella"))


def test_a_migration_that_ran_with_another_content_is_refused(tenant: Tenant) -> None:
    with psycopg.connect(tenant.dsn) as connection:
        connection.execute("UPDATE acme.schemaversion SET md5 = 'other' WHERE version = 8")
    with pytest.raises(CoursewrightError, match="migration 8 has run with another content"):
        pending(tenant)


def test_a_failing_migration_leaves_the_tenant_as_it_was(empty: Tenant) -> None:
    with psycopg.connect(empty.dsn) as connection:
        connection.execute("CREATE TABLE acme.coursewright_media ()")  # in the way of the last file
    before = objects(empty)
    with pytest.raises(CoursewrightError, match="already exists"):
        migrate(empty)
    assert objects(empty) == before


def test_two_tenants_of_one_database_share_nothing_but_the_users(tenant: Tenant) -> None:
    before = objects(tenant)
    migrate(dataclasses.replace(tenant, schema="umbrella"), bootstrap=True)
    with psycopg.connect(tenant.dsn) as connection:
        connection.execute("DROP SCHEMA umbrella CASCADE")
    assert objects(tenant) == before


def test_undoing_everything_leaves_the_host_platforms_tables_only(empty: Tenant) -> None:
    before = objects(empty)
    migrate(empty)
    with psycopg.connect(empty.dsn, options="-c search_path=acme") as connection:
        for name in reversed(FILES):
            connection.execute((_SQL / name.replace(".do.", ".undo.")).read_bytes())
        connection.execute("DROP TABLE schemaversion")
    assert objects(empty) == before


def test_undoing_and_redoing_the_partitions_keeps_learners_rows_and_their_uniqueness(
    tenant: Tenant, users: Callable[..., list[int]]
) -> None:
    users("ann@example.org")
    before = objects(tenant)
    attempt = 'INSERT INTO quiz_attempt ("quizId", "userId", "createdAt") VALUES (1, 1, %s)'
    with psycopg.connect(tenant.dsn, options="-c search_path=acme") as connection:
        connection.execute("INSERT INTO quiz (title) VALUES ('Q')")
        connection.execute(attempt, ("2031-03-01",))
        connection.commit()
        connection.execute((_SQL / FILES[1].replace(".do.", ".undo.")).read_bytes())
        connection.execute((_SQL / FILES[1]).read_bytes())
        with pytest.raises(psycopg.errors.UniqueViolation), connection.transaction():
            connection.execute(attempt, ("2031-04-01",))
        connection.execute("DELETE FROM quiz_attempt")
        connection.execute("ALTER TABLE quiz_attempt DETACH PARTITION quiz_attempt_2031_03")
        connection.execute("DROP TABLE quiz_attempt_2031_03")
    assert objects(tenant) == before


# ── Postgrator ───────────────────────────────────────────────────────────────────────────────────

_SCRIPT = """
import Postgrator from "postgrator";
import pg from "pg";
const [connectionString, migrationPattern, schema, target] = process.argv.slice(2);
const client = new pg.Client({ connectionString });
await client.connect();
const postgrator = new Postgrator({
  migrationPattern, driver: "pg", currentSchema: schema, execQuery: (query) => client.query(query),
});
const applied = await postgrator.migrate(target);
console.log(JSON.stringify(applied.map(({ version, action, name, md5 }) => [version, action, name, md5])));
await client.end();
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with npm's own Postgrator in it."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node.js is not installed: Postgrator itself cannot be asked")
    folder = tmp_path_factory.mktemp("node")
    install = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "postgrator@8.0.0", "pg@8"]
    if subprocess.run(install, cwd=folder, check=False, capture_output=True, timeout=120).returncode:
        pytest.skip("npm cannot fetch postgrator: no network?")
    (folder / "run.mjs").write_text(_SCRIPT)
    return folder


@pytest.fixture
def postgrator(node: Path, tmp_path: Path) -> Callable[..., list[list[object]]]:
    """Runs Postgrator on links to our files, named the way it wants: 007.do.tenant-….sql (docs/adr/0002)."""
    for file in _SQL.glob("*.sql"):
        version, rest = file.name.split("-", 1)
        name, action, _ = rest.split(".")
        (tmp_path / f"{version}.{action}.{name}.sql").symlink_to(file)

    def run(tenant: Tenant, target: str = "max", pattern: str = f"{tmp_path}/*.sql") -> list[list[object]]:
        socket = tenant.dsn.partition("host=")[2]
        address = f"socket:{socket.replace('%2F', '/')}?db={tenant.name}"
        done = subprocess.run(
            ["node", node / "run.mjs", address, pattern, tenant.schema, target],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PGUSER": "postgres"},
        )
        assert done.returncode == 0, done.stderr
        found: list[list[object]] = json.loads(done.stdout)
        return found

    return run


def test_postgrator_migrates_an_empty_tenant_and_we_find_nothing_to_do(
    empty: Tenant, fresh_tenant: Callable[[], Tenant], postgrator: Callable[..., list[list[object]]]
) -> None:
    applied = postgrator(empty)
    assert applied == [[m.version, "do", m.name, m.md5] for m in migrations()]
    assert pending(empty) == []
    ours = fresh_tenant()
    assert recorded(empty) == recorded(ours)
    assert objects(empty) == objects(ours)


def test_we_migrate_an_empty_tenant_and_postgrator_finds_nothing_to_do(
    empty: Tenant, postgrator: Callable[..., list[list[object]]]
) -> None:
    migrate(empty)
    assert postgrator(empty) == []
    assert [step[:2] for step in postgrator(empty, "6")] == [[version, "undo"] for version in (10, 9, 8, 7)]
    assert pending(empty) == FILES
    assert [step[:2] for step in postgrator(empty, "8")] == [[7, "do"], [8, "do"]]
    assert migrate(empty) == FILES[2:]


def test_postgrator_does_not_see_files_in_the_owners_naming(
    empty: Tenant, postgrator: Callable[..., list[list[object]]]
) -> None:
    """Why the links are needed. When this fails, Postgrator has learnt it, and they can go."""
    pattern = f"{_SQL}/*.sql"
    assert postgrator(empty, "7", pattern) == []

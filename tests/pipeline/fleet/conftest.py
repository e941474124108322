"""A fleet for the tests: schemas of one database, described by a tenants.yaml in an empty folder; a cluster."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from loaders.tenants.migrate import migrate
from loaders.tenants.tenant import Tenant
from tests.conftest import _at, _create_database

REPOSITORY = Path(__file__).parents[3]
EXAMPLES = REPOSITORY / "packages/examples"
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


# ── a dask cluster ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Cluster:
    """A real scheduler and two real workers of one thread each, in a folder that is not the tests' own."""

    folder: Path
    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]

    def logs(self) -> str:
        return "".join(log.read_text(encoding="utf-8") for log in self.folder.glob("*.log"))


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One to kill."""
    with _cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture(scope="session")
def lasting_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with _cluster(tmp_path_factory.mktemp("lasting-cluster")) as started:
        yield started


@contextmanager
def _cluster(folder: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        scheduler = stack.enter_context(_dask(folder, "scheduler", "--port", "0"))
        place = _logged(folder, "scheduler", r"Scheduler at:\s+tcp://(\S+)")
        workers = [
            stack.enter_context(
                _dask(folder, "worker", f"tcp://{place}", "--nthreads", "1", "--no-nanny", "--name", name)
            )
            for name in ("one", "two")
        ]
        for name in ("one", "two"):
            _logged(folder, name, r"(Registered) to")
        yield Cluster(folder, f"dask://{place}", scheduler, workers)


@contextmanager
def _dask(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Logs into a file of its `--name`, or of what it is."""
    name = arguments[-1] if "--name" in arguments else arguments[0]
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, "--host", "127.0.0.1", "--no-dashboard"],
            cwd=folder, stdout=log, stderr=log, env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def _logged(folder: Path, name: str, pattern: str) -> str:
    for _ in range(300):
        if found := re.search(pattern, (folder / f"{name}.log").read_text(encoding="utf-8")):
            return found[1]
        time.sleep(0.1)
    pytest.fail(f"{name} is not ready within half a minute")

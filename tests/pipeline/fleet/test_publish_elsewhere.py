"""`publish --engine`: tenants published to by other processes, one of which is killed in the middle of one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loaders.tenants.tenant import Tenant
from pipeline.cli import main
from tests.pipeline.fleet.conftest import REPOSITORY, SCHOOLS, Cluster
from tests.publishing import content_state

Captured = pytest.CaptureFixture[str]
SECRET = "hunter2-in-the-address"
EVERYBODY = [argument for school in SCHOOLS for argument in ("--tenant", school)]  # in one wave
pytestmark = pytest.mark.usefixtures("schools")


@pytest.fixture(autouse=True)
def secret(schools: list[Tenant], monkeypatch: pytest.MonkeyPatch) -> None:
    """The server asks for no password, so that it may be anything."""
    monkeypatch.setenv("ACADEMY", schools[0].dsn.replace("postgres@", f"postgres:{SECRET}@"))


def command(*arguments: str) -> list[str]:
    return ["publish", "tiny", "--as", "ops@example.com", "--json", *arguments]


def events(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


@pytest.mark.parametrize("where", ["processes", "lasting_cluster"])
def test_other_processes_do_the_same_as_threads(
    where: str, schools: list[Tenant], request: pytest.FixtureRequest, capsys: Captured
) -> None:
    engine = where if where == "processes" else request.getfixturevalue(where).address
    assert main(command("--tenant", "school_a", "--tenant", "school_b")) == 0
    assert main(command("--all", "--engine", engine, "--jobs", "2")) == 0
    done = {one["tenant"]: one for one in events(capsys.readouterr().out) if one["event"] == "done"}
    first, *others = [_undated(one) for one in done.values()]
    assert others == [first] * 3
    state, *states = [content_state(tenant, "tiny") for tenant in schools]
    assert states == [state] * 3
    assert all((Path("media") / name).is_dir() for name in done)


def _undated(event: dict[str, Any]) -> dict[str, Any]:
    (bundle,) = event["bundles"]
    return {**event, "tenant": "", "bundles": [{**bundle, "release": {**bundle["release"], "at": ""}}]}


def test_a_worker_killed_in_the_middle_of_a_tenant_costs_nobody_anything(
    schools: list[Tenant], cluster: Cluster
) -> None:
    """Both workers wait to write their tenant's release, which somebody holds up, when one is killed."""
    assert main(command("--all")) == 0
    course = Path("tiny/course.yaml")
    course.write_text(
        course.read_text(encoding="utf-8").replace("Welcome aboard", "Welcome"), encoding="utf-8"
    )
    assert main(command("--tenant", "school_d", "--tenant", "school_c")) == 0
    here = content_state(schools[3], "tiny")
    with ExitStack() as stack:
        others = [stack.enter_context(_release_held_up(tenant)) for tenant in schools[:2]]
        publisher = stack.enter_context(_publisher(*EVERYBODY, "--engine", cluster.address))
        _wait_until_both_wait(schools[0])
        assert here not in [content_state(tenant, "tiny") for tenant in schools[:2]]
        cluster.workers[0].kill()
        for other in others:
            other.rollback()
        printed, complaints = publisher.communicate(timeout=120)
    assert publisher.returncode == 0, printed + complaints
    assert events(printed)[-1] == {"event": "end", "done": 2, "current": 2, "failed": 0, "left": 0}
    assert [content_state(tenant, "tiny") for tenant in schools] == [here] * 4
    assert [_releases(tenant) for tenant in schools] == [2, 2, 2, 2]
    ledgers = "".join(file.read_text(encoding="utf-8") for file in Path(".coursewright/runs").iterdir())
    assert SECRET not in printed + complaints + ledgers + cluster.logs()


def _publisher(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", *command(*arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip


@contextmanager
def _release_held_up(tenant: Tenant) -> Iterator[psycopg.Connection]:
    with psycopg.connect(tenant.dsn) as connection:
        table = f"{tenant.schema}.coursewright_release"
        connection.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE".encode())
        yield connection


def _wait_until_both_wait(tenant: Tenant) -> None:
    with psycopg.connect(tenant.dsn, autocommit=True) as connection:
        for _ in range(300):
            waiting = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
            if waiting == (2,):
                return
            time.sleep(0.1)
    pytest.fail("the workers did not come to the release within half a minute")


def _releases(tenant: Tenant) -> int:
    statement = f"SELECT count(*) FROM {tenant.schema}.coursewright_release"
    with psycopg.connect(tenant.dsn) as connection:
        return int((connection.execute(statement.encode()).fetchone() or (0,))[0])


def test_a_worker_with_other_files_refuses_and_nothing_is_published(
    cluster: Cluster, capsys: Captured
) -> None:
    """It reads what is there when its first tenant comes; the run began with something else."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from pipeline.cli import main\n"
        "from pipeline.fleet import standing\n"
        "ask = standing.ask\n"
        "def meanwhile(tenants):\n"
        "    course = Path('tiny/course.yaml')\n"
        "    course.write_text(course.read_text().replace('Welcome aboard', 'Welcome'))\n"
        "    return ask(tenants)\n"
        "standing.ask = meanwhile\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    arguments = command("--tenant", "school_a", "--tenant", "school_b", "--engine", cluster.address)
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    failed = [one for one in events(done.stdout) if one["event"] == "failed"]
    assert {one["tenant"] for one in failed} == {"school_a", "school_b"}
    assert all("is not the bundle that the run began with" in one["text"] for one in failed)
    assert all("give every worker the same files" in one["mend"] for one in failed)
    assert main(["status"]) == 0
    assert capsys.readouterr().out == "nothing was published yet\n"


def test_an_unknown_engine_is_answered_with_the_known_ones(capsys: Captured) -> None:
    assert main(command("--all", "--engine", "ray://127.0.0.1:1")) == 1
    assert "write threads, processes, dask://HOST:PORT" in capsys.readouterr().err

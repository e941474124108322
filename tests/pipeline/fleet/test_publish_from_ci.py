"""The pipelines of docs/publish-from-ci.md: valid by their vendors' schemas, and run step by step.

What installs is left out, and so is what talks to GitHub; the notes of GitLab are kept by a server here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import psycopg
import pytest
import yaml
from psycopg import sql

from loaders.tenants.tenant import Tenant
from tests.publishing import fetch, run

REPOSITORY = Path(__file__).parents[3]
PAGE = (REPOSITORY / "docs/publish-from-ci.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```yaml file=(\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
GITHUB, GITLAB = ".github/workflows/courses.yaml", ".gitlab-ci.yml"
SCHEMAS = {GITHUB: "vendor.github-workflows", GITLAB: "vendor.gitlab-ci"}
READER = "coursewright_reader"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_pipeline_is_what_its_vendor_takes(name: str, tmp_path: Path) -> None:
    file = tmp_path / Path(name).name
    file.write_text(FILES[name], encoding="utf-8")
    program = Path(sys.executable).with_name("check-jsonschema")
    subprocess.run([program, "--builtin-schema", SCHEMAS[name], file], check=True)


def scripts(name: str) -> dict[str, list[str]]:
    """What each job runs, apart from installing coursewright and from asking GitHub."""
    document = yaml.safe_load(FILES[name])
    if name == GITHUB:
        jobs = {
            job: [step.get("run", "") for step in each["steps"]] for job, each in document["jobs"].items()
        }
    else:
        jobs = {job: each["script"] for job, each in document.items() if "script" in each}
    return {
        job: [line for line in lines if line and not re.search(r"\b(pipx|gh) ", line)]
        for job, lines in jobs.items()
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_job_runs_coursewright(name: str) -> None:
    assert {job: len(re.findall("^ *coursewright ", "\n".join(each), re.MULTILINE)) for job, each in scripts(name).items()} == {
        "check": 1, "plan": 1, "publish": 1,
    }  # fmt: skip


@pytest.fixture
def repository(schools: list[Tenant]) -> Path:
    """A repository of courses, as the page describes it."""
    Path("courses").mkdir()
    shutil.move("tiny", "courses/tiny")
    shutil.copytree(REPOSITORY / "packages/examples/rich", "courses/rich")
    for name, text in FILES.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    return Path.cwd()


@pytest.fixture
def reader(schools: list[Tenant]) -> Iterator[str]:
    """The address of the database for an account that may read what is there."""
    role = sql.Identifier(READER)
    statements = [
        sql.SQL("CREATE ROLE {} LOGIN").format(role),
        *(
            sql.SQL(text).format(sql.Identifier(schema), role)
            for schema in ("main", *(tenant.schema for tenant in schools))
            for text in ("GRANT USAGE ON SCHEMA {} TO {}", "GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}")
        ),
    ]
    with psycopg.connect(schools[0].dsn) as connection:
        for statement in statements:
            connection.execute(statement)
    yield psycopg.conninfo.make_conninfo(schools[0].dsn, user=READER)
    with psycopg.connect(schools[0].dsn) as connection:
        connection.execute(sql.SQL("DROP OWNED BY {}").format(role))
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


def shell(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """As a runner does it: the first command that fails ends it."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "ACADEMY_MEDIA": "media",
        **variables,
    }
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def job(name: str, which: str, dsn: str) -> subprocess.CompletedProcess[str]:
    return shell("\n".join(scripts(name)[which]), ACADEMY_DATABASE_URL=dsn)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_change_is_checked_planned_and_published(
    name: str, repository: Path, schools: list[Tenant], reader: str
) -> None:
    dsn = schools[0].dsn
    assert job(name, "check", dsn).returncode == 0
    planned = job(name, "plan", reader)
    assert planned.returncode == 0, planned.stderr
    assert "4 tenants: 4 would change" in planned.stdout
    assert "### coursewright plan for 4 tenants: 4 would change" in Path("plan.md").read_text(
        encoding="utf-8"
    )
    assert Path("plan.html").stat().st_size > 1_000
    published = job(name, "publish", dsn)
    assert published.stdout.endswith("4 tenants: 4 published\n"), published.stderr
    assert (
        published.stdout.index("school_c")
        < published.stdout.index("school_b")
        < published.stdout.index("school_a")
    )


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_failed_publish_goes_on_where_it_stopped(
    name: str, repository: Path, schools: list[Tenant]
) -> None:
    dsn = schools[0].dsn
    run(schools[1], "ALTER TABLE {s}.course ADD CONSTRAINT broken CHECK (false) NOT VALID")
    failed = job(name, "publish", dsn)
    assert failed.returncode == 1
    assert "4 tenants: 1 published, 1 failed, 2 not begun" in failed.stdout
    run(schools[1], "ALTER TABLE {s}.course DROP CONSTRAINT broken")
    again = job(name, "publish", dsn)
    assert again.returncode == 0, again.stderr
    assert "school_c" not in again.stdout, "the canary has nothing left to do"
    counts = [fetch(tenant, "SELECT count(*) FROM {s}.coursewright_bundle") for tenant in schools]
    assert counts == [[(2,)]] * 4


# ── the comment ──────────────────────────────────────────────────────────────────────────────────


class Notes(BaseHTTPRequestHandler):
    """GitLab's notes of one merge request: list, add, change."""

    kept: list[dict[str, Any]]

    def do_GET(self) -> None:
        self._answer(self.kept)

    def do_POST(self) -> None:
        self.kept.append({"id": 70 + len(self.kept), "body": self._body()})
        self._answer(self.kept[-1])

    def do_PUT(self) -> None:
        (note,) = [one for one in self.kept if self.path.endswith(f"/notes/{one['id']}")]
        note["body"] = self._body()
        self._answer(note)

    def _body(self) -> str:
        assert self.headers["PRIVATE-TOKEN"] == "token"
        return parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["body"][0]

    def _answer(self, document: Any) -> None:
        assert self.path.startswith("/projects/5/merge_requests/8/notes")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def gitlab() -> Iterator[Mapping[str, Any]]:
    """A merge request that somebody commented already."""
    kept = [{"id": 7, "body": "Looks good."}]
    handler = type("Kept", (Notes,), {"kept": kept})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield {"notes": kept, "address": f"http://127.0.0.1:{server.server_port}"}
        server.shutdown()


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_one_comment_is_written_over(
    gitlab: Mapping[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (script,) = yaml.safe_load(FILES[GITLAB])["plan"]["after_script"]
    variables = {
        "PLAN_TOKEN": "token", "CI_API_V4_URL": gitlab["address"], "CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_IID": "8",
    }  # fmt: skip
    for text in ("first & one+1\n", "second\n"):
        Path("plan.md").write_text(f"<!-- coursewright plan -->\n{text}", encoding="utf-8")
        done = shell(script, **variables)
        assert done.returncode == 0, done.stderr
        assert [note["body"] for note in gitlab["notes"]] == [
            "Looks good.",
            f"<!-- coursewright plan -->\n{text}",
        ]

"""kill -9 at any moment leaves the tenant as it was, and the next publish completes."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from loaders.tenants.tenant import Tenant

FILE = "  - {{key: f{number}, type: downloadable_resource, title: F, media: media/{number}.txt}}\n"
QUIZ = """\
  - key: quiz-{number}
    type: quiz
    title: Quiz {number}
    quiz:
      questions:
"""
QUESTION = "      - {{key: q{number}, type: short_answer, text: Question {number}, accept: [a, b, c]}}\n"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """About 5,000 rows, and 40 files of 256 KiB: long enough to be killed in the middle."""
    folder = tmp_path / "bundle"
    noise = random.Random(7)  # noqa: S311 the same on every run
    (folder / "media").mkdir(parents=True)
    for number in range(40):
        (folder / f"media/{number}.txt").write_bytes(noise.randbytes(128 * 1024).hex().encode())
    (folder / "bundle.yaml").write_text("key: big\ninstructor: anna@example.com\n")
    for course in range(4):
        (folder / f"c{course}.course.yaml").write_text(_course(course))
    return folder


def _course(course: int) -> str:
    start = f"key: course-{course}\ntitle: Course {course}\nsections:\n- key: s\n  title: S\n  contents:\n"
    files = [FILE.format(number=number) for number in range(10 * course, 10 * course + 10)]
    questions = "".join(QUESTION.format(number=number) for number in range(30))
    quizzes = [QUIZ.format(number=number) + questions for number in range(10)]
    return start + "".join(files + quizzes)


@pytest.fixture
def publish(tenant: Tenant, tmp_path: Path, users: Callable[..., list[int]]) -> Callable[[Path], list[str]]:
    """The command line that publishes a bundle to the tenant of this test."""
    users("anna@example.com", "ops@example.com")
    config = tmp_path / "tenants.yaml"
    config.write_text(
        f"tenants:\n  acme:\n    database: ${{KILL_TEST_DATABASE}}\n    media: {tenant.media}\n",
        encoding="utf-8",
    )

    def command(path: Path) -> list[str]:
        run = [sys.executable, "-m", "pipeline", "publish", str(path), "--tenant", "acme"]
        return [*run, "--as", "ops@example.com", "--config", str(config)]

    return command


@contextmanager
def running(command: list[str], tenant: Tenant) -> Iterator[subprocess.Popen[str]]:
    """Its standard error is read line by line: these lines are the moments to kill at."""
    environment = os.environ | {"KILL_TEST_DATABASE": tenant.dsn}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(line_start: str, process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        if line.startswith(line_start):
            return
        seen.append(line)
    raise AssertionError(f"ended without a line {line_start!r}: {''.join(seen)}")


def killed(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL


def completed(command: list[str], tenant: Tenant) -> str:
    environment = os.environ | {"KILL_TEST_DATABASE": tenant.dsn}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def state(tenant: Tenant) -> str:
    """A digest of every row of every table of the tenant."""
    digest = hashlib.sha256()
    with psycopg.connect(tenant.dsn) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", (tenant.schema,)
        ).fetchall()
        assert len(tables) > 19
        for (table,) in tables:
            query = sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1").format(
                sql.Identifier(tenant.schema, table)
            )
            for (row,) in connection.execute(query):
                digest.update(f"{table}{row}\n".encode())
    return digest.hexdigest()


def partial_files(tenant: Tenant) -> list[Path]:
    """Media under their final name whose bytes are not what the name says."""
    found = [
        path for path in Path(tenant.media, "sha256").rglob("*") if path.is_file() and len(path.stem) == 64
    ]
    return [path for path in found if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem]


def test_killed_while_uploading(bundle: Path, tenant: Tenant, publish: Callable[[Path], list[str]]) -> None:
    before = state(tenant)
    with running(publish(bundle), tenant) as process:
        wait_for("uploading 40 media files", process)
        _wait_until_some_are_there(tenant)
        killed(process)
    assert len(stored(tenant)) < 40
    assert state(tenant) == before
    assert partial_files(tenant) == []
    assert "release 1 " in completed(publish(bundle), tenant)
    assert len(stored(tenant)) == 40


def stored(tenant: Tenant) -> list[Path]:
    return list(Path(tenant.media).glob("sha256/*/*.txt"))


def _wait_until_some_are_there(tenant: Tenant) -> None:
    deadline = time.monotonic() + 20
    while not stored(tenant):
        assert time.monotonic() < deadline, "nothing was ever uploaded"


def test_killed_in_the_middle_of_the_transaction(
    bundle: Path, tenant: Tenant, publish: Callable[[Path], list[str]]
) -> None:
    """A lock on the questions' table holds the publish where programs, courses and contents are written already."""
    before = state(tenant)
    with psycopg.connect(tenant.dsn) as blocker:
        blocker.execute(sql.SQL("LOCK TABLE {}").format(sql.Identifier(tenant.schema, "quiz_question")))
        with running(publish(bundle), tenant) as process:
            wait_for("writing to acme", process)
            _wait_until_blocked(tenant)
            killed(process)
    assert state(tenant) == before
    assert "release 1 " in completed(publish(bundle), tenant)
    assert "nothing to change" in completed(publish(bundle), tenant)


def _wait_until_blocked(tenant: Tenant) -> None:
    with psycopg.connect(tenant.dsn, autocommit=True) as watcher:
        for _ in range(200):
            blocked = watcher.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE NOT granted AND datname = current_database()"
            ).fetchone()
            if blocked and blocked[0]:
                return
            time.sleep(0.05)
    raise AssertionError("the publish never waited for the lock")


def test_killed_at_any_time_it_is_before_or_after(
    bundle: Path, tenant: Tenant, publish: Callable[[Path], list[str]]
) -> None:
    """Killed ever later in the writing: nothing is there, until everything is."""
    before = now = state(tenant)
    attempts = 0
    while now == before:
        assert attempts < 100, "the publish never completes"
        with running(publish(bundle), tenant) as process:
            wait_for("writing to acme", process)
            time.sleep(0.1 * attempts)
            process.kill()
        now = state(tenant)
        attempts += 1
    assert attempts > 1
    assert "nothing to change" in completed(publish(bundle), tenant)
    assert state(tenant) == now

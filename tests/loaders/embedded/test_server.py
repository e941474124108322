"""The embedded PostgreSQL starts anywhere, survives kill -9, is shared, and leaves with its last user."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from loaders.embedded import server
from loaders.embedded.unprivileged import Account
from schemas.findings import CoursewrightError

_USE = """
import sys, time
from pathlib import Path
import psycopg
from loaders.embedded import server
with psycopg.connect(server.ensure_local(Path(sys.argv[1]))) as connection:
    connection.execute("SELECT pg_advisory_xact_lock(1)")  # IF NOT EXISTS alone races
    connection.execute("CREATE TABLE IF NOT EXISTS seen (at timestamptz)")
    connection.execute("INSERT INTO seen VALUES (now())")
print("ready", flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "postgres"
    yield place
    if place.exists():
        server.stop(place)


def use(folder: Path, seconds: float = 0) -> subprocess.Popen[str]:
    """Another process that uses the server and stays for a while."""
    command = [sys.executable, "-c", _USE, str(folder), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])


def finish(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=60)
    return said.strip()


def postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def count(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT count(*) FROM seen").fetchone()
    assert row
    return int(row[0])


def test_three_processes_that_come_first_at_once_share_one_server(folder: Path) -> None:
    folder.mkdir()
    assert [finish(process) for process in [use(folder) for _ in range(3)]] == ["ready"] * 3
    assert not (folder / "data" / "postmaster.pid").exists(), "the last one should have stopped it"
    assert count(server.ensure_local(folder)) == 3


def test_a_running_server_is_found_again_in_no_time(folder: Path) -> None:
    dsn = server.ensure_local(folder)
    spent = []
    for _ in range(5):
        start = time.process_time()
        assert server.ensure_local(folder) == dsn
        spent.append(time.process_time() - start)
    assert min(spent) < 0.02


def test_it_stays_while_another_process_uses_it(folder: Path) -> None:
    server.ensure_local(folder)
    other = use(folder, seconds=60)
    assert other.stdout
    assert other.stdout.readline() == "ready\n"
    assert not server.stop(folder)
    other.kill()
    finish(other)
    assert server.stop(folder)


def test_a_killed_server_comes_back_with_its_data(folder: Path) -> None:
    assert finish(use(folder)) == "ready"
    server.ensure_local(folder)
    os.kill(postmaster(folder), signal.SIGKILL)
    assert count(server.ensure_local(folder)) == 1


def test_a_killed_user_leaves_no_lock_behind(folder: Path) -> None:
    first = use(folder, seconds=60)
    assert first.stdout
    assert first.stdout.readline() == "ready\n"
    first.kill()
    finish(first)
    assert finish(use(folder)) == "ready"
    assert not (folder / "data" / "postmaster.pid").exists()


def test_a_pid_file_that_names_a_stranger_does_not_keep_it_from_starting(folder: Path) -> None:
    server.ensure_local(folder)
    pid_file = folder / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop(folder)
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert finish(use(folder)) == "ready"


def test_a_kill_while_the_cluster_is_made_leaves_nothing_half_made(folder: Path) -> None:
    (folder / "data.unfinished" / "base").mkdir(parents=True)
    assert finish(use(folder)) == "ready"
    assert not (folder / "data.unfinished").exists()


@pytest.mark.parametrize("name", ["deep/" * 40, 'a folder\'s "name" $HOME; ünïcode'], ids=["deep", "odd"])
def test_any_folder_will_do(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    dsn = server.ensure_local(place)
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)
    assert server.stop(place)


def test_an_ordinary_user_can_run_it(tmp_path: Path) -> None:
    """As root, the whole of it again under another account; else the other tests have shown it."""
    if os.geteuid() != 0:
        pytest.skip("this whole suite runs as an ordinary user")
    nobody = pwd.getpwnam("nobody")
    account = Account(nobody.pw_uid, nobody.pw_gid, climbs=True)  # the interpreter may live below /root
    account.own(tmp_path)
    place = tmp_path / "mine"
    code = f"import os; assert os.geteuid() == {nobody.pw_uid}; import sys; sys.path.insert(0, {os.fspath(Path(__file__).parents[3])!r})"
    account.run(tmp_path, sys.executable, "-c", f"{code}\n{_USE}", place, "0")
    assert place.stat().st_uid == nobody.pw_uid
    assert count(server.ensure_local(place)) == 1
    assert server.stop(place)


def test_a_cluster_of_another_version_is_left_alone(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(CoursewrightError, match="was made by PostgreSQL 9"):
        server.ensure_local(folder)


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    server.ensure_local(folder)
    server.stop(folder)
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write("shared_buffers = lots\n")
    with pytest.raises(CoursewrightError, match='invalid value for parameter "shared_buffers": "lots"'):
        server.ensure_local(folder)

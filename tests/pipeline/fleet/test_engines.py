"""Work in other processes: the same ends as in threads, whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from pipeline import engines
from pipeline.errors import ElsewhereError, guarded
from pipeline.fleet.run import Limits, News, run
from pipeline.fleet.serving import Done
from schemas.findings import CoursewrightError
from tests.pipeline.fleet import labour
from tests.pipeline.fleet.conftest import REPOSITORY, Cluster
from tests.pipeline.fleet.labour import Hand

Work = Callable[[Hand], Done]
NAMES = ("anna", "mortal", "carl", "dora")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.fleet.retrying.FIRST_SECONDS", 0.001)


@pytest.fixture(params=["threads", "processes", "lasting_cluster"])
def engine(request: pytest.FixtureRequest) -> str:
    return address(request, request.param)


def address(request: pytest.FixtureRequest, engine: str) -> str:
    """Of an engine by its name, or by that of a cluster's fixture."""
    if not engine.endswith("cluster"):
        return engine
    cluster: Cluster = request.getfixturevalue(engine)
    return cluster.address


def told(work: Work, engine: str, *, names: tuple[str, ...] = NAMES, **limits: int) -> list[News]:
    """All the news of a run; each has one beginning, and then one end."""
    news: list[News] = []
    limit = Limits(**({"jobs": 2} | limits), engine=engine)
    run([list(map(Hand, names))], labour.each(work), limit, news.append)
    for name in names:
        mine = [one.what for one in news if one.name == name]
        assert [what for what in mine if what not in ("step", "retry")][:-1] in (["begun"], [])
        assert [one for one in news if one.name == name][-1].end
    return news


def ends(news: list[News]) -> dict[str, str]:
    return {one.name: one.end for one in news if one.end}


def test_what_is_done_and_said_is_told_here(engine: str) -> None:
    news = told(labour.slow, engine)
    assert ends(news) == dict.fromkeys(NAMES, "done")
    assert {one.text for one in news if one.end} == {"fine"}
    elsewhere = {part.details["process"] for one in news for part in one.parts}
    assert (elsewhere == {os.getpid()}) == (engine == "threads")


def test_what_fails_says_the_same_everywhere(engine: str) -> None:
    news = told(labour.refuse, engine)
    assert ends(news) == dict.fromkeys(NAMES, "failed")
    (one,) = (one for one in news if one.end and one.name == "anna")
    assert one.text == "anna will not"
    assert isinstance(one.error, CoursewrightError)
    assert one.error.mend == "ask again"


def test_what_may_succeed_later_is_tried_five_times(engine: str) -> None:
    news = told(labour.lose, engine)
    assert ends(news) == dict.fromkeys(NAMES, "failed")
    assert [one.what for one in news if one.name == "anna"].count("retry") == 4


def test_enough_failures_leave_the_rest(engine: str) -> None:
    found = ends(told(labour.refuse, engine, jobs=1, failures=1))
    assert found == {"anna": "failed", "mortal": "failed", "carl": "left", "dora": "left"}


def test_a_bug_elsewhere_is_raised_with_its_place_and_without_its_text(
    engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def bug() -> int:
        told(labour.fail, engine)
        return 0

    assert guarded(bug, sys.stderr) == 3
    written = capsys.readouterr().err
    assert "labour.py" in written
    assert "builtins.ZeroDivisionError" in written
    assert "hunter2" not in written


def test_a_bug_that_travels_twice_stays_what_it_was() -> None:
    bug = ElsewhereError("builtins.ZeroDivisionError", "  there\n")
    assert ElsewhereError.of(bug) is bug


@pytest.mark.parametrize("engine", ["processes", "cluster"])
def test_what_a_killed_worker_was_at_is_done_by_another(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    work = partial(labour.die_once, str(tmp_path))
    assert ends(told(work, address(request, engine))) == dict.fromkeys(NAMES, "done")
    assert (tmp_path / "died").exists()


def test_what_waits_for_a_worker_is_called_back_when_enough_failed(
    lasting_cluster: Cluster, tmp_path: Path
) -> None:
    """Two threads, and six pieces of work given to them at once."""
    names = ("mortal", "anna", "ben", "carl", "dora", "emil")
    work = partial(labour.leave_a_mark, str(tmp_path))
    found = ends(told(work, lasting_cluster.address, names=names, jobs=6, failures=0))
    assert found["mortal"] == "failed"
    assert set(found.values()) == {"failed", "done", "left"}
    assert {path.name for path in tmp_path.iterdir()} == {name for name in names if found[name] == "done"}


def test_an_engine_that_takes_nothing_any_more_is_lost(engine: str) -> None:
    with engines.opened(engine, 1, lambda *_: None) as opened:
        if client := getattr(opened.executor, "_client", None):
            client.close()  # as dask does itself, ten seconds after it lost the scheduler
        else:
            opened.executor.shutdown()
        assert isinstance(engines.failure(opened.submit(int, "1")), engines.LostError)


def test_a_process_that_dies_each_time_takes_nobody_along() -> None:
    news = told(labour.die, "processes")
    assert ends(news) == dict.fromkeys(NAMES, "done") | {"mortal": "failed"}
    (one,) = (one for one in news if one.end == "failed")
    assert "the process at work on it was killed" in one.text


def endless(engine: str, folder: Path) -> subprocess.Popen[str]:
    """A run of a thousand in a session of its own, one line for each end, that has come to its first."""
    path = folder / "endless.py"
    path.write_text(
        "import sys\n"
        "from tests.pipeline.fleet import labour\n"
        "from pipeline.fleet.run import Limits, run\n"
        "def tell(news):\n"
        "    if news.end: print(news.end, flush=True)\n"
        "if __name__ == '__main__':\n"
        "    hands = [labour.Hand(str(number)) for number in range(1000)]\n"
        "    run([hands], labour.each(labour.slow), Limits(jobs=2, engine=sys.argv[1]), tell)\n",
        encoding="utf-8",
    )
    publisher = subprocess.Popen(
        [sys.executable, path, engine], text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    assert publisher.stdout is not None
    assert publisher.stdout.readline() == "done\n"
    return publisher


def test_after_ctrl_c_what_is_at_work_is_finished_wherever_it_is(engine: str, tmp_path: Path) -> None:
    """A terminal interrupts all processes of the command at once."""
    with endless(engine, tmp_path) as publisher:
        os.killpg(publisher.pid, signal.SIGINT)
        assert publisher.stdout
        assert publisher.stderr
        printed, complaints = publisher.stdout.read(), publisher.stderr.read()
    ends = Counter(printed.split())
    assert set(ends) == {"done", "left"}, complaints
    assert ends["left"] > 900
    assert ends.total() == 999
    assert "KeyboardInterrupt" in complaints
    assert complaints.count("Traceback") == 1


@pytest.mark.timeout(60)
def test_processes_end_with_a_publisher_that_is_killed(tmp_path: Path) -> None:
    """Their output ends when the last of them has ended."""
    with endless("processes", tmp_path) as publisher:
        publisher.kill()
        publisher.communicate()


def test_a_scheduler_that_is_killed_ends_the_run_and_leaves_the_rest(cluster: Cluster) -> None:
    news: list[News] = []

    def tell(one: News) -> None:
        news.append(one)
        if one.end == "done":
            cluster.scheduler.send_signal(signal.SIGKILL)

    names = [str(number) for number in range(20)]
    run([list(map(Hand, names))], labour.each(labour.slow), Limits(engine=cluster.address), tell)
    found = [one.end for one in news if one.end]
    assert len(found) == 20
    assert found.count("left") >= 16
    assert "the engine is lost" in {one.text[:18] for one in news if one.end == "failed"}


def test_a_cluster_that_cannot_be_used_says_how_to_mend_it(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    monkeypatch.setattr("pipeline.engines.cluster._SECONDS", 1)
    for address, message in (
        (cluster.address, "the scheduler has no worker"),
        ("dask://127.0.0.1:1", "no scheduler answers there"),
        ("dask://127.0.0.1", "no scheduler answers there"),
        (cluster.address.replace("dask", "dask+tls"), "names no certificates"),
        ("celery://127.0.0.1:1", "there is no engine"),
    ):
        with pytest.raises(CoursewrightError, match=message) as refused:
            told(labour.refuse, address)
        assert refused.value.mend


def test_without_dask_the_remedy_is_its_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CoursewrightError, match="needs dask, which is not installed") as refused:
        told(labour.refuse, "dask://127.0.0.1:1")
    assert "pip install 'coursewright[dask]'" in refused.value.mend

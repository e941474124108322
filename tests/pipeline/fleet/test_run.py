"""A run over many tenants: one end for each, whatever happens to the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from threading import Barrier, Lock

import pytest

from pipeline.fleet.run import Limits, News, run
from pipeline.fleet.serving import Done, Task
from pipeline.progress import progress, say
from schemas.findings import CoursewrightError, TransientError
from schemas.words import sized

OK = Done("fine", {})


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.fleet.retrying.FIRST_SECONDS", 0.001)


@dataclass(frozen=True, slots=True)
class Tenant:
    """All that a run wants to know of one."""

    name: str


Wave = tuple[Tenant, ...]


def wave(*names: str) -> Wave:
    return tuple(map(Tenant, names))


def once(work: Callable[[Tenant], Done]) -> Callable[[Tenant], Task]:
    """Work of one part."""

    def task(tenant: Tenant, start: int) -> Iterator[Done]:
        assert start == 0, "what was done is done again"
        yield work(tenant)

    return lambda tenant: partial(task, tenant)


def ends(
    waves: list[Wave], work: Callable[[Tenant], Done], limits: Limits | None = None, **more: list[str]
) -> dict[str, str]:
    """What each tenant came to. Two ends of one tenant would be a contradiction."""
    found: dict[str, str] = {}

    def tell(news: News) -> None:
        if news.end:
            assert news.name not in found
            found[news.name] = news.end

    run(waves, once(work), limits or Limits(jobs=2), tell, **more)
    return found


def failing(*names: str) -> Callable[[Tenant], Done]:
    def work(tenant: Tenant) -> Done:
        if tenant.name in names:
            raise CoursewrightError("no")
        return OK

    return work


def test_one_tenants_failure_stops_no_other() -> None:
    assert ends([wave("a", "b", "c", "d")], failing("a", "c")) == {
        "a": "failed",
        "b": "done",
        "c": "failed",
        "d": "done",
    }


def test_a_failing_canary_keeps_the_next_group_from_beginning() -> None:
    waves = [wave("a", "b"), wave("c", "d")]
    assert ends(waves, failing("a")) == {"a": "failed", "b": "done", "c": "left", "d": "left"}


def test_a_group_begins_when_the_one_before_is_over() -> None:
    order: list[str] = []
    lock = Lock()

    def work(tenant: Tenant) -> Done:
        with lock:
            order.append(tenant.name)
        return OK

    ends([wave("a", "b"), wave("c"), wave("d", "e")], work, Limits(jobs=4))
    assert ({*order[:2]}, order[2], {*order[3:]}) == ({"a", "b"}, "c", {"d", "e"})


def test_as_many_failures_as_were_allowed_stop_nobody() -> None:
    waves = [wave("a", "b"), wave("c")]
    assert ends(waves, failing("a"), Limits(jobs=1, failures=1))["c"] == "done"


def test_one_failure_more_than_was_allowed_leaves_the_rest_as_it_is() -> None:
    found = ends([wave("a", "b", "c", "d")], failing("a", "b"), Limits(jobs=1, failures=1))
    assert found == {"a": "failed", "b": "failed", "c": "left", "d": "left"}


def test_what_is_current_is_not_touched() -> None:
    served: list[str] = []

    def work(tenant: Tenant) -> Done:
        served.append(tenant.name)
        return OK

    assert ends([wave("a", "b")], work, current=["a"]) == {"a": "current", "b": "done"}
    assert served == ["b"]


def test_several_tenants_are_served_at_once_and_no_more_than_jobs() -> None:
    together = Barrier(3, timeout=30)  # breaks unless three are at work at the same time

    def work(tenant: Tenant) -> Done:
        together.wait()
        return OK

    found = ends([wave(*"abcdef")], work, Limits(jobs=3))
    assert set(found.values()) == {"done"}


def test_what_may_succeed_later_is_tried_again_and_told() -> None:
    tries: list[str] = []
    told: list[str] = []

    def work(tenant: Tenant) -> Done:
        tries.append(tenant.name)
        if len(tries) < 4:
            raise TransientError("deadlock detected.")
        return OK

    def tell(news: News) -> None:
        told.append(news.what)

    run([wave("a")], once(work), Limits(), tell)
    assert told == ["begun", "retry", "retry", "retry", "done"]


def test_what_never_succeeds_is_a_failure_after_five_attempts() -> None:
    tries: list[str] = []

    def work(tenant: Tenant) -> Done:
        tries.append(tenant.name)
        raise TransientError("deadlock detected")

    assert ends([wave("a")], work) == {"a": "failed"}
    assert len(tries) == 5


def test_a_bug_stops_nobody_and_is_raised_in_the_end_without_its_text_being_told() -> None:
    told: list[News] = []

    def work(tenant: Tenant) -> Done:
        if tenant.name == "a":
            raise ZeroDivisionError("a secret")
        return OK

    with pytest.raises(ZeroDivisionError):
        run([wave("a", "b")], once(work), Limits(jobs=1), told.append)
    assert [(news.name, news.end) for news in told if news.end] == [("a", "failed"), ("b", "done")]
    assert "secret" not in "".join(news.text for news in told)


def test_after_ctrl_c_no_other_tenant_is_begun_and_those_at_work_are_finished() -> None:
    """The interrupt reaches the main thread, which waits; here it is thrown where that thread is told something."""
    found: dict[str, str] = {}

    def tell(news: News) -> None:
        if news.end:
            found[news.name] = news.end

    def work(tenant: Tenant) -> Done:
        import _thread

        if tenant.name == "a":
            _thread.interrupt_main()
        return OK

    with pytest.raises(KeyboardInterrupt):
        run([wave(*"abcdefgh"), wave("z")], once(work), Limits(jobs=1), tell)
    assert found["a"] == "done"
    assert {found[name] for name in "cdefghz"} == {"left"}


def test_what_a_step_says_is_told_of_its_tenant_and_not_written_across_the_screen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told: list[tuple[str, str]] = []

    def work(tenant: Tenant) -> Done:
        say(f"writing to {tenant.name}")
        with progress("uploading", 10, sized) as advance:
            advance(10)
        return OK

    run([wave("a", "b")], once(work), Limits(jobs=2), lambda news: told.append((news.name, news.text)))
    assert ("a", "writing to a") in told
    assert ("b", "writing to b") in told
    assert capsys.readouterr().err == ""

"""Steps reach who listens, and nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from schemas.steps import heard, reached, watched


def test_steps_reach_the_innermost_listener_of_their_own_thread() -> None:
    outer: list[str] = []
    inner: list[str] = []
    assert not reached("nobody listens")
    with heard(outer.append):
        assert reached("one")
        with heard(inner.append):
            reached("two")
        reached("three")
        with ThreadPoolExecutor(1) as threads:
            threads.submit(reached, "elsewhere").result()
            threads.submit(copy_context().run, reached, "in a copy").result()
    assert (outer, inner, watched()) == (["one", "three", "in a copy"], ["two"], False)

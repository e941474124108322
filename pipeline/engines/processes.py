"""Processes of this machine that do not die together: killing one costs one piece of work.

The standard library's pool of processes is lost as a whole when one of them is killed. So each slot is a
pool of one, which is replaced.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import connection, get_context, parent_process
from queue import LifoQueue
from threading import Thread
from typing import Any, TypeVar

from pipeline.engines import Engine, Post

Result = TypeVar("Result")
_CONTEXT = get_context("spawn")  # a fork of a process with threads and connections may hang
_home: connection.Connection


@contextmanager
def processes(jobs: int, hear: Post) -> Iterator[Engine]:
    with Processes(jobs, hear) as executor:
        yield Engine(executor=executor, jobs=jobs, post=_send_home)


class Processes(Executor):
    """As many processes as `slots`, each started when first needed. `submit` waits for a free one."""

    def __init__(self, slots: int, hear: Post) -> None:
        self._hear = hear
        self._slots = slots  # none when it is shut down
        self._idle: LifoQueue[ProcessPoolExecutor | None] = LifoQueue()
        for _ in range(slots):
            self._idle.put(None)

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        if not self._slots:
            raise RuntimeError("cannot schedule new futures after shutdown")
        pool = self._idle.get()
        try:
            pool, future = self._submitted(pool, partial(fn, *args, **kwargs))
        except BaseException:
            self._idle.put(None)
            raise
        future.add_done_callback(partial(self._give_back, pool))
        return future

    def _submitted(
        self, pool: ProcessPoolExecutor | None, work: Callable[[], Result]
    ) -> tuple[ProcessPoolExecutor, Future[Result]]:
        if pool is not None:
            try:
                return pool, pool.submit(work)
            except BrokenExecutor:
                pass  # it was killed while it had nothing to do
        reader, writer = _CONTEXT.Pipe(duplex=False)
        pool = ProcessPoolExecutor(1, _CONTEXT, initializer=_begin, initargs=(writer,))
        future = pool.submit(work)  # starts the process
        writer.close()  # the process has the only end now, so the pipe ends with it
        Thread(target=_listen, args=(reader, self._hear), daemon=True).start()
        return pool, future

    def _give_back(self, pool: ProcessPoolExecutor, future: Future[Any]) -> None:
        broken = not future.cancelled() and isinstance(future.exception(), BrokenExecutor)
        self._idle.put(None if broken else pool)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 the interface
        slots, self._slots = self._slots, 0
        for _ in range(slots if wait else min(slots, self._idle.qsize())):
            if (pool := self._idle.get()) is not None:
                pool.shutdown(wait, cancel_futures=cancel_futures)


def _listen(reader: connection.Connection, hear: Post) -> None:
    with reader:
        while True:
            try:
                told = reader.recv()
            except (EOFError, OSError):
                return
            hear(*told)


# ── in the process ───────────────────────────────────────────────────────────────────────────────


def _begin(home: connection.Connection) -> None:
    """Ctrl-C is the parent's to answer; a parent that is killed takes its processes along."""
    global _home  # noqa: PLW0603 a process has one home
    _home = home
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None, "a process of a pool has a parent"
    connection.wait([parent.sentinel])
    os._exit(1)


def _send_home(name: str, what: str, text: str) -> None:
    _home.send((name, what, text))

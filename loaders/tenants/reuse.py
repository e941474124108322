"""Connections for many tenants of one database, used by one after the other.

A connection costs more than opening it. When it first meets `main.users`, PostgreSQL loads every trigger of
that table, and a tenant's foreign keys put 146 there: with 1,000 tenants 0.12 s of its CPU and 20 MB. It also
remembers every table it has met, so no connection serves for ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from selectors import EVENT_READ, DefaultSelector
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self

import psycopg
from psycopg.pq import TransactionStatus

_MOST_USES: Final = 100
_Connection = psycopg.Connection[tuple[Any, ...]]


class Idle:
    """Connections between two transactions, for any number of threads. Closed at the end of its block."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: defaultdict[str, list[tuple[_Connection, int]]] = defaultdict(list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for waiting in self._waiting.values():
            for connection, _ in waiting:
                connection.close()

    @contextmanager
    def reused(self) -> Iterator[None]:
        """Within the block, this thread's transactions take their connections from here."""
        before = _chosen.set(self)
        try:
            yield
        finally:
            _chosen.reset(before)

    @contextmanager
    def lent(self, dsn: str, fresh: Callable[[], _Connection]) -> Iterator[_Connection]:
        """A waiting connection, or a `fresh` one. It waits again if the block left no transaction open."""
        connection, uses = self._taken(dsn) or (fresh(), 0)
        with ExitStack() as ending:
            ending.push(connection)
            yield connection
            settled = connection.info.transaction_status == TransactionStatus.IDLE
            if settled and uses + 1 < _MOST_USES:
                ending.pop_all()
                with self._lock:
                    self._waiting[dsn].append((connection, uses + 1))

    def _taken(self, dsn: str) -> tuple[_Connection, int] | None:
        """Those that the server has closed meanwhile are forgotten, without asking it."""
        with self._lock:
            while waiting := self._waiting[dsn]:
                connection, uses = waiting.pop()
                if _silent(connection):
                    return connection, uses
                connection.close()
        return None


_chosen: ContextVar[Idle | None] = ContextVar("idle", default=None)


def chosen() -> Idle | None:
    """What this thread takes its connections from."""
    return _chosen.get()


def _silent(connection: _Connection) -> bool:
    """The server says something unasked when it closes a connection, and little else."""
    with DefaultSelector() as selector:
        selector.register(connection, EVENT_READ)
        return not selector.select(timeout=0)

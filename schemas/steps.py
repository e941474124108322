"""The steps of a publish by name, told as they are reached to whoever listens: a screen, a log, a test.

A listener hears its own thread, and threads that run in a copy of its context: several may call at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def heard(listener: Listener) -> Iterator[None]:
    """Until the block ends, `listener` is called with each step before the work goes on."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def reached(step: str) -> bool:
    """Tells of a step; False when nobody listens, which costs nothing."""
    listener = _listener.get()
    if listener is None:
        return False
    listener(step)
    return True


def watched() -> bool:
    """True when somebody listens here."""
    return _listener.get() is not None

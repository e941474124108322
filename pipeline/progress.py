"""How far a long step is: a bar on a terminal, a few plain lines elsewhere, always on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from schemas.printable import printable
from schemas.steps import reached, watched

if TYPE_CHECKING:
    from rich.progress import Progress

Advance = Callable[[int], None]
_PATIENCE_SECONDS = 0.5
LINE_SECONDS = 5.0


def say(line: str) -> None:
    """One plain line about what happens now, for people and logs; to whoever listens, it is a step."""
    if reached(line):
        return
    sys.stderr.write(f"{printable(line)}\n")
    sys.stderr.flush()


@contextmanager
def progress(what: str, total: int | None, show: Callable[[int], str]) -> Iterator[Advance]:
    """Yields `advance(amount)`. `show` words an amount: "3 files", "4.2 MiB". `total` None: not known.

    On a terminal a bar appears once the step has taken half a second, and goes away afterwards.
    Elsewhere a line is written every 5 seconds, and none to those who listen to the steps themselves: many
    threads share their screen.
    """
    if watched():
        yield _unseen
        return
    tracker = _Bar(what, total, show) if sys.stderr.isatty() else _Lines(what, total, show, sys.stderr)
    try:
        yield tracker.advance
    finally:
        tracker.close()


def _unseen(_amount: int) -> None:
    """Progress that nobody watches."""


class _Bar:
    """A rich bar that is only imported and drawn when the step turns out to be long."""

    def __init__(self, what: str, total: int | None, show: Callable[[int], str]) -> None:
        self._what, self._total, self._show = what, total, show
        self._done = 0
        self._started = time.monotonic()
        self._display: Progress | None = None

    def advance(self, amount: int) -> None:
        self._done += amount
        if self._display is None and time.monotonic() - self._started > _PATIENCE_SECONDS:
            self._display = self._draw()
        if self._display is not None:
            self._display.update(
                self._display.task_ids[0], completed=self._done, amount=self._show(self._done)
            )

    def _draw(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[amount]}")
        display = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
        display.add_task(self._what, total=self._total, amount="")
        display.start()
        return display

    def close(self) -> None:
        if self._display is not None:
            self._display.stop()


class _Lines:
    """Lines for logs: few, whatever the amount, and none for what is quick."""

    def __init__(self, what: str, total: int | None, show: Callable[[int], str], stream: TextIO) -> None:
        self._what, self._show, self._stream = what, show, stream
        self._of = "" if total is None else f" of {show(total)}"
        self._done = 0
        self._last = time.monotonic()

    def advance(self, amount: int) -> None:
        self._done += amount
        if time.monotonic() - self._last >= LINE_SECONDS:
            self._last = time.monotonic()
            self._stream.write(f"{self._what}: {self._show(self._done)}{self._of}\n")
            self._stream.flush()

    def close(self) -> None:
        """Lines need no tidying up."""

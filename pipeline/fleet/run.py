"""Waves of work, several pieces at once: one failure stops no other, and each piece has exactly one end."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from threading import Timer, current_thread, main_thread
from typing import Any, Final, Generic, Literal, Protocol, TypeVar

from pipeline import engines
from pipeline.errors import ElsewhereError
from pipeline.fleet import retrying
from pipeline.fleet.serving import Attempt, Done, Task, attempt
from schemas.findings import CoursewrightError, TransientError

End = Literal["current", "done", "failed", "left"]
_NEWS_SECONDS: Final = 1.0  # that somebody began has reached us by then, over any network


class Named(Protocol):
    """A tenant to publish to, a package to import. No two of a run have one name."""

    @property
    def name(self) -> str: ...


Item = TypeVar("Item", bound=Named)
Work = Callable[[Item], Task]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What happened to somebody just now. `text` is for people, `details` for programs.

    `ready`: everything was rehearsed. `current`: there was nothing to do. `left`: not begun, because others
    failed or somebody stopped the run. `parts` comes with an end: what was done, which a failure leaves done.
    """

    name: str
    what: Literal["begun", "step", "retry", "ready"] | End
    text: str = ""
    parts: tuple[Done, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    error: Exception | None = None

    @property
    def end(self) -> End | None:
        """What it came to, when this is the last news."""
        match self.what:
            case "begun" | "step" | "retry" | "ready":
                return None
            case end:
                return end


Tell = Callable[[News], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`jobs`: pieces of work at once, if not as many as suit the `engine` (see `engines.opened`).

    More than so many `failures`, and nothing further is begun. Without a number a wave goes on to its end,
    and one failure keeps the next from beginning.
    """

    jobs: int | None = None
    failures: int | None = None
    engine: str = engines.THREADS


def run(
    waves: Sequence[Sequence[Item]],
    work: Work[Item],
    limits: Limits,
    tell: Tell,
    *,
    current: Collection[str] = (),
) -> None:
    """Does the `work` on everything but what is `current`, and tells of each what it came to.

    `tell` is called by the calling thread. A TransientError is tried again. On Ctrl-C nothing else is begun,
    what is at work is waited for, and KeyboardInterrupt goes on; a second Ctrl-C does not wait. What is no
    CoursewrightError is a bug: it counts as a failure, stops nothing, and is raised at the end.
    """
    going = _Going(work, limits, tell)
    with (
        engines.opened(limits.engine, limits.jobs, going.hear) as going.engine,
        _interrupted(going.interrupt),
    ):
        for wave in waves:
            going.wave(wave, current)
    if going.interrupted:
        raise KeyboardInterrupt
    if going.bugs:
        raise going.bugs[0]


@contextmanager
def _interrupted(answer: Callable[[], None]) -> Iterator[None]:
    """The first Ctrl-C is answered; the second interrupts as ever."""
    if current_thread() is not main_thread():
        yield
        return

    def first(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        answer()

    before = signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass(slots=True, kw_only=True)
class _Piece:
    """A piece of work that was given to the engine, and is not at its end."""

    name: str
    task: Task
    attempts: int = 0
    begun: int = 0
    done: tuple[Done, ...] = ()
    error: Exception | None = None
    future: Future[Attempt] | None = None
    pause: Timer | None = None


class _Going(Generic[Item]):
    """A run at work. Whatever happens, in any thread, stands in line until the calling thread takes it up."""

    engine: engines.Engine

    def __init__(self, work: Work[Item], limits: Limits, tell: Tell) -> None:
        self.bugs: list[Exception] = []
        self.interrupted = False
        self._work, self._limits, self._tell = work, limits, tell
        self._failed, self._stopped = 0, False
        self._at_work: dict[str, _Piece] = {}
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def wave(self, wave: Sequence[Item], current: Collection[str]) -> None:
        if self._failed > (self._limits.failures or 0):
            self._stop()
        waiting = deque[Item]()
        for item in wave:
            if item.name in current:
                self._tell(News(name=item.name, what="current"))
            else:
                waiting.append(item)
        while waiting or self._at_work:
            while waiting and (self._stopped or len(self._at_work) < self.engine.jobs):
                self._begin(waiting.popleft())
            if self._at_work:
                self._inbox.get()()

    def _begin(self, item: Item) -> None:
        if self._stopped:
            self._tell(News(name=item.name, what="left"))
        else:
            self._at_work[item.name] = piece = _Piece(name=item.name, task=self._work(item))
            self._try(piece)

    def _try(self, piece: _Piece) -> None:
        if piece.name not in self._at_work:
            return  # its pause was over when the run was stopped
        piece.attempts += 1
        piece.pause = None
        start, post = len(piece.done), self.engine.post
        piece.future = self.engine.submit(attempt, piece.task, start, piece.name, post)
        piece.future.add_done_callback(lambda future: self._inbox.put(partial(self._returned, piece, future)))

    # ── what is heard of those at work ───────────────────────────────────────────────────────────

    def hear(self, name: str, what: str, text: str) -> None:
        """Called by the engine, in any thread."""
        self._inbox.put(partial(self._heard, name, what, text))

    def _heard(self, name: str, what: str, text: str) -> None:
        piece = self._at_work.get(name)
        if piece is None:
            return  # it came later than the end
        if what == "step":
            self._tell(News(name=name, what="step", text=text))
            return
        piece.begun += 1
        if piece.begun == 1:
            self._tell(News(name=name, what="begun"))
        elif piece.begun > piece.attempts:
            self._tell(News(name=name, what="retry", text="Its worker died. Another begins anew."))

    def _returned(self, piece: _Piece, future: Future[Attempt]) -> None:
        if piece.name not in self._at_work:
            return  # it was left
        lost = engines.failure(future)
        result = Attempt((), lost) if lost else future.result()
        piece.done += result.done
        piece.error = result.error
        may_succeed = isinstance(result.error, TransientError) and piece.attempts < retrying.ATTEMPTS
        if may_succeed and not self._stopped:
            self._pause(piece)
        else:
            self._end(piece)

    def _pause(self, piece: _Piece) -> None:
        seconds = retrying.pause(piece.attempts)
        text = f"{piece.error} Again in {seconds:.1f} s."
        self._tell(News(name=piece.name, what="retry", text=text, error=piece.error))
        piece.pause = self._after(seconds, partial(self._try, piece))

    # ── ends ─────────────────────────────────────────────────────────────────────────────────────

    def _end(self, piece: _Piece) -> None:
        if not piece.begun:  # which is still on its way, then
            self._tell(News(name=piece.name, what="begun"))
        del self._at_work[piece.name]
        told = "; ".join(part.text for part in piece.done)
        news = partial(News, name=piece.name, parts=piece.done)
        if piece.error is None:
            changed = any(part.changed for part in piece.done)
            self._tell(news(what="done" if changed else "current", text=told))
            return
        before = f" Before that: {told}." if told else ""
        self._tell(news(what="failed", text=_reason(piece.error) + before, error=piece.error))
        self._count(piece.error)

    def _count(self, error: Exception) -> None:
        if not isinstance(error, CoursewrightError):
            self.bugs.append(error)
        self._failed += 1
        allowed = self._limits.failures
        enough = allowed is not None and self._failed > allowed
        if (enough or isinstance(error, engines.LostError)) and not self._stopped:
            self._stop()

    def interrupt(self) -> None:
        """Called by a signal, between any two instructions of the calling thread."""
        self.interrupted = True
        self._inbox.put(self._stop)

    def _stop(self) -> None:
        """Nothing is begun any more. What only waits ends at once; what is with the engine may be at work."""
        self._stopped = True
        for piece in list(self._at_work.values()):
            if piece.pause:
                piece.pause.cancel()
                self._end(piece)
            elif not piece.begun:
                self._after(_NEWS_SECONDS, partial(self._call_back, piece))

    def _call_back(self, piece: _Piece) -> None:
        waits = piece.name in self._at_work and not piece.begun
        if waits and piece.future and piece.future.cancel():
            del self._at_work[piece.name]
            self._tell(News(name=piece.name, what="left"))

    def _after(self, seconds: float, then: Callable[[], None]) -> Timer:
        timer = Timer(seconds, self._inbox.put, [then])
        timer.daemon = True
        timer.start()
        return timer


def _reason(error: Exception) -> str:
    """Never the text of a bug: it may hold content or secrets."""
    return str(error) if isinstance(error, CoursewrightError) else f"a bug: {ElsewhereError.of(error).kind}"

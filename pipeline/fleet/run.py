"""Waves of tenants, several at once: one tenant's failure stops no other, and each has exactly one end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Literal

from pipeline.fleet.retrying import retried
from pipeline.fleet.selection import Wave
from pipeline.progress import heard
from schemas.findings import CoursewrightError, TransientError

if TYPE_CHECKING:
    from loaders.tenants.tenant import Tenant

End = Literal["current", "done", "failed", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What happened to a tenant just now. `text` is for people, `details` for programs.

    `ready`: everything was rehearsed. `current`: there was nothing to do. `left`: not begun, because others
    failed or somebody stopped the run.
    """

    tenant: str
    what: Literal["begun", "step", "retry", "ready"] | End
    text: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    error: Exception | None = None

    @property
    def end(self) -> End | None:
        """What the tenant came to, when this is the last news of it."""
        match self.what:
            case "begun" | "step" | "retry" | "ready":
                return None
            case end:
                return end


@dataclass(frozen=True, slots=True)
class Done:
    """What the work on one tenant came to."""

    text: str
    details: Mapping[str, Any]
    changed: bool = True


Work = Callable[["Tenant"], Done]
Tell = Callable[[News], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`jobs`: tenants at once. `failures`: more than so many, and no further tenant is begun.

    Without a number of failures a wave goes on to its end, and one failure keeps the next from beginning.
    """

    jobs: int = 4
    failures: int | None = None


def run(
    waves: Sequence[Wave], work: Work, limits: Limits, tell: Tell, *, current: Collection[str] = ()
) -> None:
    """Does `work` for every tenant but those that are `current`, and tells of each what it came to.

    `tell` is called by one thread at a time. A TransientError is tried again. On Ctrl-C no other tenant is
    begun, those at work are finished, and KeyboardInterrupt goes on. What is no CoursewrightError is a bug:
    it counts as a failure, stops nobody, and is raised at the end.
    """
    going = _Going(work, limits, tell)
    for wave in waves:
        going.wave(wave, current)
    if going.bugs:
        raise going.bugs[0]


class _Going:
    """A run at work."""

    def __init__(self, work: Work, limits: Limits, tell: Tell) -> None:
        self.bugs: list[Exception] = []
        self._work, self._limits, self._listener = work, limits, tell
        self._failed = 0
        self._stop, self._lock = Event(), Lock()

    def wave(self, wave: Wave, current: Collection[str]) -> None:
        if self._failed > (self._limits.failures or 0):
            self._stop.set()
        for tenant in wave.tenants:
            if tenant.name in current:
                self._tell(News(tenant=tenant.name, what="current"))
        todo = [tenant for tenant in wave.tenants if tenant.name not in current]
        with ThreadPoolExecutor(self._limits.jobs, "tenant") as threads:
            futures = [threads.submit(self._serve, tenant) for tenant in todo]
            try:
                wait(futures)
            except KeyboardInterrupt:
                self._stop.set()  # what is not begun yet ends as left; what is begun is waited for
                raise
        for future in futures:
            future.result()

    def _serve(self, tenant: Tenant) -> None:
        if self._stop.is_set():
            self._tell(News(tenant=tenant.name, what="left"))
            return
        self._tell(News(tenant=tenant.name, what="begun"))
        self._tell(self._ended(tenant))

    def _ended(self, tenant: Tenant) -> News:
        def step(text: str) -> None:
            self._tell(News(tenant=tenant.name, what="step", text=text))

        def again(error: TransientError, pause: float) -> None:
            text = f"{error} Again in {pause:.1f} s."
            self._tell(News(tenant=tenant.name, what="retry", text=text, error=error))

        try:
            with heard(step):
                done = retried(lambda: self._work(tenant), stop=self._stop, tell=again)
        except Exception as error:  # noqa: BLE001 no tenant stops another; bugs are raised when all are served
            if not isinstance(error, CoursewrightError):
                self.bugs.append(error)
            return News(tenant=tenant.name, what="failed", text=_reason(error), error=error)
        end: End = "done" if done.changed else "current"
        return News(tenant=tenant.name, what=end, text=done.text, details=done.details)

    def _tell(self, news: News) -> None:
        with self._lock:
            self._listener(news)
            self._failed += news.end == "failed"
            if self._limits.failures is not None and self._failed > self._limits.failures:
                self._stop.set()


def _reason(error: Exception) -> str:
    """Never the text of a bug: it may hold content or secrets."""
    return str(error) if isinstance(error, CoursewrightError) else f"a bug: {type(error).__qualname__}"

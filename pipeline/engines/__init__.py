"""Where work is done: threads here, processes here, or the workers of a dask cluster, behind one interface.

That interface is the standard library's `concurrent.futures.Executor` (docs/adr/0010).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from schemas.findings import CoursewrightError, TransientError

THREADS: Final = "threads"
PROCESSES: Final = "processes"
_DASK: Final = ("dask://", "dask+tls://")
_THREADS_AT_ONCE: Final = 4

Result = TypeVar("Result")
Post = Callable[[str, str, str], None]
"""Told by whoever works: on whom, what happens (`begun` or `step`), and a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """`jobs` pieces of work at once. `post` travels with the work, and is heard where the run is."""

    executor: Executor
    jobs: int
    post: Post

    def submit(self, work: Callable[..., Result], /, *arguments: Any) -> Future[Result]:
        """The future of a closed executor is cancelled."""
        try:
            return self.executor.submit(work, *arguments)
        except RuntimeError:  # as the interface has it
            refused = Future[Result]()
            refused.cancel()
            return refused


def opened(address: str, jobs: int | None, hear: Post) -> AbstractContextManager[Engine]:
    """The engine of that address until the block ends. `hear` may be called by any thread.

    Without `jobs`: four threads, a process for each core, or all that the cluster has. Raises
    CoursewrightError for an address that is none, and when a cluster cannot be used.
    """
    if address == THREADS:
        return _threads(jobs or _THREADS_AT_ONCE, hear)
    if address == PROCESSES:
        from pipeline.engines.processes import processes

        return processes(jobs or os.cpu_count() or 1, hear)
    if address.startswith(_DASK):
        from pipeline.engines.cluster import cluster

        return cluster(address, jobs, hear)
    raise CoursewrightError(
        f"there is no engine {address!r}",
        f"write {THREADS}, {PROCESSES}, dask://HOST:PORT, or dask+tls://HOST:PORT",
    )


@contextmanager
def _threads(jobs: int, hear: Post) -> Iterator[Engine]:
    with ThreadPoolExecutor(jobs, "job") as threads:
        yield Engine(executor=threads, jobs=jobs, post=hear)


def meant(path: Path, folder: Path) -> Path:
    """A path of a run that was started in `folder`: the same words there, the same file elsewhere."""
    return path if folder == Path.cwd() else folder / path


class LostError(CoursewrightError):
    """The engine is gone, and what it was given with it. Nothing else can be begun there."""


def failure(future: Future[Any]) -> CoursewrightError | None:
    """Why an engine lost a piece of work; None when it brought it to its end, whichever that was.

    Work never raises (see `pipeline.fleet.serving`), so what a future raises is the engine's.
    """
    if future.cancelled():
        return LostError("the engine is lost: its scheduler was stopped or cannot be reached.", _MEND_LOST)
    error = future.exception()
    if isinstance(error, BrokenExecutor):
        return TransientError("the process at work on it was killed.", _MEND_KILLED)
    if error is not None:
        return CoursewrightError(f"the engine could not do it: {type(error).__qualname__}.", _MEND_ENGINE)
    return None


_MEND_LOST: Final = "start it again, then go on; whoever was at work is compared anew"
_MEND_KILLED: Final = "was memory short? Fewer --jobs need less"
_MEND_ENGINE: Final = (
    "read the logs of its scheduler and workers; all of them need this version of coursewright"
)

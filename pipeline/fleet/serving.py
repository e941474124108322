"""One attempt at a task, wherever that is: in a thread, in another process, on another machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.engines import Post
from pipeline.errors import ElsewhereError
from schemas.findings import CoursewrightError
from schemas.steps import heard


@dataclass(frozen=True, slots=True)
class Done:
    """What the work came to, or a part of it. Small, unlike a plan: a thousand of them are kept."""

    text: str
    details: Mapping[str, Any]
    changed: bool = True


Task = Callable[[int], Iterator[Done]]
"""Does its parts one by one, but for so many at the beginning, which an earlier attempt has done.

For other processes it has to survive pickling, and its repr, which dask may write into a log, to be
without secrets.
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """How far an attempt came, and what stopped it: None when it came to the end."""

    done: tuple[Done, ...]
    error: Exception | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """A bug crosses to another process as the place where it is: its own class may not be known there."""
        if self.error is None or isinstance(self.error, CoursewrightError | OSError):
            return Attempt, (self.done, self.error)
        return Attempt, (self.done, ElsewhereError.of(self.error))


def attempt(task: Task, start: int, name: str, post: Post) -> Attempt:
    """Never raises: what work raises is its result, and what an executor raises is the executor's."""
    post(name, "begun", "")
    done: list[Done] = []
    try:
        with heard(lambda text: post(name, "step", text)):
            done.extend(task(start))  # one by one: what was done before a failure stays
    except Exception as error:  # noqa: BLE001 no piece of work stops another; bugs are raised in the end
        return Attempt(tuple(done), error)
    return Attempt(tuple(done))

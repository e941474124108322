"""Trying again what may succeed then: a deadlock, a lost connection, a store that is busy."""

from __future__ import annotations

import random
from collections.abc import Callable
from threading import Event
from typing import Final, TypeVar

from schemas.findings import TransientError

ATTEMPTS: Final = 5
FIRST_SECONDS = 1.0
LONGEST_SECONDS: Final = 30.0

Result = TypeVar("Result")


def retried(
    work: Callable[[], Result], *, stop: Event, tell: Callable[[TransientError, float], None]
) -> Result:
    """The result of `work`, which is tried five times; `tell` gets what failed and the seconds until then.

    The pause is drawn between nothing and a bound that doubles ("full jitter", Brooker 2015), so that
    publishers that met do not meet again. Once `stop` is set there is no other attempt.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return work()
        except TransientError as error:
            pause = random.uniform(0, min(LONGEST_SECONDS, FIRST_SECONDS * 2**attempt))  # noqa: S311 no secret
            tell(error, pause)
            if stop.wait(pause):
                raise
    return work()

"""Trying again what may succeed then: a deadlock, a lost connection, a store that is busy."""

from __future__ import annotations

import random
from typing import Final

ATTEMPTS: Final = 5
FIRST_SECONDS = 1.0
LONGEST_SECONDS: Final = 30.0


def pause(attempt: int) -> float:
    """Seconds to wait after that attempt, counted from 1.

    They are drawn between nothing and a bound that doubles ("full jitter", Brooker 2015), so that
    publishers that met do not meet again.
    """
    return random.uniform(0, min(LONGEST_SECONDS, FIRST_SECONDS * 2**attempt))  # noqa: S311 no secret

"""Work for engines to do in other processes, which have to be able to import it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pipeline.fleet.serving import Done, Task
from pipeline.progress import say
from schemas.findings import CoursewrightError, TransientError


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody to work on, who has a secret as a tenant has."""

    name: str
    secret: str = field(default="hunter2-password", repr=False)


def each(work: Callable[[Hand], Done]) -> Callable[[Hand], Task]:
    """Work of one part. Both have to be found by name where they arrive."""
    return lambda hand: partial(_once, work, hand)


def _once(work: Callable[[Hand], Done], hand: Hand, start: int) -> Iterator[Done]:
    assert start == 0, "what was done is done again"
    yield work(hand)


def say_and_do(hand: Hand) -> Done:
    say(f"working on {hand.name}")
    return Done("fine", {"process": os.getpid()})


def slow(hand: Hand) -> Done:
    time.sleep(0.5)
    return say_and_do(hand)


def refuse(hand: Hand) -> Done:
    raise CoursewrightError(f"{hand.name} will not", "ask again")


def lose(hand: Hand) -> Done:
    raise TransientError(f"{hand.name} lost its connection.")


def fail(hand: Hand) -> Done:
    raise ZeroDivisionError(hand.secret)


def die_once(folder: str, hand: Hand) -> Done:
    """The first time somebody called `mortal` is worked on, the process is killed."""
    died = Path(folder, "died")
    if hand.name == "mortal" and not died.exists():
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return say_and_do(hand)


def die(hand: Hand) -> Done:
    if hand.name == "mortal":
        os.kill(os.getpid(), signal.SIGKILL)
    return slow(hand)


def leave_a_mark(folder: str, hand: Hand) -> Done:
    """In the folder; takes longer than news takes. `mortal` refuses at once."""
    if hand.name == "mortal":
        return refuse(hand)
    Path(folder, hand.name).touch()
    time.sleep(2)
    return say_and_do(hand)

"""kill -9 of the publisher: at every step, and at any time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from tests.faults.judge import complete, judge
from tests.faults.place import HASTE, Ground, Place
from tests.faults.publisher import Fault
from tests.faults.tally import Tally

Round = Callable[[Place, int], None]


def at_every_step(ground: Ground, rounds: int, *, s3: bool = False) -> Tally:
    """A publisher that serves one tenant after another dies as it reaches a step; all of them in turn."""
    tally = Tally("P1, P2", f"kill -9 at a step, {'S3' if s3 else 'media in a folder'}")
    stride = max(1.0, ground.lines / rounds)

    def one(place: Place, number: int) -> None:
        line = 1 + int(number * stride) % ground.lines
        run = place.publish(2, "--jobs", "1", fault=Fault(line=line, settings=HASTE))
        code = run.end()
        assert code == -9, f"not killed with line {line}: {code}"
        judge(tally, place, run, code)
        complete(tally, place)

    side_by_side(ground, rounds, one, s3=s3)
    tally.note = f"{min(rounds, ground.lines)} of {ground.lines} steps"
    return tally


def at_any_time(ground: Ground, rounds: int, seed: int) -> Tally:
    """Three tenants at once, killed after a time drawn by lot."""
    tally = Tally("P1, P2", "kill -9 at a random time, three tenants at once")
    drawn = random.Random(seed)  # noqa: S311 the same on every run
    delays = [drawn.uniform(0, 1.1 * ground.seconds) for _ in range(rounds)]

    def one(place: Place, number: int) -> None:
        run = place.publish(2)
        run.process.join(delays[number])
        run.kill()
        code = run.end()
        judge(tally, place, run, code)
        complete(tally, place)

    side_by_side(ground, rounds, one)
    return tally


def side_by_side(ground: Ground, rounds: int, one: Round, *, s3: bool = False, workers: int = 3) -> None:
    """Rounds share nothing but the servers."""
    left: SimpleQueue[int] = SimpleQueue()
    for number in range(rounds):
        left.put(number)

    def work(_: int) -> None:
        with ground.place(s3=s3) as place:
            for number in _drained(left):
                place.reset()
                one(place, number)

    with ThreadPoolExecutor(min(workers, rounds)) as threads:
        list(threads.map(work, range(min(workers, rounds))))


def _drained(left: SimpleQueue[int]) -> Iterable[int]:
    while not left.empty():
        yield left.get()

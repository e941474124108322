"""The answer to COMMIT is lost: what was done must be told right, by asking, never by guessing."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Final, Literal

from tests.faults.judge import complete, judge
from tests.faults.kills import side_by_side
from tests.faults.network import Line, network
from tests.faults.place import HASTE, SCHOOLS, Ground, Place
from tests.faults.publisher import Fault, Run
from tests.faults.servers import pooled
from tests.faults.tally import Tally

When = Literal["before", "after"]
_COMMIT: Final = b"COMMIT"
_WORDS: Final = {
    "before": "the connection was lost before the database committed",
    "after": "the commit was done",
}


def in_doubt(ground: Ground, rounds: int, seed: int, *, pooler: Path | None = None) -> Tally:
    """Cuts the line when a tenant commits: half before the server has it, half after, of each tenant in turn.

    With a folder for a `pooler`, the way leads through PgBouncer.
    """
    tally = Tally("P4", f"answer to COMMIT lost{', behind PgBouncer' if pooler else ''}")
    drawn, right = random.Random(seed), [0]  # noqa: S311 the same on every run
    plan: list[tuple[When, int]] = [
        ("before" if n % 2 else "after", drawn.randrange(3)) for n in range(rounds)
    ]

    def one(place: Place, number: int) -> None:
        when, which = plan[number]
        began = time.monotonic()
        with _cut(place, port, when, which):
            run = place.publish(2, "--jobs", "1", fault=Fault(settings=HASTE))
            code = run.end()
        told = _told(run, when, SCHOOLS[which])
        with tally.counting():
            tally.seconds.append(time.monotonic() - began)
            tally.wrong += told
            right[0] += not told
        judge(tally, place, run, code)
        complete(tally, place)

    with pooled(ground.postgres, pooler) if pooler else nullcontext(5432) as port:
        side_by_side(ground, rounds, one)
    tally.note = f"{right[0]} of {rounds} told right"
    return tally


@contextmanager
def _cut(place: Place, port: int, when: When, which: int) -> Iterator[None]:
    host = place.ground.postgres.address if port == 5432 else "127.0.0.1"
    with network((host, port), _once(which, lambda line, data: _lose(line, data, when))) as between:
        place.dsn = place.ground.postgres.network(place.database, "127.0.0.1", between)
        yield
        place.dsn = None


def _once(which: int, fault: Callable[[Line, bytes], None]) -> Callable[[Line, bytes], bool]:
    """The fault comes with the COMMIT of the n-th tenant, counted from 0, and never again."""
    seen, lock = [0], Lock()

    def ear(line: Line, data: bytes) -> bool:
        if _COMMIT not in data or not line.writes:
            return True
        with lock:
            seen[0] += 1
            now = seen[0] == which + 1
        if now:
            fault(line, data)
        return not now

    return ear


def _lose(line: Line, data: bytes, when: When) -> None:
    line.deaf = True
    if when == "after":
        line.server.sendall(data)
        assert line.unheard.wait(30), "the server did not answer COMMIT"
    line.hang_up()


def _told(run: Run, when: When, tenant: str) -> list[str]:
    """The fate was asked for, and told to the tenant it belongs to; one that was done is not done again."""
    said = [
        f"{event['event']} {event.get('text', '')}" for event in run.events if event.get("tenant") == tenant
    ]
    retried = any(line.startswith("retry") for line in said)
    if not any(_WORDS[when] in line for line in said) or retried != (when == "before"):
        return [f"COMMIT lost {when} the server had it, told: {said[-4:]}"]
    return []

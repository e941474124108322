"""A network that falls silent in the middle of a transaction must not freeze the tenant for others."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Literal

from tests.faults.judge import complete, judge
from tests.faults.kills import side_by_side
from tests.faults.network import Line, network
from tests.faults.place import HASTE, Ground, Place
from tests.faults.publisher import Fault, Run
from tests.faults.tally import Tally

Where = Literal["between two statements", "while rows are sent"]
WHERE: Final[tuple[Where, ...]] = ("between two statements", "while rows are sent")
GRACE_SECONDS: Final = 5.0  # until the second publisher comes by again, and for its own work
_PATIENCE_SECONDS: Final = 90
_WHOM: Final = ("--tenant", "school_a")


def black_hole(ground: Ground, rounds: int, *, idle: int = 30, probe: int = 5) -> Tally:
    """`idle`: after how many seconds a transaction that says nothing is given up. A server that waits for rows
    notices after five times `probe`.
    """
    tally = Tally("P5", "network silent inside a transaction")
    settings = {
        "loaders.tenants.connect:_IDLE_SECONDS": idle,
        "loaders.tenants.connect:_PROBE_SECONDS": probe,
        **HASTE,
    }
    limit = max(idle, 5 * probe) + GRACE_SECONDS

    def one(place: Place, number: int) -> None:
        silent: list[float] = []
        server = (ground.postgres.address, 5432)
        with network(server, _silence(WHERE[number % 2], silent)) as port:
            place.dsn = ground.postgres.network(place.database, "127.0.0.1", port)
            first = place.publish(2, "--jobs", "1", fault=Fault(settings=settings))
            _wait(lambda: bool(silent), first)
            place.dsn = None
            second, seconds = _second(place, silent[0])
            first.kill()
            first.end()
        with tally.counting():
            tally.seconds.append(seconds)
            if seconds > limit:
                tally.wrong.append(f"{WHERE[number % 2]}: the second publisher went on after {seconds:.1f} s")
        judge(tally, place, second, second.end(), whom=("school_a",))
        complete(tally, place)

    side_by_side(ground, rounds, one, workers=4)
    tally.note = f"second publisher done after {max(tally.seconds):.1f} s at most; the limit is {limit:.0f} s"
    return tally


def _silence(where: Where, silent: list[float]) -> Callable[[Line, bytes], bool]:
    """Once a client is in the middle of writing, nothing passes on its line any more."""
    copying: set[Line] = set()

    def ear(line: Line, data: bytes) -> bool:
        if line.deaf:
            return False
        now = line.writes if where == "between two statements" else line in copying
        if now and not silent:
            line.fall_silent()
            silent.append(time.monotonic())
            return False
        if b"COPY" in data and b'"course_content"' in data:
            copying.add(line)
        return True

    return ear


def _second(place: Place, since: float) -> tuple[Run, float]:
    """Somebody else publishes to the same tenant, again and again until it works."""
    first = place.folder / "second"
    first.mkdir(exist_ok=True)
    while True:
        run = place.publish(2, fault=Fault(settings=HASTE), whom=_WHOM, folder=first)
        seconds = time.monotonic() - since
        if run.end() == 0 or seconds > _PATIENCE_SECONDS:
            return run, time.monotonic() - since


def _wait(done: Callable[[], bool], run: Run) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline, run.events[-3:]
        assert run.process.is_alive(), run.complaints
        time.sleep(0.01)

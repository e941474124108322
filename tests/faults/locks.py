"""Somebody else's locks and rows in the way of a publish: deadlocks, serialization failures, waiting too long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from signal import SIGSTOP

from psycopg import sql

from tests.faults.judge import complete, judge
from tests.faults.kills import side_by_side
from tests.faults.outages import SECOND, Strike, alter, note
from tests.faults.place import HASTE, Ground, Place
from tests.faults.publisher import Fault, Run
from tests.faults.servers import Connection
from tests.faults.tally import Tally


def deadlocks(ground: Ground, rounds: int) -> Tally:
    """Somebody else holds a table that is written later, and waits for one that was written."""
    tally = Tally("P6", "deadlock (40P01)")
    line = ground.line(SECOND, "changed course")

    def one(place: Place, _: int) -> None:
        with place.connect() as other, other.transaction():
            other.execute("SET LOCAL deadlock_timeout = '1h'")  # so that the publisher is the one to be ended
            waiting = threading.Thread(target=_lock, args=(other, "course"))

            def strike(place: Place) -> None:
                _lock(other, "training_program_prerequisite")
                waiting.start()
                _until_blocked(place)

            run = _begun(place, line, strike)
            waiting.join()
        _finish(tally, place, run, "40P01")

    side_by_side(ground, rounds, one)
    return tally


def serialization_failures(ground: Ground, rounds: int) -> Tally:
    """A database whose transactions are REPEATABLE READ, and a learner's enrolment that touches a program."""
    tally = Tally("P6", "serialization failure (40001)")
    line = ground.line(SECOND, "holding the lock")

    def one(place: Place, _: int) -> None:
        alter(place, "default_transaction_isolation = 'repeatable read'")

        def strike(place: Place) -> None:
            touch = sql.SQL('UPDATE {} SET "totalEnrollments" = "totalEnrollments"')
            with place.connect() as connection:
                connection.execute(touch.format(sql.Identifier(SECOND, "training_program")))

        _finish(tally, place, _begun(place, line, strike), "40001")

    side_by_side(ground, rounds, one)
    return tally


def lock_timeouts(ground: Ground, rounds: int) -> Tally:
    """Somebody else holds a table for longer than the publisher waits: 10 seconds."""
    tally = Tally("P8", "lock timeout (55P03)")
    line = ground.line(SECOND, "holding the lock")

    def one(place: Place, _: int) -> None:
        with place.connect() as other:
            with other.transaction():
                _lock(other, "quiz")
                run = _begun(place, line, lambda _: None)
                _until(lambda: any(event["event"] == "retry" for event in run.events), run)
            _finish(tally, place, run, "55P03")

    side_by_side(ground, rounds, one, workers=4)
    return tally


def _lock(connection: Connection, table: str) -> None:
    connection.execute(sql.SQL("LOCK TABLE {}").format(sql.Identifier(SECOND, table)))


def _begun(place: Place, line: int, strike: Strike) -> Run:
    run = place.publish(2, "--jobs", "1", fault=Fault(line=line, signal=SIGSTOP, settings=HASTE))
    assert run.stopped(), run.events[-3:]
    strike(place)
    run.go_on()
    return run


def _finish(tally: Tally, place: Place, run: Run, said: str) -> None:
    began = time.monotonic()
    code = run.end()
    note(tally, run, began, said)
    judge(tally, place, run, code)
    complete(tally, place)


def _until_blocked(place: Place) -> None:
    with place.connect() as watcher:
        for _ in range(1000):
            if watcher.execute("SELECT FROM pg_locks WHERE NOT granted").fetchall():
                return
            time.sleep(0.01)
    raise AssertionError("nobody ever waited for a lock")


def _until(done: Callable[[], bool], run: Run) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline, run.events[-3:]
        time.sleep(0.05)

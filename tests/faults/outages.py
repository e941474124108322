"""PostgreSQL goes away or refuses, with the publisher at a given step."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from signal import SIGSTOP
from typing import Final

from tests.faults.judge import complete, judge
from tests.faults.kills import side_by_side
from tests.faults.place import HASTE, Ground, Place
from tests.faults.publisher import Fault, Run
from tests.faults.tally import Tally

Strike = Callable[[Place], None]
_BULK: Final = "pipeline.publishing:_BULK_SECONDS"
SECOND: Final = "school_b"  # of three tenants


def terminated(ground: Ground, rounds: int) -> Tally:
    """An administrator ends the publisher's sessions."""
    tally = Tally("P8", "sessions ended by pg_terminate_backend")

    def strike(place: Place) -> None:
        with place.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'coursewright'"
            )

    _at_steps(ground, tally, rounds, strike)
    return tally


def restarted(ground: Ground, rounds: int) -> Tally:
    """The server is killed without a checkpoint, and started again while the publisher already looks for it."""
    tally = Tally("P8", "PostgreSQL killed (immediate shutdown) and restarted")

    def strike(_: Place) -> None:
        ground.postgres.kill()
        threading.Thread(target=ground.postgres.start).start()

    _at_steps(ground, tally, rounds, strike, workers=1)
    return tally


def _at_steps(ground: Ground, tally: Tally, rounds: int, strike: Strike, *, workers: int = 2) -> None:
    """The publisher holds still at steps spread evenly over its work while the fault is made."""

    def one(place: Place, number: int) -> None:
        line = 3 + number * (ground.lines - 4) // rounds
        _struck(tally, place, line, strike)
        complete(tally, place)

    side_by_side(ground, rounds, one, workers=workers)


def _struck(tally: Tally, place: Place, line: int, strike: Strike, *, said: str = "") -> Run:
    """`said`: what the publisher must have been told, by SQLSTATE. The seconds are those from fault to end."""
    run = place.publish(2, "--jobs", "1", fault=Fault(line=line, signal=SIGSTOP, settings=HASTE))
    assert run.stopped(), run.events[-3:]
    strike(place)
    began = time.monotonic()
    run.go_on()
    code = run.end()
    note(tally, run, began, said)
    judge(tally, place, run, code)
    return run


def note(tally: Tally, run: Run, began: float, said: str) -> None:
    with tally.counting():
        tally.seconds.append(time.monotonic() - began)
        if said not in str(run.events):
            tally.wrong.append(f"{said} was never met: {run.events[-3:]}")


# ── a server that refuses ────────────────────────────────────────────────────────────────────────


def statement_timeouts(ground: Ground, rounds: int) -> Tally:
    """A statement that takes longer than it may, in the second of three tenants: a trigger sleeps."""
    tally = Tally("P8", "statement timeout (57014)")

    def one(place: Place, _: int) -> None:
        with place.connect() as connection:
            connection.execute(_SLEEPY.format(schema=SECOND).encode())
        run = place.publish(2, fault=Fault(settings={_BULK: 1, **HASTE}))
        code = run.end()
        judge(tally, place, run, code)
        with place.connect() as connection:
            connection.execute(f"DROP FUNCTION {SECOND}.sleep CASCADE".encode())
        with tally.counting():
            if "57014" not in str(run.events) or code != 1:
                tally.wrong.append(f"no timeout: {code} {run.events[-3:]}")
        complete(tally, place)

    side_by_side(ground, rounds, one)
    return tally


_SLEEPY = """
    CREATE FUNCTION {schema}.sleep() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
    CREATE TRIGGER sleep AFTER INSERT ON {schema}.course_content FOR EACH STATEMENT EXECUTE FUNCTION {schema}.sleep();
"""


def read_only(ground: Ground, rounds: int) -> Tally:
    """The database takes no writes, as a standby or one under maintenance."""
    tally = Tally("P8", "read-only server (25006)")

    def one(place: Place, _: int) -> None:
        alter(place, "default_transaction_read_only = on")
        run = place.publish(2, fault=Fault(settings=HASTE))
        code = run.end()
        with tally.counting():
            if "25006" not in str(run.events) or code != 1:
                tally.wrong.append(f"not refused: {code} {run.events[-3:]}")
        judge(tally, place, run, code)
        alter(place, "default_transaction_read_only = off")
        complete(tally, place)

    side_by_side(ground, rounds, one)
    return tally


def alter(place: Place, setting: str) -> None:
    with place.ground.postgres.connect() as connection:
        connection.execute(f"ALTER DATABASE {place.database} SET {setting}".encode())

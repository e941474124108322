"""After a fault: is every tenant entirely old or entirely new, was the truth told, and does the next run complete?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from tests.faults.place import HASTE, SCHOOLS, Place, clean, relations
from tests.faults.publisher import Fault, Run
from tests.faults.state import State
from tests.faults.tally import Tally

Side = Literal["old", "new", "half"]
_OPEN: Final = "All of it was done or nothing."  # the only words that claim neither


def judge(
    tally: Tally, place: Place, run: Run, code: int, *, version: int = 2, whom: Sequence[str] = SCHOOLS
) -> dict[str, Side]:
    """Looks at all tenants after a fault, and compares them with what the publisher said of those it was for."""
    before, after = place.ground.before, place.look()
    wanted, stored = clean(place.ground, version), place.stored()
    sides = {name: _side(before[name], after[name], wanted[name]) for name in SCHOOLS}
    lies = list(_lies(run.events, {name: sides[name] for name in whom}, code))
    with tally.counting():
        tally.injected += 1
        tally.tenants += len(SCHOOLS)
        tally.half += sum(side == "half" for side in sides.values())
        tally.lost += sum(len(before[name].rows - after[name].rows) for name in SCHOOLS)
        tally.learners += sum(before[name].learners != after[name].learners for name in SCHOOLS)
        tally.dangling += sum(len(after[name].keys - stored) for name in SCHOOLS)
        tally.lies += len(lies)
        tally.wrong += lies
        tally.wrong += [f"{name} is half-published" for name, side in sides.items() if side == "half"]
        if "Traceback" in run.complaints or code == 3:
            tally.wrong.append(f"a bug was told: {run.complaints[-2000:]}")
    return sides


def complete(tally: Tally, place: Place, *, version: int = 2, since: float | None = None) -> None:
    """The next run: it must publish everything, equal a clean run, and leave nothing behind."""
    began = since or time.monotonic()
    run = place.publish(version, fault=Fault(settings=HASTE))
    code = run.end()
    seconds = time.monotonic() - began
    differences = list(_differences(place, version))
    if code:
        failed = [event["text"] for event in run.events if event["event"] == "failed"]
        differences.append(f"the next run ended with {code}: {run.complaints} {failed}")
    with tally.counting():
        tally.seconds.append(seconds)
        tally.differences += len(differences)
        tally.wrong += differences


def _side(before: State, after: State, wanted: int) -> Side:
    if after.exact == before.exact:
        return "old"
    return "new" if after.content == wanted and after.learners == before.learners else "half"


def _differences(place: Place, version: int) -> Iterable[str]:
    wanted = clean(place.ground, version)
    for name, state in place.look().items():
        if state.content != wanted[name]:
            yield f"{name} is not what a clean run makes"
        if lost := place.ground.before[name].rows - state.rows:
            yield f"{name} lost rows: {sorted(lost)[:5]}"
        if state.learners != place.ground.before[name].learners:
            yield f"{name}: rows of learners changed"
    with place.connect() as connection:
        if more := relations(connection) - place.ground.relations:
            yield f"tables were left behind: {sorted(more)}"
        if connection.execute("SELECT FROM pg_prepared_xacts").fetchall():
            yield "a prepared transaction was left behind"
    if place.stored() != place.ground.stored[version]:
        yield f"the stores differ from those of a clean run: {place.stored() ^ place.ground.stored[version]}"


# ── what was told ────────────────────────────────────────────────────────────────────────────────


def _lies(events: list[dict[str, Any]], sides: Mapping[str, Side], code: int) -> Iterable[str]:
    for name, side in sides.items():
        mine = [event for event in events if event.get("tenant") == name]
        claims = {claim for event in mine if (claim := _claim(event))}
        if "new" in claims and side != "new":
            yield f"{name} was told to be published and is {side}"
        if mine and _claim(mine[-1]) == "old" and side != "old":
            yield f"{name} was told to be unchanged and is {side}: {mine[-1]}"
    if code == 0 and any(side != "new" for side in sides.values()):
        yield f"exit code 0, and the tenants are {dict(sides)}"
    if sides and events and events[-1]["event"] == "end":
        done = events[-1]["done"] + events[-1]["current"]
        if _OPEN not in str(events) and done != sum(side == "new" for side in sides.values()):
            yield f"{done} were counted as published, and the tenants are {dict(sides)}"


def _claim(event: Mapping[str, Any]) -> Side | None:
    match event["event"]:
        case "done" | "current":
            return "new"
        case "step" if event["text"] in ("committed", "the commit was done"):
            return "new"
        case "failed" | "retry" if _OPEN not in event.get("mend", ""):
            return "old"
        case "left":
            return "old"
    return None

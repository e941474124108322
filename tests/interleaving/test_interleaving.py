"""Whatever authors, operators, tenants and learners do, in any order: rows keep their ids, learners what is theirs,

a tenant's edits are lost only when somebody says so, and a publish leaves nothing to publish.

`COURSEWRIGHT_INTERLEAVINGS=150 pytest -s --timeout=0 --hypothesis-seed=1 tests/interleaving` tries so many and
longer ones, and tells how often what happened.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from loaders.content.staging import area
from loaders.tenants.migrate import migrate
from loaders.tenants.tenant import Tenant
from tests.interleaving.folder import Folder
from tests.interleaving.machine import Interleaving, World
from tests.publishing import PEOPLE

_MANY = int(os.environ.get("COURSEWRIGHT_INTERLEAVINGS", "0"))


@pytest.fixture
def world(
    tenant: Tenant, users: Callable[..., list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    monkeypatch.setattr(area, "WORTH_ROWS", 1)  # rows of small courses are staged as well
    other = replace(tenant, name="other", schema="other")
    *ids, learner = users(*PEOPLE, "learner@example.org")
    folder = Folder(tmp_path / "bundle")
    folder.path.mkdir()
    with psycopg.connect(tenant.dsn, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA other")
        migrate(other, bootstrap=True)
        yield World((tenant, other), connection, dict(zip(PEOPLE, ids, strict=True)), learner, folder)


def test_any_interleaving_keeps_ids_learners_and_edits(world: World) -> None:
    once = settings(
        max_examples=_MANY or 8,
        stateful_step_count=25 if _MANY else 10,
        deadline=None,
        derandomize=not _MANY,  # the suite tries the same ones each time; looking for new ones is for long runs
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes with a database
        suppress_health_check=list(HealthCheck),
    )

    class Here(Interleaving):
        def __init__(self) -> None:
            super().__init__(world)

    run_state_machine_as_test(Here, settings=once)
    sys.stdout.writelines(f"{number:6,} {what}\n" for what, number in sorted(world.seen.items()))

"""Whatever authors write and change, the tenant holds exactly that, and learners keep what is theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loaders.content.rows.flatten import flatten
from loaders.content.rows.rebuild import rebuild
from loaders.tenants.tenant import Tenant
from schemas.model import Bundle, Move
from tests.edits import edits
from tests.publishing import (
    PEOPLE,
    content_state,
    forget,
    learn,
    learned,
    publish,
    published,
    row_ids,
)
from tests.strategies import Sample, bundles

_numbers = count(1)
_with_database = settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes with a database
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def learner(users: Callable[..., list[int]]) -> int:
    """Inserts everybody who teaches or publishes, and one who learns."""
    *_, last = users(*PEOPLE, "learner@example.org")
    return last


def _renamed(sample: Sample) -> Bundle:
    """Under a bundle key of its own, so that examples do not meet in one tenant."""
    return replace(sample.bundle, key=f"bundle-{next(_numbers)}")


@settings(max_examples=100, deadline=None)
@given(bundles())
def test_rows_carry_everything_a_bundle_says(sample: Sample) -> None:
    bundle = sample.bundle
    assert rebuild(bundle.key, bundle.title, flatten(bundle).items, bundle.media) == bundle


@_with_database
@given(sample=bundles())
def test_what_is_published_is_what_is_read_back(tenant: Tenant, learner: int, sample: Sample) -> None:
    bundle = _renamed(sample)
    publish(tenant, bundle)
    assert published(tenant, bundle.key) == bundle


@_with_database
@given(sample=bundles())
def test_publishing_twice_writes_nothing(tenant: Tenant, learner: int, sample: Sample) -> None:
    bundle = _renamed(sample)
    _, first = publish(tenant, bundle)
    plan, second = publish(tenant, bundle)
    assert plan.empty
    assert plan.work.empty
    assert second == first


@_with_database
@given(data=st.data())
def test_edits_lead_to_the_same_rows_as_publishing_the_result_afresh(
    tenant: Tenant, learner: int, data: st.DataObject
) -> None:
    sample = data.draw(bundles())
    bundle = _renamed(sample)
    publish(tenant, bundle)
    forget(tenant)
    learn(tenant, learner)
    for _ in range(data.draw(st.integers(1, 3))):
        before, kept = learned(tenant), row_ids(tenant, bundle.key)
        sample = data.draw(edits(sample))
        moves = [move for move in sample.bundle.moved if move not in bundle.moved]
        bundle = replace(sample.bundle, key=bundle.key)
        publish(tenant, bundle)
        assert published(tenant, bundle.key) == bundle
        assert learned(tenant) == before
        _assert_ids_kept(kept, row_ids(tenant, bundle.key), moves)
    afresh = replace(bundle, key=_renamed(sample).key)
    publish(tenant, afresh)
    assert content_state(tenant, bundle.key) == content_state(tenant, afresh.key)


def _assert_ids_kept(before: dict[str, int], after: dict[str, int], moves: list[Move]) -> None:
    """Everything still there has the row it had, under its new address if it was moved."""
    for address, row_id in before.items():
        now = address
        for move in moves:
            if now == move.old or now.startswith(f"{move.old}/"):
                now = move.new + now.removeprefix(move.old)
        assert after.get(now, row_id) == row_id

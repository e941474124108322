"""Going back to an earlier release brings back its rows, not copies of them, and nobody's progress is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loaders.content.apply import apply
from loaders.content.compare import compare
from loaders.content.plan import Plan, Release
from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError, RefusedError
from schemas.model import Bundle, Content, Course, Move
from tests.edits import edits
from tests.publishing import (
    PEOPLE,
    PUBLISHER,
    forget,
    learn,
    learned,
    plan_for,
    publish,
    published,
    row_ids,
    run,
)
from tests.school import bundle, choice, course, page, quiz
from tests.strategies import bundles

_numbers = count(1)


@pytest.fixture
def learner(users: Callable[..., list[int]]) -> int:
    """Inserts everybody who teaches or publishes, and one who learns."""
    *_, last = users(*PEOPLE, "learner@example.org")
    return last


def go_back(tenant: Tenant, wanted: Bundle, release: int) -> tuple[Plan, Release]:
    with connect(tenant) as connection:
        plan = compare(connection, tenant, wanted, back_to=release)
        return plan, apply(connection, tenant, plan, user=PUBLISHER, git_commit=None)


@dataclass(frozen=True, slots=True)
class Then:
    """What a release was."""

    release: int
    bundle: Bundle
    ids: dict[str, int]


def remember(tenant: Tenant, wanted: Bundle, release: Release) -> Then:
    return Then(release.id, wanted, row_ids(tenant, wanted.key))


def moves(*pairs: tuple[str, str]) -> tuple[Move, ...]:
    return tuple(Move(old=old, new=new) for old, new in pairs)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes with a database
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_way_through_releases_keeps_ids_and_learners(
    tenant: Tenant, learner: int, data: st.DataObject
) -> None:
    sample = data.draw(bundles())
    wanted = replace(sample.bundle, key=f"bundle-{next(_numbers)}")
    past = [remember(tenant, wanted, publish(tenant, wanted)[1])]
    forget(tenant)
    learn(tenant, learner)
    before = learned(tenant)
    for _ in range(data.draw(st.integers(2, 4))):
        if data.draw(st.booleans()):
            sample = data.draw(edits(replace(sample, bundle=wanted)))
            wanted = replace(sample.bundle, key=wanted.key)
            then = _published(tenant, wanted)
        else:
            then = _rolled_back(tenant, data.draw(st.sampled_from(past)))
        if then:
            past.append(then)
        wanted = past[-1].bundle
        assert published(tenant, wanted.key) == wanted
        assert plan_for(tenant, wanted).empty
        assert learned(tenant) == before


def _published(tenant: Tenant, wanted: Bundle) -> Then | None:
    """None when the author gave an address to two things."""
    try:
        return remember(tenant, wanted, publish(tenant, wanted)[1])
    except RefusedError as refused:
        if {finding.rule.code for finding in refused.findings} == {"CW412"}:
            return None
        raise


def _rolled_back(tenant: Tenant, then: Then) -> Then | None:
    """None when an address of then was used again for something else."""
    try:
        _, release = go_back(tenant, then.bundle, then.release)
    except RefusedError as refused:
        if {finding.rule.code for finding in refused.findings} == {"CW413"}:
            return None
        raise
    assert row_ids(tenant, then.bundle.key) == then.ids
    return remember(tenant, then.bundle, release)


def test_a_rename_goes_back_and_forth_with_the_same_row(school: Tenant) -> None:
    old = bundle(course("first-aid", page("welcome")))
    _, first = publish(school, old)
    kept = row_ids(school, "academy")
    new = bundle(
        course("first-aid", page("hello")),
        moved=moves(("course:first-aid/content:welcome", "course:first-aid/content:hello")),
    )
    _, second = publish(school, new)
    plan, third = go_back(school, old, first.id)
    assert [(change.action, change.was) for change in plan.changes if change.kind == "content"] == [
        ("move", "course:first-aid/content:hello")
    ]
    assert third.rollback_to == first.id
    assert row_ids(school, "academy") == kept
    # The author's files still say `moved`, and are published once more.
    plan, _ = publish(school, new)
    assert not plan.counts["content"].created
    assert set(row_ids(school, "academy").values()) == set(kept.values())
    go_back(school, new, second.id)
    assert set(row_ids(school, "academy").values()) == set(kept.values())


def test_a_section_that_went_to_another_course_comes_back_with_its_contents(school: Tenant) -> None:
    def _two(*, moved: bool) -> Bundle:
        stays, goes = _course("a", page("one")), _course("b", page("two"), quiz("test", choice("q", "x")))
        if not moved:
            return bundle(stays, goes)
        (section,) = goes.sections
        taken = replace(section, key="taken")
        return bundle(
            replace(stays, sections=(*stays.sections, taken)),
            moved=moves(("course:b/section:start", "course:a/section:taken")),
        )

    _, first = publish(school, _two(moved=False))
    kept = row_ids(school, "academy")
    publish(school, _two(moved=True))
    assert row_ids(school, "academy")["course:a/content:two"] == kept["course:b/content:two"]
    go_back(school, _two(moved=False), first.id)
    assert row_ids(school, "academy") == kept


def _course(key: str, *contents: Content, **more: Any) -> Course:
    return course(key, *contents, **more)


def test_an_archived_thing_that_moved_without_a_release_is_found_again(school: Tenant) -> None:
    both = bundle(course("a", page("one")), course("b", page("two")))
    _, first = publish(school, both)
    kept = row_ids(school, "academy")
    only = bundle(course("a", page("one")))
    publish(school, only)
    plan, _ = publish(school, replace(only, moved=moves(("course:b", "course:c"))))
    assert plan.empty
    go_back(school, both, first.id)
    assert row_ids(school, "academy") == kept


def test_an_address_given_to_something_new_is_refused_with_both_names(school: Tenant) -> None:
    _, first = publish(school, bundle(course("a", page("one"))))
    again = bundle(
        course("a", page("one"), page("first")),
        moved=moves(("course:a/content:one", "course:a/content:first")),
    )
    publish(school, again)
    with pytest.raises(RefusedError, match=r"CW413.*course:a/content:first was course:a/content:one then"):
        go_back(school, bundle(course("a", page("one"))), first.id)
    assert published(school, "academy") == again


def test_releases_of_a_version_that_kept_no_track_are_not_gone_back_to(school: Tenant) -> None:
    _, first = publish(school, bundle(course("a", page("one"))))
    run(school, "UPDATE {s}.coursewright_release SET honoured = NULL")
    publish(school, bundle(course("a", page("one", "New."))))
    with pytest.raises(CoursewrightError, match=r"release 1 of academy .* kept no track"):
        go_back(school, bundle(course("a", page("one"))), first.id)

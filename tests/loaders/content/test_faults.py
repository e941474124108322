"""Whatever goes wrong, a tenant has all of a publish or nothing of it, and nobody else's rows are touched."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from psycopg import sql

from loaders.content.apply import apply
from loaders.content.compare import compare
from loaders.content.rows import items
from loaders.tenants.connect import connect
from loaders.tenants.migrate import migrate
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError, RefusedError, TransientError
from schemas.model import Bundle, Lookup, Program
from tests.publishing import PUBLISHER, fetch, open_publish, plan_for, publish, published, run
from tests.school import ANN, bundle, choice, course, page, quiz


def original() -> Bundle:
    return bundle(course("a", page("x"), page("y"), quiz("q", choice("one", "yes", "no"))))


def edited() -> Bundle:
    """Touches every table: new, changed, moved away and archived things."""
    before = original().courses[0]
    contents = (replace(page("x"), title="New"), page("z"), quiz("q", choice("one", "yes", "maybe")))
    changed = replace(before, title="New", sections=(replace(before.sections[0], contents=contents),))
    lookup = Lookup(type="TRAINING_TAG", key="fire", title="Fire")
    program = Program(key="p", title="P", instructor=ANN, tags=("fire",))
    return bundle(changed, course("b", page("x")), programs=(program,), lookups=(lookup,))


def dump(tenant: Tenant) -> dict[str, list[Any]]:
    """Every row of every table of the tenant's schema."""
    tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = %s ORDER BY 1"
    with connect(tenant) as connection:
        names = [name for (name,) in connection.execute(tables, (tenant.schema,))]
        return {
            name: connection.execute(
                sql.SQL("SELECT to_jsonb(t)::text FROM {} AS t ORDER BY 1").format(
                    sql.Identifier(tenant.schema, name)
                )
            ).fetchall()
            for name in names
        }


def test_a_second_publisher_is_told_at_once_who_is_at_work(school: Tenant) -> None:
    publish(school, original())
    with open_publish(school, edited()), pytest.raises(TransientError, match=r"right now by .*process \d+"):
        publish(school, edited())


def test_different_bundles_are_published_side_by_side(school: Tenant) -> None:
    other = replace(original(), key="other")
    with open_publish(school, original()):
        publish(school, other)
    assert published(school, "other") == other
    assert published(school, "academy") == original()


def test_a_plan_is_void_once_somebody_else_has_published(school: Tenant) -> None:
    publish(school, original())
    with connect(school) as connection:
        stale = compare(connection, school, edited())
    publish(school, edited())
    before = dump(school)
    with pytest.raises(TransientError, match=PUBLISHER), connect(school) as connection:
        apply(connection, school, stale, user=PUBLISHER, git_commit=None)
    assert dump(school) == before


def test_an_empty_plan_does_not_even_begin_to_write(school: Tenant) -> None:
    publish(school, original())
    with connect(school) as connection:
        plan = compare(connection, school, original())
        apply(connection, school, plan, user=PUBLISHER, git_commit=None)
        assert connection.execute("SELECT pg_current_xact_id_if_assigned()").fetchone() == (None,)


def test_comparing_needs_no_right_to_write(school: Tenant) -> None:
    publish(school, original())
    with connect(school) as connection:
        connection.execute("SET TRANSACTION READ ONLY")
        assert not compare(connection, school, edited()).empty


def test_a_row_that_vanishes_after_the_plan_was_made_ends_the_publish(school: Tenant) -> None:
    publish(school, original())
    plan = plan_for(school, edited())
    run(school, "DELETE FROM {s}.course_content WHERE title = 'Page x'")
    before = dump(school)
    with pytest.raises(CoursewrightError, match="course_content"), connect(school) as connection:
        apply(connection, school, plan, user=PUBLISHER, git_commit=None)
    assert dump(school) == before


def test_a_row_deleted_behind_our_back_is_named(school: Tenant) -> None:
    publish(school, original())
    run(school, "DELETE FROM {s}.course_content WHERE title = 'Page x'")
    with pytest.raises(RefusedError) as refused:
        publish(school, edited())
    assert [finding.rule.code for finding in refused.value.findings] == ["CW420"]
    assert "course:a/content:x" in refused.value.findings[0].found


def test_another_tenant_of_the_same_database_is_never_touched(school: Tenant) -> None:
    other = replace(school, name="other", schema="other")
    migrate(other, bootstrap=True)
    publish(other, original())
    before = dump(other)
    run(
        school,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %%I SET search_path = other', current_database()); END $$",
    )
    for wanted in (original(), edited(), original()):
        publish(school, wanted)
        assert published(school, "academy") == wanted
    assert dump(other) == before


def test_releases_tell_who_published_what_and_when(school: Tenant) -> None:
    with connect(school) as connection:
        plan = compare(connection, school, original())
        release = apply(connection, school, plan, user=PUBLISHER, git_commit="c0ffee")
    assert (release.published_by, release.git_commit, release.digest) == (PUBLISHER, "c0ffee", plan.digest)
    assert release.published_at.utcoffset() is not None
    assert release.counts["content"]["created"] == 3
    assert fetch(school, "SELECT count(*) FROM {s}.coursewright_release") == [(1,)]


def test_a_tool_with_another_encoding_of_rows_rewrites_digests_and_nothing_else(
    school: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(school, edited())
    before = dump(school)
    monkeypatch.setattr(items, "ENCODING", b"another encoding")
    plan, _ = publish(school, edited())
    assert plan.empty
    assert not plan.work.updated
    after = dump(school)
    ours = {"coursewright_item", "coursewright_bundle"}
    assert {table for table in after if after[table] != before[table]} == ours
    again, _ = publish(school, edited())
    assert again.work.empty

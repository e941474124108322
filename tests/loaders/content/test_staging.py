"""What is copied from a staging area is what would have been sent; what is staged is in nobody's way after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from psycopg import sql

from loaders.content.apply import apply
from loaders.content.compare import compare
from loaders.content.plan import Release
from loaders.content.rows.flatten import flatten
from loaders.content.staging import area, spread
from loaders.content.staging.area import Areas
from loaders.content.staging.stage import Stage, lock_key
from loaders.tenants.connect import connect
from loaders.tenants.migrate import migrate
from loaders.tenants.tenant import STAGING, Tenant
from schemas.model import Bundle
from tests.exporters.everything import EVERYTHING
from tests.publishing import PEOPLE, PUBLISHER, content_state, publish, published, row_ids
from tests.strategies import Sample, bundles

BUNDLE = EVERYTHING.bundle


@pytest.fixture
def three(tenant: Tenant) -> list[Tenant]:
    """Three empty tenants of one database, in which everybody who teaches is known."""
    found = [tenant, *(replace(tenant, name=name, schema=name) for name in ("second", "third"))]
    for each in found[1:]:
        migrate(each, bootstrap=True)
    emails = {*PEOPLE, *_teachers(BUNDLE)}
    with psycopg.connect(tenant.dsn) as connection:
        connection.execute("INSERT INTO main.users (email, name) SELECT unnest(%s::text[]), 'x'", [[*emails]])
    return found


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the areas tell; few rows are worth staging here."""
    monkeypatch.setattr(area, "WORTH_ROWS", 1)
    return []


def _teachers(bundle: Bundle) -> Iterator[str]:
    for program in bundle.programs:
        yield from (program.instructor, *program.instructors)
    yield from (course.instructor for course in bundle.courses)


def publish_from(areas: Areas, tenant: Tenant, bundle: Bundle) -> tuple[Stage | None, Release]:
    with connect(tenant) as connection:
        plan = compare(connection, tenant, bundle)
        stage = areas.stage(tenant, flatten(bundle), plan.work)
        return stage, apply(connection, tenant, plan, user=PUBLISHER, git_commit=None, stage=stage)


def staged(tenant: Tenant) -> list[str]:
    with psycopg.connect(tenant.dsn) as connection:
        rows = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [STAGING]
        )
        return [name for (name,) in rows]


def test_what_is_copied_is_what_would_have_been_sent(three: list[Tenant], told: list[str]) -> None:
    sent, *others = three
    publish(sent, BUNDLE)
    with Areas(three, told.append) as areas:
        stages = [publish_from(areas, tenant, BUNDLE)[0] for tenant in others]
    assert stages[0]
    assert stages[0] is stages[1]
    assert told == [f"staged {BUNDLE.key} once for 3 tenants"]
    for tenant in others:
        assert content_state(tenant, BUNDLE.key) == content_state(sent, BUNDLE.key)
        assert row_ids(tenant, BUNDLE.key).keys() == row_ids(sent, BUNDLE.key).keys()
        assert published(tenant, BUNDLE.key) == BUNDLE
        assert publish(tenant, BUNDLE)[0].empty


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sample=bundles())
def test_any_bundle_can_be_copied_from_a_stage(three: list[Tenant], told: list[str], sample: Sample) -> None:
    """Under one key: what an earlier example published is archived, and may come back."""
    bundle = replace(sample.bundle, moved=())
    with Areas(three, told.append) as areas:
        publish_from(areas, three[1], bundle)
    assert published(three[1], bundle.key) == bundle
    assert publish(three[1], bundle)[0].empty


def test_a_new_course_is_copied_beside_what_is_there(three: list[Tenant], told: list[str]) -> None:
    first, second = BUNDLE.courses
    for tenant in three:
        publish(tenant, replace(BUNDLE, programs=(), courses=(second,)))
    before = row_ids(three[0], BUNDLE.key)
    with Areas(three, told.append) as areas:
        assert all(publish_from(areas, tenant, replace(BUNDLE, programs=()))[0] for tenant in three)
    for tenant in three:
        assert published(tenant, BUNDLE.key).courses == (first, second)
    assert before.items() <= row_ids(three[0], BUNDLE.key).items()


def test_ids_stay_the_sequence_s_own(three: list[Tenant], told: list[str]) -> None:
    """The host may insert at any time afterwards without meeting an id that a copy has used."""
    with Areas(three, told.append) as areas:
        publish_from(areas, three[0], BUNDLE)
    with connect(three[0]) as connection:
        row = connection.execute(
            sql.SQL(
                "SELECT max(id) < nextval(pg_get_serial_sequence('{0}.quiz_question', 'id')) FROM {0}.quiz_question"
            ).format(sql.Identifier(three[0].schema))
        ).fetchone()
    assert row == (True,)


def test_nothing_is_staged_for_one_tenant_or_few_rows(
    three: list[Tenant], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    with Areas(three, told.append) as areas:
        assert publish_from(areas, three[0], BUNDLE)[0] is None
    monkeypatch.setattr(area, "WORTH_ROWS", 1)
    with Areas(three[1:2], told.append) as areas:
        assert publish_from(areas, three[1], BUNDLE)[0] is None
    assert not told


def test_after_a_run_nothing_stays_staged(three: list[Tenant], told: list[str]) -> None:
    with Areas(three, told.append) as areas:
        publish_from(areas, three[0], BUNDLE)
        assert len(staged(three[0])) == 7
    assert staged(three[0]) == []


def test_what_a_killed_run_left_is_swept_up_by_the_next_and_what_is_in_use_is_not(
    three: list[Tenant], told: list[str]
) -> None:
    with psycopg.connect(three[0].dsn, autocommit=True) as connection:
        for table in ("bdead", "bdead_option", "blive", "blive_option"):
            connection.execute(sql.SQL("CREATE TABLE {} ()").format(sql.Identifier(STAGING, table)))
        connection.execute("BEGIN")
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [lock_key("blive")])
        with Areas(three, told.append):
            pass
        assert staged(three[0]) == ["blive", "blive_option"]
        connection.execute("COMMIT")
    with Areas(three, told.append):
        pass
    assert staged(three[0]) == []


@pytest.mark.parametrize("loss", ["DROP TABLE {}", "TRUNCATE {}"])
def test_rows_whose_stage_is_gone_are_sent(three: list[Tenant], told: list[str], loss: str) -> None:
    """As after a crash of the server, which empties unlogged tables."""
    with Areas(three, told.append) as areas:
        stage, _ = publish_from(areas, three[0], BUNDLE)
        assert stage
        with psycopg.connect(three[0].dsn) as connection:
            connection.execute(sql.SQL(loss).format(stage.marker))
        publish_from(areas, three[1], BUNDLE)
    assert content_state(three[1], BUNDLE.key) == content_state(three[0], BUNDLE.key)


def test_rows_are_sent_when_somebody_else_draws_ids_at_the_same_time(
    three: list[Tenant], told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cannot be timed for real."""
    monkeypatch.setattr(spread, "reserve_runs", lambda *_: None)
    with Areas(three, told.append) as areas:
        assert publish_from(areas, three[0], BUNDLE)[0]
    assert published(three[0], BUNDLE.key) == BUNDLE


def test_an_area_whose_connection_was_cut_is_made_anew(
    three: list[Tenant], told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(area, "_PULSE_SECONDS", 0.05)
    with Areas(three, told.append) as areas:
        first, _ = publish_from(areas, three[0], BUNDLE)
        with psycopg.connect(three[0].dsn, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        (made,) = areas._areas.values()
        assert made
        made._pulse.join(10)
        second, _ = publish_from(areas, three[1], BUNDLE)
    assert first
    assert second
    assert first.batch != second.batch
    assert staged(three[0]) == []
    assert content_state(three[1], BUNDLE.key) == content_state(three[0], BUNDLE.key)


def test_without_a_place_to_stage_rows_are_sent_and_it_is_said_once(
    three: list[Tenant], told: list[str]
) -> None:
    with psycopg.connect(three[0].dsn) as connection:
        connection.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(STAGING)))
    with Areas(three, told.append) as areas:
        for tenant in three:
            assert publish_from(areas, tenant, BUNDLE)[0] is None
    (line,) = told
    assert "may not make tables in the schema coursewright_staging" in line
    assert published(three[2], BUNDLE.key) == BUNDLE

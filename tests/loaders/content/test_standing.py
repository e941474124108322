"""What a thousand tenants have is asked once, and asking costs learners nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import LiteralString

import psycopg
import pytest

from loaders.content.standing import Standing, standings, target
from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from schemas.model import Bundle, Move
from tests.publishing import PUBLISHER, fetch, publish, run
from tests.school import ANN, bundle, choice, course, page, quiz


@pytest.fixture(autouse=True)
def people(users: Callable[..., list[int]]) -> None:
    users(ANN, PUBLISHER)


def standing(tenant: Tenant, *, edits: bool = False) -> Standing:
    with connect(tenant, snapshot=True) as connection:
        return standings(connection, ["acme"], edits=edits)["acme"]


def school() -> Bundle:
    return bundle(course("a", page("x")))


def test_a_tenant_has_reached_what_was_published_and_nothing_else(tenant: Tenant) -> None:
    before = standing(tenant)
    publish(tenant, school())
    after = standing(tenant)
    assert not target(school()).reached(before)
    assert target(school()).reached(after)
    assert not target(bundle(course("a", page("x", "Other.")))).reached(after)
    assert not target(replace(school(), key="other")).reached(after)


def test_a_move_that_was_not_made_yet_is_still_to_do(tenant: Tenant) -> None:
    publish(tenant, school())
    moved = replace(school(), moved=(Move(old="course:b", new="course:a"),))
    assert not target(moved).reached(standing(tenant))


def test_the_last_release_is_told_with_who_and_when(tenant: Tenant) -> None:
    _, release = publish(tenant, school())
    held = standing(tenant).bundles["academy"]
    assert (held.release, held.published_by, held.published_at) == (
        release.id,
        PUBLISHER,
        release.published_at,
    )


def test_a_schema_without_our_tables_needs_every_migration_and_stops_no_other(tenant: Tenant) -> None:
    publish(tenant, school())
    with connect(tenant, snapshot=True) as connection:
        found = standings(connection, ["main", "acme", "no_such_schema"])
    assert found["main"].pending == found["no_such_schema"].pending
    assert len(found["main"].pending) >= 4
    assert found["acme"].pending == ()


def test_a_schema_that_may_not_be_read_says_so_and_stops_no_other(tenant: Tenant) -> None:
    publish(tenant, school())
    with psycopg.connect(tenant.dsn) as connection:
        connection.execute("CREATE ROLE nobody_much")
        connection.execute("SET ROLE nobody_much")
        found = standings(connection, ["acme", "none"])
        connection.rollback()
    assert "permission denied" in found["acme"].refused
    assert found["none"].pending


def test_no_tenants_table_stays_locked_while_the_others_are_read(tenant: Tenant) -> None:
    """A thousand tenants' tables locked at once fill the server's lock table, and learners are refused."""
    publish(tenant, school())
    with connect(tenant, snapshot=True) as connection:
        standings(connection, ["acme"] * 50)
        locked = connection.execute(
            "SELECT relation::regclass::text FROM pg_catalog.pg_locks"
            " WHERE pid = pg_backend_pid() AND relation::regclass::text LIKE '%coursewright%'"
        ).fetchall()
    assert locked == []


def test_of_no_tenants_nothing_is_told(tenant: Tenant) -> None:
    with connect(tenant, snapshot=True) as connection:
        assert standings(connection, []) == {}


# ── edits in the tenant ──────────────────────────────────────────────────────────────────────────


def edited(tenant: Tenant, key: str = "academy") -> tuple[int, str | None] | None:
    found = standing(tenant, edits=True).bundles[key].edited
    return (found.items, found.by) if found else None


def test_what_only_publishes_wrote_is_not_edited(tenant: Tenant) -> None:
    publish(tenant, school())
    publish(tenant, bundle(course("a", page("x", "Other."), page("y"))))
    publish(tenant, bundle(course("a", page("y"))))
    assert edited(tenant) is None


EDITS: list[LiteralString] = [
    "UPDATE {s}.course SET title = 'X', \"updatedAt\" = now() + interval '1 s', \"updatedBy\" = %s",
    "UPDATE {s}.course_section SET title = 'X', \"updatedAt\" = now() + interval '1 s', \"updatedBy\" = %s",
    "UPDATE {s}.course_content_detail SET transcript = 'X', \"updatedAt\" = now() + interval '1 s', \"updatedBy\" = %s",
    'UPDATE {s}.course_content SET "isArchived" = true, "archivedAt" = now() + interval \'1 s\', "archivedBy" = %s',
]


@pytest.mark.parametrize("statement", EDITS)
def test_an_edit_is_counted_with_who_made_it(tenant: Tenant, statement: LiteralString) -> None:
    publish(tenant, school())
    ((ann,),) = fetch(tenant, "SELECT id FROM main.users WHERE email = %s", ANN)
    assert run(tenant, statement, ann)
    assert edited(tenant) == (1, ANN)


def test_an_edit_deep_in_a_quiz_is_its_bundle_s(tenant: Tenant) -> None:
    """Of two bundles, and one published after the edit."""
    publish(tenant, replace(bundle(course("b", quiz("q", choice("one", "x", "y")))), key="quizzes"))
    run(
        tenant,
        "UPDATE {s}.quiz_question_option SET option_text = 'X', \"updatedAt\" = now() + interval '1 s'",
    )
    publish(tenant, school())
    ((options,),) = fetch(tenant, "SELECT count(*) FROM {s}.quiz_question_option")
    assert edited(tenant) is None
    assert edited(tenant, "quizzes") == (options, PUBLISHER)


def test_rows_that_belong_to_no_bundle_are_nobody_s_edit(tenant: Tenant) -> None:
    publish(tenant, school())
    run(
        tenant, "INSERT INTO {s}.course (title, \"instructorId\") SELECT 'Their own', min(id) FROM main.users"
    )
    run(
        tenant,
        'UPDATE {s}.training_program SET "totalEnrollments" = 1, "updatedAt" = now() + interval \'1 s\'',
    )
    assert edited(tenant) is None

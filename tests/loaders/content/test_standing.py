"""What a thousand tenants have is asked once, and asking costs learners nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from loaders.content.standing import Standing, standings, target
from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from schemas.model import Bundle, Move
from tests.publishing import PUBLISHER, publish
from tests.school import ANN, bundle, course, page


@pytest.fixture(autouse=True)
def people(users: Callable[..., list[int]]) -> None:
    users(ANN, PUBLISHER)


def standing(tenant: Tenant, schema: str = "acme") -> Standing:
    with connect(tenant, snapshot=True) as connection:
        return standings(connection, [schema])[schema]


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

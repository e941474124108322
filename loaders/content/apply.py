"""Carries out a plan: set-based, inside the caller's one transaction, all of it or nothing."""

from __future__ import annotations

from loaders.content.collector import paused
from loaders.content.known import in_schema, published
from loaders.content.lookups import bind
from loaders.content.people import find_people, publisher
from loaders.content.plan import Plan, Release
from loaders.content.releases import latest, record
from loaders.content.staging.spread import spread
from loaders.content.staging.stage import Stage
from loaders.content.work import Work
from loaders.content.writing import lock
from loaders.content.writing.bookkeeping import write_bundle, write_mapping, write_media
from loaders.content.writing.content import Writing
from loaders.content.writing.ids import Ids, reserve
from loaders.tenants.connect import Connection
from loaders.tenants.tenant import Tenant
from schemas.findings import TransientError
from schemas.steps import reached


def apply(
    connection: Connection,
    tenant: Tenant,
    plan: Plan,
    *,
    user: str,
    git_commit: str | None,
    bundle_file: str | None = None,
    stage: Stage | None = None,
) -> Release:
    """Writes what the plan says, with the mapping and a release, and does not commit.

    `user` is the e-mail address of who publishes; a tenant that lets publishing create users gets this one
    too. `bundle_file` is the SHA-256 of the bundle's documents in the media store. What is in new courses is
    copied from `stage`, where the bundle is staged and still there, else sent. A plan is used once. An
    empty plan writes no release, and no row unless digests are out of date: the last release is returned.
    Raises TransientError when somebody else publishes the bundle right now or has done so since the plan was
    made, CoursewrightError when the tenant does not know `user`, or when rows that were to be changed are not
    there; the transaction must then be rolled back.
    """
    with paused():
        lock.hold(connection, tenant, plan.bundle)
        reached("holding the lock")
        _insist_on_base(connection, tenant, plan)
        work = plan.work
        if plan.empty and work.empty and (last := latest(connection, tenant.schema, plan.bundle)):
            return last
        copied = spread(connection, tenant.schema, stage, work.new_courses) if stage else None
        if copied is None:
            for course in work.new_courses:
                work.plant_below(course)
        writing = _prepared(connection, tenant, plan, user)
        reached("reserved ids")
        writing.rows()
        if copied:
            copied.write(connection, tenant.schema, writing.user)
        write_mapping(connection, tenant.schema, work)
        write_media(connection, tenant.schema, work)
        release = None
        if not plan.empty:
            release = record(
                connection,
                tenant.schema,
                plan,
                work.bundle_id,
                user=writing.user,
                git_commit=git_commit,
                bundle_file=bundle_file,
            )
            reached(f"recorded release {release}")
        write_bundle(connection, tenant.schema, plan, release)
        reached("wrote coursewright_bundle")
        last = latest(connection, tenant.schema, plan.bundle)
        assert last is not None, "a bundle that was never published has something to create"
        return last


def _insist_on_base(connection: Connection, tenant: Tenant, plan: Plan) -> None:
    now = published(connection, tenant.schema, plan.bundle)
    if now.release != plan.base or now.bundle_id != plan.work.bundle_id:
        last = latest(connection, tenant.schema, plan.bundle)
        told = f" by {last.published_by} at {last.published_at:%Y-%m-%d %H:%M:%S} UTC" if last else ""
        raise TransientError(
            f"Tenant {tenant.name}: {plan.bundle} was published{told}, after this plan was made."
            " Nothing was changed.",
            "Publish again: the plan is made anew from what is there now.",
        )


def _prepared(connection: Connection, tenant: Tenant, plan: Plan, user: str) -> Writing:
    """Gives everything that will be written its id."""
    work, schema = plan.work, tenant.schema
    if work.new_users or work.lookups:
        lock.hold(connection, tenant, "")  # two bundles must not both create the same list entry
    _create_users(connection, [*work.new_users, *([user] if tenant.create_users else [])])
    by = publisher(connection, tenant, user)
    if work.bundle_id is None:
        statement = in_schema(
            schema, "INSERT INTO {s}.coursewright_bundle (key, title) VALUES (%s, %s) RETURNING id"
        )
        row = connection.execute(statement, (plan.bundle, plan.title)).fetchone()
        assert row is not None
        work.bundle_id = row[0]
    _create_lookups(connection, schema, work, by)
    reserve(connection, schema, work.created)
    users = find_people(connection, work.emails()).ids
    moment = connection.execute("SELECT now() AT TIME ZONE 'UTC'").fetchone()
    assert moment is not None
    return Writing(connection, schema, work, Ids(work.tree, users), by, moment[0])


def _create_users(connection: Connection, emails: list[str]) -> None:
    """Adds those who are still missing; somebody may have come since the plan was made."""
    known = find_people(connection, emails).ids
    missing = list(dict.fromkeys(email for email in emails if email not in known))
    if missing:
        connection.execute("INSERT INTO main.users (email) SELECT unnest(%s::text[])", (missing,))


def _create_lookups(connection: Connection, schema: str, work: Work, by: int) -> None:
    bound = {item.row_id for item in work.tree.items if item.kind == "lookup"} - {None}
    bind(connection, schema, work.lookups, bound)
    statement = in_schema(
        schema,
        'INSERT INTO {s}.tenant_lookups ("lookupType", value, "createdBy", "updatedBy")'
        " VALUES (%s, %s, %s, %s) RETURNING id",
    )
    for item in work.lookups:
        if item.row_id is None:
            row = connection.execute(statement, (*item.row, by, by)).fetchone()
            assert row is not None
            item.row_id = row[0]

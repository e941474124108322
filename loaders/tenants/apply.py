"""Carries out a plan: set-based, inside the caller's one transaction, all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from psycopg import sql

from loaders.tenants import lock
from loaders.tenants.bulk import copy_rows, insist, update_rows
from loaders.tenants.collector import paused
from loaders.tenants.connect import Connection
from loaders.tenants.ids import Ids, reserve
from loaders.tenants.known import Known, in_schema, published
from loaders.tenants.lookups import bind
from loaders.tenants.people import find_people, publisher
from loaders.tenants.plan import Plan, Release
from loaders.tenants.releases import latest, record
from loaders.tenants.rows import Item
from loaders.tenants.tables import DETAIL, ITEMS, LETTERS, LINKS, Kind, Table
from loaders.tenants.tenant import Tenant
from loaders.tenants.work import Work
from schemas.findings import TransientError

# Parents first, as the foreign keys of the tables want it; a content's detail refers to its quiz.
_ORDER: tuple[Kind, ...] = ("program", "course", "section", "content", "quiz", "question", "option")
_NOTHING = sql.SQL("")
_MAPPING = ("parentId", "kind", "key", "rowId", "digest", "treeDigest", "files", "archived")


def apply(
    connection: Connection, tenant: Tenant, plan: Plan, *, user: str, git_commit: str | None
) -> Release:
    """Writes what the plan says, with the mapping and a release, and does not commit.

    `user` is the e-mail address of who publishes; a tenant that lets publishing create users gets this one
    too. A plan is used once. An empty plan writes no row and no release: the last
    one is returned. Raises TransientError when somebody else publishes the bundle right now or has done
    so since the plan was made, CoursewrightError when the tenant does not know `user`, or when rows
    that were to be changed are not there; the transaction must then be rolled back.
    """
    with paused():
        lock.hold(connection, tenant, plan.bundle)
        _insist_on_base(connection, tenant, plan)
        work = plan.work
        if plan.empty and work.empty and (last := latest(connection, tenant.schema, plan.bundle)):
            return last
        writing = _prepared(connection, tenant, plan, user)
        writing.rows()
        writing.mapping()
        writing.media()
        release = None
        if not plan.empty:
            release = record(
                connection, tenant.schema, plan, work.bundle_id, user=writing.user, git_commit=git_commit
            )
        writing.bundle(plan, release)
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


def _prepared(connection: Connection, tenant: Tenant, plan: Plan, user: str) -> _Writing:
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
    return _Writing(connection, schema, work, Ids(work.tree, users), by, moment[0])


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


@dataclass(slots=True)
class _Writing:
    """One publish: `user` and `moment` (naive UTC, as the tables want it) go into every row it touches."""

    connection: Connection
    schema: str
    work: Work
    ids: Ids
    user: int
    moment: datetime

    # ── content ──────────────────────────────────────────────────────────────────────────────────

    def rows(self) -> None:
        """New rows first, so that changed ones may refer to them."""
        for kind in _ORDER:
            self._insert(kind)
        self._insert_details()
        self._insert_links()
        for kind in _ORDER:
            self._update(kind)
        self._update_details()
        self._update_links()
        for table, ids in self.work.archives.items():
            self._flag(table, ids, archived=True)
        for table, ids in self.work.restores.items():
            self._flag(table, ids, archived=False)

    def _insert(self, kind: Kind) -> None:
        placed = self.work.created.get(kind)
        if not placed:
            return
        table = ITEMS[kind]
        columns = (
            "id",
            *_written(table),
            *(["publishedAt"] if table.dated else []),
            "createdBy",
            "updatedBy",
        )
        rows = (
            (
                item.row_id,
                *self._values(table, item, parent),
                *([self.moment if item.row.published else None] if table.dated else []),  # type: ignore[attr-defined]
                self.user,
                self.user,
            )
            for parent, item in placed
        )
        self._copy(table.name, columns, rows, len(placed))

    def _insert_details(self) -> None:
        items = self.work.new_details
        rows = ((item.row_id, *self._detail(item), self.user, self.user) for item in items)
        self._copy(DETAIL.name, (*_written(DETAIL), "createdBy", "updatedBy"), rows, len(items))

    def _insert_links(self) -> None:
        by_table: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for link in self.work.new_links:
            other = self.ids.other(LINKS[link.table], link.other)
            by_table[link.table].append((link.program.row_id, other, *link.row, self.user, self.user))
        for name, rows in by_table.items():
            table = LINKS[name]
            self._copy(table.name, (*_written(table), "createdBy", "updatedBy"), iter(rows), len(rows))

    def _copy(
        self, table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]], planned: int
    ) -> None:
        if planned:
            insist(table, copy_rows(self.connection, self.schema, table, columns, rows), planned)

    def _update(self, kind: Kind) -> None:
        table = ITEMS[kind]
        rows = [
            (item.row_id, *self._values(table, item, parent))
            for parent, item in self.work.updated.get(kind, ())
        ]
        dated = (
            sql.SQL(
                ', "publishedAt" = CASE WHEN new."isPublished"'
                ' THEN coalesce(old."publishedAt", {0}) ELSE old."publishedAt" END'
            ).format(self.moment)
            if table.dated
            else _NOTHING
        )
        self._change(table.name, _written(table), rows, also=dated)

    def _update_details(self) -> None:
        rows = [(item.row_id, *self._detail(item)) for item in self.work.changed_details]
        self._change(DETAIL.name, _written(DETAIL)[1:], rows, key="contentId")

    def _update_links(self) -> None:
        by_table: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for link in self.work.changed_links:
            by_table[link.table].append((link.row_id, *link.row))
        for name, rows in by_table.items():
            table = LINKS[name]
            self._change(table.name, _written(table)[2:], rows)

    def _change(
        self,
        table: str,
        columns: tuple[str, ...],
        rows: list[tuple[Any, ...]],
        *,
        key: str = "id",
        also: sql.Composable = _NOTHING,
    ) -> None:
        audit = sql.SQL('"updatedAt" = {}, "updatedBy" = {}{}').format(self.moment, self.user, also)
        update_rows(self.connection, self.schema, table, columns, rows, keys=(key,), also=audit)

    def _flag(self, table: str, ids: list[int], *, archived: bool) -> None:
        """Archiving writes its three columns and nothing else, and a return takes exactly these back."""
        statement = sql.SQL(
            'UPDATE {} SET "isArchived" = %s, "archivedAt" = %s, "archivedBy" = %s WHERE id = ANY (%s)'
        ).format(sql.Identifier(self.schema, table))
        values = (True, self.moment, self.user) if archived else (False, None, None)
        insist(table, self.connection.execute(statement, (*values, ids)).rowcount, len(ids))

    def _values(self, table: Table, item: Item, parent: Item | None) -> Iterator[Any]:
        if table.parent:
            assert parent is not None
            yield parent.row_id
        yield from self.ids.row(table, item.row, item, parent)

    def _detail(self, item: Item) -> Iterator[Any]:
        assert item.detail is not None
        return self.ids.row(DETAIL, item.detail, item, None)

    # ── mapping, media, bundle ───────────────────────────────────────────────────────────────────

    def mapping(self) -> None:
        work = self.work
        moved = [known for known in work.retired if known.origin is not None]
        self._uproot()
        planted = [*(self._mapped(item, parent) for parent, item in work.planted), *map(_retired, moved)]
        self._copy("coursewright_item", _MAPPING, iter(planted), len(planted))
        rows = [self._mapped(item, parent) for parent, item in work.mapped]
        rows += [_retired(known) for known in work.retired if known.origin is None]
        update_rows(self.connection, self.schema, "coursewright_item", _MAPPING[3:], rows, keys=_MAPPING[:3])

    def _uproot(self) -> None:
        if not self.work.uprooted:
            return
        done = self.connection.execute(
            in_schema(
                self.schema,
                'DELETE FROM {s}.coursewright_item WHERE ("parentId", kind, key) IN'
                ' (SELECT p, k::"char", y FROM unnest(%s::int[], %s::text[], %s::text[]) AS gone (p, k, y))',
            ),
            (
                [parent for parent, _, _ in self.work.uprooted],
                [LETTERS[kind] for _, kind, _ in self.work.uprooted],
                [key for _, _, key in self.work.uprooted],
            ),
        )
        insist("coursewright_item", done.rowcount, len(self.work.uprooted))

    def _mapped(self, item: Item, parent: Item | None) -> tuple[Any, ...]:
        above = self.work.bundle_id if parent is None else parent.row_id
        letter = LETTERS[item.kind]
        return (above, letter, item.key, item.row_id, item.digest, item.tree, item.paths, False)

    def media(self) -> None:
        """Where the bundle's paths lead. Replaced and dropped paths go first."""
        work = self.work
        paths = [*work.dropped, *(media.path for media in work.stored)]
        if not paths:
            return
        self.connection.execute(
            in_schema(
                self.schema,
                'DELETE FROM {s}.coursewright_media WHERE "bundleId" = %s AND path = ANY (%s)',
            ),
            (work.bundle_id, paths),
        )
        rows = (
            (work.bundle_id, media.path, bytes.fromhex(media.digest), media.size, media.media_type)
            for media in work.stored
        )
        columns = ("bundleId", "path", "digest", "size", "mediaType")
        self._copy("coursewright_media", columns, rows, len(work.stored))

    def bundle(self, plan: Plan, release: int | None) -> None:
        moved = self.work.moved
        done = self.connection.execute(
            in_schema(
                self.schema,
                "UPDATE {s}.coursewright_bundle SET title = %s, digest = %s,"
                ' "releaseId" = coalesce(%s, "releaseId"), moved = coalesce(%s::jsonb, moved) WHERE id = %s',
            ),
            (
                plan.title,
                plan.digest,
                release,
                None if moved is None else orjson.dumps(moved).decode(),
                self.work.bundle_id,
            ),
        )
        insist("coursewright_bundle", done.rowcount, 1)


def _retired(known: Known) -> tuple[Any, ...]:
    assert known.kind is not None
    assert known.parent is not None
    above = known.parent.row_id if known.parent.item is None else known.parent.item.row_id
    letter = LETTERS[known.kind]
    return (above, letter, known.key, known.row_id, known.digest, known.tree, known.paths, True)


def _written(table: Table) -> tuple[str, ...]:
    names = tuple(column.name for column in table.columns)
    return (table.parent, *names) if table.parent else names

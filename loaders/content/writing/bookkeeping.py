"""What coursewright remembers of a publish in tables of its own: author keys, digests, media paths."""

from __future__ import annotations

from typing import Any

import orjson

from loaders.content.known import Known, in_schema
from loaders.content.plan import Plan
from loaders.content.rows.items import Item
from loaders.content.rows.tables import LETTERS
from loaders.content.work import Work
from loaders.content.writing.bulk import copy_rows, insist, update_rows
from loaders.tenants.connect import Connection

_KEY = ("parentId", "kind", "key")
_REST = ("rowId", "digest", "treeDigest", "files", "archived")


def write_mapping(connection: Connection, schema: str, work: Work) -> None:
    """Author keys and digests of everything this publish created, moved, changed or archived."""
    _uproot(connection, schema, work)
    planted = [_mapped(work, item, parent) for parent, item in work.planted]
    planted += [_retired(known) for known in work.retired if known.origin is not None]
    copy_rows(connection, schema, "coursewright_item", (*_KEY, *_REST), planted, planned=len(planted))
    rows = [_mapped(work, item, parent) for parent, item in work.mapped]
    rows += [_retired(known) for known in work.retired if known.origin is None]
    update_rows(connection, schema, "coursewright_item", _REST, rows, keys=_KEY)


def write_media(connection: Connection, schema: str, work: Work) -> None:
    """Where the bundle's paths lead. Replaced and dropped paths go first."""
    paths = [*work.dropped, *(media.path for media in work.stored)]
    if not paths:
        return
    statement = in_schema(
        schema, 'DELETE FROM {s}.coursewright_media WHERE "bundleId" = %s AND path = ANY (%s)'
    )
    connection.execute(statement, (work.bundle_id, paths))
    rows = (
        (work.bundle_id, media.path, bytes.fromhex(media.digest), media.size, media.media_type)
        for media in work.stored
    )
    columns = ("bundleId", "path", "digest", "size", "mediaType")
    copy_rows(connection, schema, "coursewright_media", columns, rows, planned=len(work.stored))


def write_bundle(connection: Connection, schema: str, plan: Plan, release: int | None) -> None:
    """The bundle's own row, last of all. Without a release the last one stays."""
    moved = None if plan.work.moved is None else orjson.dumps(plan.work.moved).decode()
    done = connection.execute(
        in_schema(
            schema,
            "UPDATE {s}.coursewright_bundle SET title = %s, digest = %s,"
            ' "releaseId" = coalesce(%s, "releaseId"), moved = coalesce(%s::jsonb, moved) WHERE id = %s',
        ),
        (plan.title, plan.digest, release, moved, plan.work.bundle_id),
    )
    insist("coursewright_bundle", done.rowcount, 1)
    _track(connection, schema, plan.work)


def _track(connection: Connection, schema: str, work: Work) -> None:
    """What a rollback needs, with the release it happened in or, when that changed nothing else, after."""
    done = connection.execute(
        in_schema(
            schema,
            "UPDATE {s}.coursewright_release AS r"
            " SET honoured = b.moved, replanted = r.replanted || %s::jsonb"
            ' FROM {s}.coursewright_bundle AS b WHERE b.id = %s AND r.id = b."releaseId"',
        ),
        (orjson.dumps(work.replanted).decode(), work.bundle_id),
    )
    insist("coursewright_release", done.rowcount, 1)


def _uproot(connection: Connection, schema: str, work: Work) -> None:
    """Takes moved items from where they were, all before any is put where it goes: keys may change places."""
    if not work.uprooted:
        return
    parents, kinds, keys = zip(*work.uprooted, strict=True)
    done = connection.execute(
        in_schema(
            schema,
            'DELETE FROM {s}.coursewright_item WHERE ("parentId", kind, key) IN'
            ' (SELECT p, k::"char", y FROM unnest(%s::int[], %s::text[], %s::text[]) AS gone (p, k, y))',
        ),
        (list(parents), [LETTERS[kind] for kind in kinds], list(keys)),
    )
    insist("coursewright_item", done.rowcount, len(work.uprooted))


def _mapped(work: Work, item: Item, parent: Item | None) -> tuple[Any, ...]:
    above = work.bundle_id if parent is None else parent.row_id
    return (above, LETTERS[item.kind], item.key, item.row_id, item.digest, item.tree, item.paths, False)


def _retired(known: Known) -> tuple[Any, ...]:
    assert known.kind is not None
    assert known.parent is not None
    above = known.parent.row_id if known.parent.item is None else known.parent.item.row_id
    letter = LETTERS[known.kind]
    return (above, letter, known.key, known.row_id, known.digest, known.tree, known.paths, True)

"""What many tenants of one database hold: one statement, which has the locks of one tenant at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from psycopg import sql

from loaders.content import edited
from loaders.content.comparing import moves
from loaders.content.rows.flatten import flatten
from loaders.tenants.connect import Connection
from loaders.tenants.migrate import migrations
from schemas.model import Bundle, Move

# A thousand tenants' tables and indexes locked at once would fill the server's lock table, and learners would
# be refused. Leaving a block by an exception gives its locks back, while variables keep their values.
_NOTHING = sql.SQL("")
_EDITS = sql.SQL(f"""
            EXECUTE format($sql${edited.QUERY}$sql$, tenant) INTO edits;
            found := found || jsonb_build_object('edits', edits);
""")
_READ = """
DO $read$
DECLARE
    tenant text;
    found jsonb;
    edits jsonb;
    answers text[] := '{{}}';
BEGIN
    FOREACH tenant IN ARRAY {schemas}::text[] LOOP
        found := NULL;
        BEGIN
            EXECUTE format($sql$
                SELECT jsonb_build_object(
                    'versions', (SELECT jsonb_agg(version) FROM %1$I.schemaversion),
                    'bundles', coalesce(jsonb_agg(jsonb_build_object(
                        'bundle', b.key, 'digest', encode(b.digest, 'hex'), 'moved', b.moved, 'release', r.id,
                        'commit', r."gitCommit", 'at', r."publishedAt", 'by', u.email
                    ) ORDER BY b.key), '[]'))
                FROM %1$I.coursewright_bundle AS b
                LEFT JOIN %1$I.coursewright_release AS r ON r.id = b."releaseId"
                LEFT JOIN main.users AS u ON u.id = r."publishedBy"
            $sql$, tenant) INTO found;
            {edits}
            RAISE EXCEPTION USING ERRCODE = 'CWFND';
        EXCEPTION
            WHEN SQLSTATE 'CWFND' THEN NULL;
            WHEN undefined_table OR invalid_schema_name THEN found := jsonb_build_object('missing', true);
            WHEN insufficient_privilege OR lock_not_available THEN
                found := jsonb_build_object('refused', SQLERRM);
        END;
        answers := answers || found::text;
    END LOOP;
    PERFORM set_config('coursewright.standing', '[' || array_to_string(answers, ',') || ']', true);
END
$read$;
SELECT current_setting('coursewright.standing')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """How many items of a bundle somebody wrote to in the tenant, when last, and who that was."""

    items: int
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One bundle a tenant has, and its last release. `moved` are the entries the tenant has honoured.

    `edited` is None when nobody wrote to its rows since, and when that was not asked.
    """

    bundle: str
    digest: bytes | None
    moved: tuple[tuple[str, str], ...]
    release: int | None
    git_commit: str | None
    published_at: datetime | None
    published_by: str | None
    edited: Edited | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one tenant has. `pending`: migrations it needs. `refused`: why it could not be read."""

    pending: tuple[str, ...] = ()
    refused: str = ""
    bundles: Mapping[str, Holding]

    @property
    def readable(self) -> bool:
        """It can tell which bundles it has."""
        return not (self.refused or self.pending)


@dataclass(frozen=True, slots=True)
class Target:
    """What a tenant has when a bundle is published there and nothing else happened since."""

    bundle: str
    digest: bytes
    moved: tuple[Move, ...]

    def reached(self, standing: Standing) -> bool:
        """Publishing would change nothing. Media that a store lost do not count."""
        held = standing.bundles.get(self.bundle)
        return (
            held is not None
            and not standing.pending
            and held.digest == self.digest
            and not moves.pending(self.moved, held.moved)
        )


def target(bundle: Bundle) -> Target:
    return Target(bundle.key, flatten(bundle).digest, bundle.moved)


def standings(connection: Connection, schemas: Sequence[str], *, edits: bool = False) -> dict[str, Standing]:
    """By schema; one round trip for any number. A schema that cannot be read says so and stops none.

    With `edits` every published row is looked at, see `edited`.
    """
    statement = sql.SQL(_READ).format(schemas=sql.Literal(list(schemas)), edits=_EDITS if edits else _NOTHING)
    cursor = connection.execute(statement)
    while cursor.nextset():
        pass
    row = cursor.fetchone()
    assert row is not None, "current_setting has one row"
    return dict(zip(schemas, map(_standing, orjson.loads(row[0])), strict=True))


def _standing(found: Mapping[str, Any]) -> Standing:
    if "refused" in found:
        return Standing(refused=found["refused"], bundles={})
    have = set(found.get("versions") or ())
    pending = tuple(migration.file for migration in migrations() if migration.version not in have)
    edits = found.get("edits") or {}
    bundles = (_holding(row, edits.get(row["bundle"])) for row in found.get("bundles", ()))
    return Standing(pending=pending, bundles={holding.bundle: holding for holding in bundles})


def _holding(row: Mapping[str, Any], edited: Mapping[str, Any] | None) -> Holding:
    return Holding(
        bundle=row["bundle"],
        digest=bytes.fromhex(row["digest"]) if row["digest"] else None,
        moved=tuple((old, new) for old, new in row["moved"]),
        release=row["release"],
        git_commit=row["commit"],
        published_at=_utc(row["at"]) if row["at"] else None,
        published_by=row["by"],
        edited=Edited(items=edited["items"], at=_utc(edited["at"]), by=edited["by"]) if edited else None,
    )


def _utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)

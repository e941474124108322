"""The history of a bundle in a tenant: one row for every publish that changed something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

import orjson

from loaders.content.known import in_schema
from loaders.content.plan import Plan, Release
from loaders.tenants.connect import Connection
from schemas.findings import CoursewrightError
from schemas.model import Move


def latest(connection: Connection, schema: str, bundle: str) -> Release | None:
    """The release the tenant has now; None when the bundle was never published there."""
    found = history(connection, schema, bundle, limit=1)
    return found[0] if found else None


def history(connection: Connection, schema: str, bundle: str, *, limit: int | None) -> list[Release]:
    """The last releases, newest first; all of them without a limit."""
    rows = connection.execute(
        in_schema(
            schema,
            'SELECT r.id, r.digest, u.email, r."publishedAt", r."gitCommit", r.counts,'
            ' encode(r."bundleFile", \'hex\'), r."rollbackTo"'
            ' FROM {s}.coursewright_release AS r JOIN {s}.coursewright_bundle AS b ON b.id = r."bundleId"'
            ' LEFT JOIN main.users AS u ON u.id = r."publishedBy"'
            " WHERE b.key = %s ORDER BY r.id DESC LIMIT %s",
        ),
        (bundle, limit),
    )
    return [
        Release(
            id=release,
            bundle=bundle,
            digest=digest,
            published_by=email,
            published_at=moment.replace(tzinfo=UTC),
            git_commit=commit,
            counts=counts,
            bundle_file=file,
            rollback_to=back,
        )
        for release, digest, email, moment, commit, counts, file, back in rows
    ]


@dataclass(frozen=True, slots=True)
class WayBack:
    """From what a tenant has to an earlier release: moves that undo later ones, and what it had honoured."""

    release: int
    moves: list[Move]
    honoured: list[tuple[str, str]]


def way_back(connection: Connection, schema: str, bundle: str, release: int) -> WayBack:
    """Raises CoursewrightError when `release` or one after it was made by a version that kept no track."""
    rows = connection.execute(
        in_schema(
            schema,
            "SELECT r.id, r.honoured, r.replanted FROM {s}.coursewright_release AS r"
            ' JOIN {s}.coursewright_bundle AS b ON b.id = r."bundleId"'
            " WHERE b.key = %s AND r.id >= %s ORDER BY r.id DESC",
        ),
        (bundle, release),
    ).fetchall()
    if not rows or rows[-1][0] != release:
        raise CoursewrightError(f"there is no release {release} of {bundle}")
    if untracked := [number for number, honoured, _ in rows if honoured is None]:
        raise CoursewrightError(
            f"release {untracked[0]} of {bundle} was made by a version that kept no track of what it moved",
            "go back no further than the releases after it, or publish the bundle of then from its files",
        )
    *later, (_, honoured, _) = rows
    moves = [
        Move(old=after, new=before) for _, _, replanted in later for before, after in reversed(replanted)
    ]
    return WayBack(release, moves, [(old, new) for old, new in honoured])


def record(
    connection: Connection,
    schema: str,
    plan: Plan,
    bundle_id: int | None,
    *,
    user: int,
    git_commit: str | None,
    bundle_file: str | None,
) -> int:
    """Writes a release for the plan and returns its id."""
    from importlib.metadata import version

    counts = {kind: counts.as_dict() for kind, counts in plan.counts.items()}
    file = None if bundle_file is None else bytes.fromhex(bundle_file)
    row = connection.execute(
        in_schema(
            schema,
            'INSERT INTO {s}.coursewright_release ("bundleId", digest, counts, "gitCommit", "toolVersion",'
            ' "publishedBy", "bundleFile", "rollbackTo")'
            " VALUES (%s, %s, %s::jsonb, %s, %s, %s, %s, %s) RETURNING id",
        ),
        (
            bundle_id,
            plan.digest,
            orjson.dumps(counts).decode(),
            git_commit,
            version("coursewright"),
            user,
            file,
            plan.work.rollback_to,
        ),
    ).fetchone()
    assert row is not None
    return int(row[0])

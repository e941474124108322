"""What somebody edited in a tenant since the last publish, and what a publish does about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import history
from pipeline.progress import say
from schemas.findings import RefusedError

if TYPE_CHECKING:
    from loaders.content.drift.added import Added
    from loaders.content.drift.edits import Edit
    from loaders.content.drift.local import Local, OnDrift
    from loaders.content.plan import Release
    from loaders.tenants.tenant import Tenant
    from schemas.model import Bundle

_BULK_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The edits of one bundle in one tenant, since `release`. `base` is the bundle of that release.

    `added` is what the tenant put into the bundle's courses; it is nobody else's, and no edit.
    """

    tenant: str
    release: Release
    base: Bundle
    edits: Sequence[Edit]
    added: Sequence[Added]


def find(tenant: Tenant, key: str | None) -> list[Drift]:
    """The edits of one bundle, or of every bundle the tenant has.

    Raises CoursewrightError for an unknown bundle, and when the last release did not keep its bundle.
    """
    latest = {release.bundle: release for release in reversed(history.releases(tenant, key))}
    return [_find(tenant, release) for _, release in sorted(latest.items())]


def _find(tenant: Tenant, release: Release) -> Drift:
    from loaders.content.drift import find as finder
    from loaders.content.drift.added import added
    from loaders.tenants.connect import connect

    base = history.bundle_of(tenant, release.bundle, release.id).bundle
    with connect(tenant, statement_seconds=_BULK_SECONDS, snapshot=True) as connection:
        edits = finder.find(connection, tenant, base)
        own = added(connection, tenant.schema, release.bundle)
    return Drift(tenant=tenant.name, release=release, base=base, edits=edits, added=own)


# ── while publishing ─────────────────────────────────────────────────────────────────────────────


def local_edits(tenant: Tenant, key: str, policy: OnDrift) -> Local:
    """What `compare` needs to tell a tenant's edits from what was published."""
    from loaders.content.drift.local import Local

    return Local(lambda: _base(tenant, key), policy)


def _base(tenant: Tenant, key: str) -> Bundle | None:
    release = history.release_of(tenant, key, None)
    return history.bundle_of(tenant, key, release.id).bundle if release.bundle_file else None


def settle(local: Local, tenant: Tenant) -> None:
    """Says what becomes of the edits. Raises RefusedError when nobody said that they may be undone."""
    from loaders.content.drift.edits import conflicts, findings

    if local.blind:
        say(f"{tenant.name}: the last release did not keep its bundle, so edits in the tenant cannot be told")
    if local.policy == "refuse" and local.edits:
        raise RefusedError(findings(local.edits))
    clashes = [finding for edit in local.edits for finding in conflicts(edit)]
    if local.policy == "keep" and clashes:
        raise RefusedError(clashes)
    for edit in local.edits:
        say(f"{_DONE[local.policy]} {edit.address}: {_what(edit)}")


_DONE = {"keep": "keeps the tenant's", "overwrite": "undoes the tenant's"}


def _what(edit: Edit) -> str:
    from loaders.content.drift.edits import who

    names = ", ".join(field.name for field in edit.fields)
    return (names or edit.state) + (f", edited{who(edit)}" if who(edit) else "")

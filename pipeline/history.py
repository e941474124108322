"""What was published to a tenant, and each release's bundle as it was then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from schemas.findings import CoursewrightError

if TYPE_CHECKING:
    from loaders.content.plan import Release
    from loaders.tenants.tenant import Tenant
    from schemas.source import Reading, Source


def releases(tenant: Tenant, bundle_key: str | None) -> list[Release]:
    """All releases of one bundle, or of every bundle the tenant has, newest first."""
    from loaders.content.read import bundle_keys
    from loaders.content.releases import history
    from loaders.tenants.connect import connect

    with connect(tenant) as connection:
        keys = bundle_keys(connection, tenant)
        if bundle_key is not None and bundle_key not in keys:
            raise _unknown_bundle(tenant, bundle_key, keys)
        found = [
            release
            for key in ([bundle_key] if bundle_key is not None else keys)
            for release in history(connection, tenant.schema, key, limit=None)
        ]
    return sorted(found, key=lambda release: -release.id)


def bundle_of(tenant: Tenant, bundle_key: str, release_id: int | None = None) -> Reading:
    """The bundle of a release, the last one unless given, equal to what was published.

    Its files are those of the tenant's media store. Raises CoursewrightError when there is no such release,
    or when it was made by a version that did not keep the bundle.
    """
    return recall(tenant, release_of(tenant, bundle_key, release_id))[1]


def recall(tenant: Tenant, release: Release) -> tuple[Source, Reading]:
    """The documents of a release, and the bundle they make. Raises CoursewrightError as `bundle_of` does."""
    from loaders.media import open_store
    from pipeline import keeping

    if release.bundle_file is None:
        raise CoursewrightError(
            f"release {release.id} of {release.bundle} in {tenant.name} is of a version that kept no bundles",
            f"publish it from its files{f' at commit {release.git_commit}' if release.git_commit else ''}",
        )
    store = open_store(tenant.media, tenant.endpoint)
    return keeping.recall(store, release.bundle_file, f"{release.bundle}@{release.digest.hex()[:8]}")


def release_of(tenant: Tenant, bundle_key: str, release_id: int | None) -> Release:
    """A release by its number, or the last one. Raises CoursewrightError when there is none."""
    found = releases(tenant, bundle_key)
    return found[0] if release_id is None else numbered(found, release_id, tenant.name)


def numbered(found: Sequence[Release], number: int, tenant: str) -> Release:
    """One of these releases of a bundle. Raises CoursewrightError when it is not among them."""
    for release in found:
        if release.id == number:
            return release
    numbers = ", ".join(str(release.id) for release in found[:20])
    raise CoursewrightError(
        f"{found[0].bundle} has no release {number} in {tenant}", f"the last ones are {numbers}"
    )


def _unknown_bundle(tenant: Tenant, key: str, keys: list[str]) -> CoursewrightError:
    return CoursewrightError(
        f"{tenant.name} has no bundle {key!r}", f"bundles it has: {', '.join(keys) or 'none'}"
    )

"""Out of a tenant: a bundle as files, records as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.findings import CoursewrightError

if TYPE_CHECKING:
    from loaders.tenants.tenant import Tenant
    from schemas.model import Bundle


def export_bundle(tenant: Tenant, key: str | None, output: Path) -> Bundle:
    """Writes the bundle `key`, or the only one there is, to a folder or zip. Returns what was written."""
    from exporters import bundle as writer
    from loaders.media import open_store
    from loaders.media.upload import StoreFiles
    from loaders.tenants import read
    from loaders.tenants.connect import connect
    from pipeline.archives import open_sink

    with connect(tenant) as connection:
        bundle = read.read(connection, tenant, key or _only(read.bundle_keys(connection, tenant), tenant))
    files = StoreFiles(open_store(tenant.media, tenant.endpoint), bundle.media)
    with open_sink(output) as sink:
        writer.write(bundle, files, sink)
    return bundle


def _only(keys: Sequence[str], tenant: Tenant) -> str:
    if len(keys) == 1:
        return keys[0]
    if not keys:
        raise CoursewrightError(f"nothing was ever published to {tenant.name}", "publish a bundle first")
    raise CoursewrightError(f"{tenant.name} has several bundles: {', '.join(keys)}", "name one: --bundle KEY")

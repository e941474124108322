"""Which tenants there are: those of `tenants.yaml`, and `local`, which needs no configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import configuration
from pipeline.progress import say
from schemas.findings import CoursewrightError

if TYPE_CHECKING:
    from loaders.content.plan import Release
    from loaders.tenants.tenant import Tenant

CONFIG = Path("tenants.yaml")
LOCAL = "local"
LOCAL_FOLDER = Path(".coursewright")
LOCAL_USER = "coursewright@localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`pending`: migrations that have not run. `releases`: the last one of every bundle."""

    tenant: str
    pending: Sequence[str]
    releases: Sequence[Release]


def listed(config: Path | None) -> list[str]:
    """The names of all tenants. Raises RefusedError when the configuration is wrong."""
    file = _file(config)
    configured = configuration.names(file) if file else []
    return configured if LOCAL in configured else [*configured, LOCAL]


def find(name: str, config: Path | None) -> Tenant:
    """The tenant of that name. `local`, unless configured, is the embedded server, started and made ready.

    Raises CoursewrightError for an unknown name, RefusedError when the configuration is wrong.
    """
    known = listed(config)
    if name not in known:
        mend = f"known here: {', '.join(known)}; others are added to {config or CONFIG}"
        raise CoursewrightError(f"there is no tenant {name!r}", mend)
    file = _file(config)
    if file and name in configuration.names(file):
        return configuration.tenant(file, name)
    return _local()


def publisher(tenant: Tenant, given: str | None) -> str | None:
    """The e-mail address of who publishes, as given; the embedded tenant has a default."""
    return given or (LOCAL_USER if tenant.name == LOCAL else None)


def status(tenant: Tenant) -> Status:
    from loaders.content.read import bundle_keys
    from loaders.content.releases import latest
    from loaders.tenants.connect import connect
    from loaders.tenants.migrate import pending

    missing = pending(tenant)
    if missing:
        return Status(tenant=tenant.name, pending=missing, releases=[])
    with connect(tenant) as connection:
        found = (latest(connection, tenant.schema, key) for key in bundle_keys(connection, tenant))
        return Status(tenant=tenant.name, pending=[], releases=[release for release in found if release])


def _file(config: Path | None) -> Path | None:
    return config or (CONFIG if CONFIG.exists() else None)


def _local() -> Tenant:
    from loaders.embedded.server import ensure_local
    from loaders.tenants.migrate import migrate
    from loaders.tenants.tenant import Tenant

    new = not LOCAL_FOLDER.exists()
    if new:
        say(f"making a PostgreSQL for the tenant {LOCAL} in {LOCAL_FOLDER}")
    tenant = Tenant(
        name=LOCAL,
        dsn=ensure_local(LOCAL_FOLDER / "postgres"),
        schema=LOCAL,
        media=str(LOCAL_FOLDER / "media"),
        create_users=True,
    )
    for done in migrate(tenant, bootstrap=True):
        say(f"{LOCAL}: {done}")
    return tenant

"""Which tenants there are: those of `tenants.yaml`, and `local`, which needs no configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import configuration
from pipeline.progress import say
from schemas.findings import CoursewrightError
from schemas.words import named

if TYPE_CHECKING:
    from loaders.content.plan import Release
    from loaders.tenants.tenant import Tenant

CONFIG = Path("tenants.yaml")
LOCAL = "local"
LOCAL_FOLDER = Path(".coursewright")
LOCAL_USER = "coursewright@localhost"
_MOST_NAMES = 20

Known = Mapping[str, "Callable[[], Tenant]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`pending`: migrations that have not run. `releases`: the last one of every bundle."""

    tenant: str
    pending: Sequence[str]
    releases: Sequence[Release]


def listed(config: Path | None) -> list[str]:
    """The names of all tenants. Raises RefusedError when the configuration is wrong."""
    known = list(configured(config))
    return known if LOCAL in known else [*known, LOCAL]


def configured(config: Path | None) -> Known:
    """Every tenant of the configuration by name, its own entries first; fleets are asked for theirs.

    A call fills in the variables of one. Raises CoursewrightError when two fleets have a name in common.
    """
    file = _file(config)
    return _with_fleets(file, _entries(file)) if file else {}


def find(name: str, config: Path | None) -> Tenant:
    """The tenant of that name. `local`, unless configured, is the embedded server, started and made ready.

    Raises CoursewrightError for an unknown name, RefusedError when the configuration is wrong.
    """
    return several([name], config)[0]


def several(names: Sequence[str], config: Path | None) -> list[Tenant]:
    """As `find`, for any number of names. Fleets are asked only for what has no entry of its own."""
    file = _file(config)
    known = _entries(file) if file else {}
    if file and not set(names) <= {*known, LOCAL}:
        known = _with_fleets(file, known)
    known = {LOCAL: _local, **known}
    for name in names:
        if name not in known:
            raise _unknown(name, list(known), config)
    return [known[name]() for name in names]


def _entries(file: Path) -> Known:
    return {name: partial(configuration.tenant, file, name) for name in configuration.names(file)}


def _with_fleets(file: Path, known: Known) -> Known:
    from loaders.tenants import fleet

    owners: dict[str, str] = {}
    found: dict[str, Callable[[], Tenant]] = {}
    for each in configuration.fleets(file):
        for tenant in fleet.tenants(each):
            if tenant.name in known:
                continue
            if owners.setdefault(tenant.name, each.name) != each.name:
                raise CoursewrightError(
                    f"the fleets {owners[tenant.name]} and {each.name} both have a tenant {tenant.name}",
                    f"narrow one of them, or give {tenant.name} an entry of its own under `tenants`",
                )
            found[tenant.name] = partial(_given, tenant)
    return {**known, **found}


def _given(tenant: Tenant) -> Tenant:
    return tenant


def _unknown(name: str, known: Sequence[str], config: Path | None) -> CoursewrightError:
    some = sorted(known, key=lambda one: (one == LOCAL, known.index(one)))
    return CoursewrightError(
        f"there is no tenant {name!r}",
        f"known here: {named(some, _MOST_NAMES)}; others are added to {config or CONFIG}",
    )


def groups(config: Path | None) -> Mapping[str, Sequence[str]]:
    """The patterns of every group of tenants, in the order of the file."""
    file = _file(config)
    return configuration.groups(file) if file else {}


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

    new = not (LOCAL_FOLDER / "postgres").exists()
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

"""Published bundles taken out of many tenants at once, each to a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline import exporting
from pipeline.engines import meant
from pipeline.fleet import standing
from pipeline.fleet.run import Limits
from pipeline.fleet.serving import Done
from pipeline.fleet.single import do_all
from pipeline.fleet.work import meant_tenant
from pipeline.show import fleet as screen

if TYPE_CHECKING:
    from loaders.tenants.tenant import Tenant

_WRITTEN: Final = screen.Words("bundle", "reading", "written")


@dataclass(frozen=True, slots=True)
class Export:
    """A bundle of a tenant and the folder it goes to. It is its own task, see `serving.Task`.

    Without a `bundle` the tenant could not tell what it has, and says why when it is asked again.
    """

    tenant: Tenant
    bundle: str | None
    output: Path

    @property
    def name(self) -> str:
        return f"{self.tenant.name}/{self.bundle}" if self.bundle else self.tenant.name

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrived, (self.tenant, self.bundle, self.output, Path.cwd())

    def __call__(self, _start: int) -> Iterator[Done]:
        written = exporting.export_bundle(self.tenant, self.bundle, self.output)
        yield Done(str(self.output), {"bundle": written.key, "output": str(self.output)})


def _arrived(tenant: Tenant, bundle: str | None, output: Path, folder: Path) -> Export:
    return Export(meant_tenant(tenant, folder), bundle, meant(output, folder))


def exports(tenants: Sequence[Tenant], bundle: str | None, output: Path) -> list[Export]:
    """Every bundle that the tenants have, or the one, each to `output`/TENANT/BUNDLE."""
    found = standing.ask(tenants)
    return [
        Export(tenant, key, output / tenant.name / (key or ""))
        for tenant in tenants
        for key in (found[tenant.name].bundles if found[tenant.name].readable else [None])
        if key is None or bundle in (None, key)
    ]


def export_all(found: Sequence[Export], limits: Limits, *, as_json: bool) -> int:
    """Writes them and shows how it goes. The exit code is 1 when one failed or was not begun."""
    return do_all(found, _WRITTEN, limits, as_json=as_json)

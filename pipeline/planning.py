"""Publishing a plan that somebody looked at and saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import promise, publishing

if TYPE_CHECKING:
    from loaders.tenants.tenant import Tenant
    from pipeline.consent import Consent
    from pipeline.promise import Promise
    from pipeline.publishing import Outcome, Proposal


def saved(file: Path) -> list[Promise]:
    """What a saved plan promises. Raises CoursewrightError, or RefusedError when a bundle is wrong by now."""
    promises = promise.read(file)
    publishing.require_clean([Path(path) for path in dict.fromkeys(one.path for one in promises)])
    return promises


def publish(
    promised: Promise,
    tenant: Tenant,
    *,
    user: str,
    dry_run: bool,
    consent: Consent,
    show: Callable[[Proposal], None],
) -> Outcome:
    """Publishes what was promised. Raises CoursewrightError when that is not what would be done now."""
    with publishing.opened(Path(promised.path)) as bundle:
        return publishing.publish(
            bundle,
            tenant,
            user=user,
            dry_run=dry_run,
            on_drift=promised.on_drift,
            consent=consent,
            promise=promised,
            show=show,
        )

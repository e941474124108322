"""Going back to an earlier release: its bundle, as the tenant's store has it, is published again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import history
from pipeline.publishing import Opened

if TYPE_CHECKING:
    from loaders.tenants.tenant import Tenant


def release(tenant: Tenant, bundle_key: str, number: int) -> Opened:
    """A release, to be published with the plan, the guards and the questions of any other publish.

    What later releases moved goes back to where it was, so rows keep their ids and learners their records.
    Raises CoursewrightError when there is no such release, or when it did not keep its bundle.
    """
    wanted = history.release_of(tenant, bundle_key, number)
    source, reading = history.recall(tenant, wanted)
    return Opened(
        label=source.label, source=source, reading=reading, git_commit=wanted.git_commit, back_to=wanted.id
    )

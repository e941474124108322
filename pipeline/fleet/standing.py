"""What tenants have and who is behind, asked of each database once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from schemas.findings import CoursewrightError

if TYPE_CHECKING:
    from loaders.content.standing import Standing, Target
    from loaders.tenants.tenant import Tenant

_DATABASES_AT_ONCE = 8
_SECONDS = 300


def ask(tenants: Iterable[Tenant], *, edits: bool = False) -> dict[str, Standing]:
    """By tenant, with what somebody edited there if `edits` says so.

    When a database cannot be asked, all its tenants stand as refused, with the reason.
    """
    databases: dict[str, list[Tenant]] = {}
    for tenant in tenants:
        databases.setdefault(tenant.dsn, []).append(tenant)
    with ThreadPoolExecutor(_DATABASES_AT_ONCE, "database") as threads:
        answers = threads.map(partial(_ask, edits=edits), databases.values())
        return {name: found for answer in answers for name, found in answer.items()}


def _ask(tenants: Sequence[Tenant], *, edits: bool) -> dict[str, Standing]:
    from loaders.content.standing import Standing, standings
    from loaders.tenants.connect import open_transaction

    try:
        with open_transaction(tenants[0], statement_seconds=_SECONDS, snapshot=True) as connection:
            found = standings(connection, [tenant.schema for tenant in tenants], edits=edits)
    except CoursewrightError as error:
        return {tenant.name: Standing(refused=str(error), bundles={}) for tenant in tenants}
    return {tenant.name: found[tenant.schema] for tenant in tenants}


def behind(standings: Mapping[str, Standing], targets: Sequence[Target]) -> dict[str, set[str]]:
    """Tenant → keys of the bundles that it does not have as they are; empty for who is current."""
    return {
        name: {target.bundle for target in targets if not target.reached(standing)}
        for name, standing in standings.items()
    }

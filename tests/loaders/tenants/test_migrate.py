"""A tenant's tables come from the numbered files, once."""

from __future__ import annotations

from loaders.tenants.migrate import migrate, pending
from loaders.tenants.tenant import Tenant


def test_a_migrated_tenant_has_nothing_left_to_do(tenant: Tenant) -> None:
    assert pending(tenant) == []
    assert migrate(tenant) == []

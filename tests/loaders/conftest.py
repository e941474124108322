"""Tenants that are ready to be published to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from loaders.tenants.tenant import Tenant
from tests.publishing import PEOPLE


@pytest.fixture
def school(tenant: Tenant, users: Callable[..., list[int]]) -> Tenant:
    """A tenant in which everybody who teaches or publishes has an account."""
    users(*PEOPLE)
    return tenant

"""Where commands are run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from loaders.tenants.tenant import Tenant

EXAMPLES = Path(__file__).parents[2] / "packages/examples"


@pytest.fixture
def acme(
    tenant: Tenant, users: Callable[..., list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder with two examples to publish, and a tenants.yaml that knows `acme`."""
    users("anna@example.com", "ben@example.com", "ops@example.com")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACME_DATABASE_URL", tenant.dsn)
    for name in ("tiny", "rich"):
        shutil.copytree(EXAMPLES / name, name)
    Path("tenants.yaml").write_text(
        "tenants:\n  acme: {database: '${ACME_DATABASE_URL}', media: media}\n", encoding="utf-8"
    )

"""Tests never use the cache of whoever runs them; those of the cache bring their own folder."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSEWRIGHT_CACHE", "off")

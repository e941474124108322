"""Real packages: imported, published to a real tenant, taken back out: the same bundle, and nothing to do again.

A few of each kind; `COURSEWRIGHT_ROUND=all pytest tests/pipeline/test_imports_go_round.py` takes them all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docs.coverage import packages
from importers.shared.naming import PLACEHOLDER_INSTRUCTOR
from loaders.tenants.tenant import Tenant
from pipeline.archives import open_source
from pipeline.converting import format_of
from schemas.findings import CoursewrightError, Report
from schemas.model import Bundle
from tests.publishing import PUBLISHER, plan_for, publish, published

_OF_A_KIND = 2
_LARGEST = 2 * 1024 * 1024
"""Bytes of a package, but where all are taken."""


@pytest.mark.timeout(3600)
def test_an_imported_package_is_published_and_comes_back_equal(
    shared: Path, tenant: Tenant, users: Callable[..., list[int]]
) -> None:
    users(PUBLISHER, PLACEHOLDER_INSTRUCTOR)
    different, seen = {}, set()
    for path, bundle in _bundles(shared / "corpora"):
        if bundle.key in seen:  # the same package in two versions
            continue
        seen.add(bundle.key)
        publish(tenant, bundle)
        if published(tenant, bundle.key) != bundle or not plan_for(tenant, bundle).empty:
            different[path] = bundle.key
    assert different == {}
    assert len(seen) > 10


def _bundles(corpus: Path) -> Iterator[tuple[str, Bundle]]:
    """Imported packages, the smallest of each kind first."""
    everything = os.environ.get("COURSEWRIGHT_ROUND") == "all"
    taken: dict[str, int] = {}
    sized = sorted((_size(corpus / path), path, kind) for path, kind in packages(corpus))
    for size, path, kind in sized:
        if not everything and (taken.get(kind, 0) >= _OF_A_KIND or size > _LARGEST):
            continue
        try:
            with open_source(corpus / path, foreign=True) as source:
                bundle = format_of(source).load().read(source, Report()).bundle
        except CoursewrightError:
            continue
        taken[kind] = taken.get(kind, 0) + 1
        yield path, bundle


def _size(path: Path) -> int:
    return sum(each.stat().st_size for each in path.rglob("*")) if path.is_dir() else path.stat().st_size

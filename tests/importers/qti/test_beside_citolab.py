"""citolab-qti-convert upgrades items to QTI 3: whatever it sees as one, we account for."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from importers import qti
from pipeline.archives import open_source
from schemas.findings import RefusedError, Report

package = pytest.importorskip("qti_convert.package", reason="citolab-qti-convert is not installed")

_ITEM = re.compile(rb"<(?:\w+:)?qti-assessment-item\s[^>]*?\bidentifier=\"([^\"]*)\"")


def test_every_item_it_sees_is_a_question_of_ours(shared: Path, tmp_path: Path) -> None:
    seen = 0
    for path in sorted(
        path for kind in ("qti21", "qti22", "qti30") for path in (shared / "corpora" / kind).rglob("*.zip")
    ):
        theirs = _theirs(path, tmp_path / "upgraded.zip")
        ours = _ours(path)
        if ours is not None:
            assert theirs <= ours, path.name
            seen += len(theirs)
    assert seen > 250


def _theirs(path: Path, made: Path) -> set[str]:
    made.unlink(missing_ok=True)
    try:
        package.upgrade_package(path, made)
    except Exception:  # noqa: BLE001 - what it cannot read it does not see
        return set()
    with zipfile.ZipFile(made) as archive:
        texts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
    return {found.decode() for text in texts for found in _ITEM.findall(text)}


def _ours(path: Path) -> set[str] | None:
    """Identifiers of all items that have an account; None for a source that is refused, or somebody else's."""
    report = Report()
    try:
        with open_source(path, foreign=True) as source:
            if not qti.detect(source):
                return None
            qti.read(source, report)
    except RefusedError:
        return None
    return {account.name.rpartition("#")[2] for account in report.accounts if account.kind == "question"}

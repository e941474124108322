"""Hostile SCORM 1.2 and 2004 packages and manifests end to end, each in its own child process."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from importers import scorm
from pipeline.archives import open_source
from schemas.findings import Report
from tests.hostile import judging
from tests.hostile.corpus import Row, rows
from tests.hostile.drive import Outcome

_DECIDED_OTHERWISE = {"tar/zip_named_targz.tar.gz": "accept"}
"""Files are told by their content, never by their name (docs/adr/0007)."""
_HARMLESS = ("_comment_1m", "_title_html", "_title_formula", "_title_onclick")
"""Nothing is to be changed: comments are no content, and markup in a title is text that writers escape."""


@pytest.fixture(scope="module")
def packages(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[Path, Row]:
    """Every row as a package: manifests that stand alone get the page they start."""
    folder = tmp_path_factory.mktemp("packages")
    found: dict[Path, Row] = {}
    for row in rows(hostile, "scorm12", "xml.scorm12", "scorm2004", "xml.scorm2004"):
        path = hostile / row.path
        if row.kind.startswith("xml."):
            path = folder / f"{path.stem}.zip"
            _zip(path, (hostile / row.path).read_bytes())
        found[path] = row
    return found


@pytest.fixture(scope="module")
def outcomes(
    packages: Mapping[Path, Row], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Path, Outcome]:
    return judging.by_path(packages, tmp_path_factory.mktemp("scratch"))


def test_every_package_and_manifest_gets_its_verdict(
    packages: Mapping[Path, Row], outcomes: Mapping[Path, Outcome]
) -> None:
    """All 295 rows. What was sanitised is said in the import report (below), not by the container."""
    assert len(packages) == 295
    assert judging.wrong_verdicts(packages, outcomes, _DECIDED_OTHERWISE) == {}


def test_none_costs_more_than_two_seconds_or_256_mib(
    outcomes: Mapping[Path, Outcome], tmp_path: Path
) -> None:
    assert judging.dear(outcomes, tmp_path) == []


def test_none_writes_a_file_opens_a_connection_or_starts_a_program(
    outcomes: Mapping[Path, Outcome],
) -> None:
    assert judging.touching(outcomes) == {}


def test_every_refusal_names_rule_file_and_place(outcomes: Mapping[Path, Outcome]) -> None:
    assert judging.refused_codes(outcomes) >= {f"CW{number}" for number in range(501, 524)} - {
        "CW506",
        "CW507",
        "CW509",
    }


def test_what_was_sanitised_is_in_the_report(packages: Mapping[Path, Row]) -> None:
    sanitised = [path for path, row in packages.items() if row.verdict == "accept-sanitised"]
    assert len(sanitised) > 20
    silent = [path.stem for path in sanitised if _said(path) == set()]
    assert [name for name in silent if not name.endswith(_HARMLESS)] == []


def test_controls_lose_nothing(packages: Mapping[Path, Row]) -> None:
    controls = [path for path, row in packages.items() if row.verdict == "accept"]
    assert len(controls) > 20
    assert {path.stem: _said(path) for path in controls if _said(path)} == {}


def _said(path: Path) -> set[str]:
    """Notes on changed and skipped parts, apart from what SCORM cannot tell about any package."""
    report = Report()
    with open_source(path) as source:
        scorm.read(source, report)
    return {
        account.note
        for account in report.accounts
        if account.fate != "carried" and account.name not in ("instructor", "manifest identifier")
    }


def _zip(path: Path, manifest: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("imsmanifest.xml", manifest)
        archive.writestr("index.html", "<!DOCTYPE html><title>Lesson</title><p>Hello.</p>")

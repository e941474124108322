"""Hostile cartridges and manifests end to end, each in its own child process."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from importers import cartridge
from pipeline.archives import open_source
from schemas.findings import Report
from tests.hostile import judging
from tests.hostile.corpus import Row, rows
from tests.hostile.drive import Outcome

_DECIDED_OTHERWISE = {"xml/cc_utf8_bad.xml": "accept", "pkg/cc_utf8_bad.imscc": "accept"}
"""They are the control: a cartridge's organization has no title for the generator to spoil."""
_BESIDE = {
    "index.html": "<!DOCTYPE html><title>Lesson</title><p>Hello.</p>",
    "wl.xml": '<webLink xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3"><title>x</title>'
    '<url href="javascript:alert(document.domain)"/></webLink>',
    "lti.xml": '<cartridge_basiclti_link xmlns="http://www.imsglobal.org/xsd/imslticc_v1p3"'
    ' xmlns:blti="http://www.imsglobal.org/xsd/imsbasiclti_v1p0"><blti:title>x</blti:title>'
    "<blti:launch_url>http://169.254.169.254/lti</blti:launch_url></cartridge_basiclti_link>",
}
"""What manifests that stand alone in the corpus lead to."""


@pytest.fixture(scope="module")
def packages(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[Path, Row]:
    """Every row as a package."""
    folder = tmp_path_factory.mktemp("packages")
    found: dict[Path, Row] = {}
    for row in rows(hostile, "cc", "xml.cc"):
        path = hostile / row.path
        if row.kind == "xml.cc":
            path = folder / f"{path.stem}.imscc"
            _zip(path, (hostile / row.path).read_bytes())
        found[path] = row
    return found


@pytest.fixture(scope="module")
def outcomes(
    packages: Mapping[Path, Row], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Path, Outcome]:
    return judging.by_path(packages, tmp_path_factory.mktemp("scratch"))


def test_every_cartridge_and_manifest_gets_its_verdict(
    packages: Mapping[Path, Row], outcomes: Mapping[Path, Outcome]
) -> None:
    assert len(packages) == 45
    assert judging.wrong_verdicts(packages, outcomes, _DECIDED_OTHERWISE) == {}


def test_none_costs_more_than_two_seconds_or_256_mib(
    outcomes: Mapping[Path, Outcome], tmp_path: Path
) -> None:
    assert judging.dear(outcomes, tmp_path) == []


def test_none_writes_a_file_opens_a_connection_or_starts_a_program(
    outcomes: Mapping[Path, Outcome],
) -> None:
    assert judging.touching(outcomes) == {}


def test_every_refusal_names_rule_and_file(outcomes: Mapping[Path, Outcome]) -> None:
    assert judging.refused_codes(outcomes) >= {
        "CW503",
        "CW504",
        "CW505",
        "CW550",
        "CW552",
        "CW553",
        "CW554",
        "CW556",
    }


def test_what_was_sanitised_is_in_the_report_and_controls_lose_nothing(
    packages: Mapping[Path, Row],
) -> None:
    taken = {path: row for path, row in packages.items() if row.verdict.startswith("accept")}
    silent = [path.stem for path, row in taken.items() if (row.verdict == "accept") == bool(_said(path))]
    assert silent == []


def _said(path: Path) -> set[str]:
    """Notes on changed and skipped parts, apart from what no cartridge says of itself."""
    report = Report()
    with open_source(path) as source:
        cartridge.read(source, report)
    return {
        account.note
        for account in report.accounts
        if account.fate != "carried" and account.kind != "metadata" and account.name not in _BESIDE
    }


def _zip(path: Path, manifest: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("imsmanifest.xml", manifest)
        for name, text in _BESIDE.items():
            archive.writestr(name, text)

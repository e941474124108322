"""Hostile Moodle backups end to end, each in its own child process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from importers import moodle
from pipeline.archives import open_source
from schemas.findings import Report
from tests.hostile.corpus import Row, rows
from tests.hostile.drive import Outcome, drive

_SECONDS = 2.0
_MEMORY_MIB = 256.0
_HARMLESS = ("php_object", "files_mime_html")
"""Text is text, and what a file is called by its server is not read: the bytes are judged."""


@pytest.fixture(scope="module")
def backups(hostile: Path) -> Mapping[Path, Row]:
    return {hostile / row.path: row for row in rows(hostile, "mbz")}


@pytest.fixture(scope="module")
def outcomes(backups: Mapping[Path, Row], tmp_path_factory: pytest.TempPathFactory) -> Mapping[Path, Outcome]:
    done = drive(backups, tmp_path_factory.mktemp("scratch"))
    return {path: done[str(path)] for path in backups}


def test_every_backup_gets_its_verdict(backups: Mapping[Path, Row], outcomes: Mapping[Path, Outcome]) -> None:
    assert len(backups) == 27
    wrong = {
        row.path: (row.verdict, outcomes[path].verdict, outcomes[path].message)
        for path, row in backups.items()
        if row.verdict.partition("-")[0] != outcomes[path].verdict.partition("-")[0]
    }
    assert wrong == {}


def test_none_costs_more_than_two_seconds_or_256_mib_or_touches_anything(
    outcomes: Mapping[Path, Outcome],
) -> None:
    assert [done for done in outcomes.values() if done.seconds > _SECONDS or done.memory > _MEMORY_MIB] == []
    assert {path.name: done.touched for path, done in outcomes.items() if done.touched} == {}


def test_every_refusal_names_rule_file_and_place(outcomes: Mapping[Path, Outcome]) -> None:
    refused = [done for done in outcomes.values() if done.verdict == "reject-clean"]
    assert [done.path for done in refused if Path(done.path).name not in done.message] == []
    codes = {code for done in refused for code in done.codes}
    assert codes >= {"CW503", "CW504", "CW571", "CW572", "CW573", "CW574"}


def test_what_was_sanitised_is_in_the_report_and_no_secret_is_in_the_bundle(
    backups: Mapping[Path, Row],
) -> None:
    silent = []
    for path, row in backups.items():
        if row.verdict != "accept-sanitised" or path.stem.endswith(_HARMLESS):
            continue
        report = Report()
        with open_source(path, foreign=True) as source:
            reading = moodle.read(source, report)
        assert "$2y$" not in repr(reading.bundle)
        told = [a for a in report.accounts if a.fate != "carried" and a.kind not in ("metadata", "file")]
        if not told and not any(a.name == "backup version" and a.note for a in report.accounts):
            silent.append(path.stem)
    assert silent == []

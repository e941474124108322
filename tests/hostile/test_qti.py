"""Hostile QTI documents end to end, as lone files, each in its own child process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from importers import qti
from pipeline.archives import open_source
from schemas.findings import Report
from tests.hostile.corpus import Row, rows
from tests.hostile.drive import Outcome, drive

_SECONDS = 2.0
_MEMORY_MIB = 256.0
_DECIDED_OTHERWISE = {"xml/qti21_pattern_redos.xml": "reject-clean"}
"""Rows marked `policy`: that item has no body, so nothing of it is left (docs/adr/0021)."""


@pytest.fixture(scope="module")
def documents(hostile: Path) -> list[Row]:
    return list(rows(hostile, "xml.qti12", "xml.qti21"))


@pytest.fixture(scope="module")
def outcomes(
    hostile: Path, documents: list[Row], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Outcome]:
    done = drive([hostile / row.path for row in documents], tmp_path_factory.mktemp("scratch"))
    return {row.path: done[str(hostile / row.path)] for row in documents}


def test_every_document_gets_its_verdict(documents: list[Row], outcomes: Mapping[str, Outcome]) -> None:
    """What was sanitised is said in the import report (below), not by the container."""
    assert len(documents) == 13
    wrong = {
        row.path: (wanted, outcomes[row.path])
        for row in documents
        if (wanted := _DECIDED_OTHERWISE.get(row.path, row.verdict)).partition("-")[0]
        != outcomes[row.path].verdict.partition("-")[0]
    }
    assert wrong == {}


def test_none_costs_more_than_two_seconds_or_256_mib_or_touches_anything(
    outcomes: Mapping[str, Outcome],
) -> None:
    dear = [done for done in outcomes.values() if done.seconds > _SECONDS or done.memory > _MEMORY_MIB]
    assert dear == []
    assert [done for done in outcomes.values() if done.touched] == []


def test_every_refusal_names_rule_and_file(outcomes: Mapping[str, Outcome]) -> None:
    refused = [done for done in outcomes.values() if done.verdict == "reject-clean"]
    assert [done for done in refused if not done.codes or Path(done.path).name not in done.message] == []
    assert {code for done in refused for code in done.codes} == {"CW504", "CW505", "CW561", "CW562"}


def test_what_was_sanitised_is_in_the_report(hostile: Path, documents: list[Row]) -> None:
    sanitised = [
        row.path
        for row in documents
        if row.verdict == "accept-sanitised" and row.path not in _DECIDED_OTHERWISE
    ]
    assert len(sanitised) == 5
    assert [path for path in sanitised if not _said(hostile / path)] == []


def test_the_control_loses_nothing(hostile: Path, documents: list[Row]) -> None:
    (control,) = [row.path for row in documents if row.verdict == "accept"]
    assert _said(hostile / control) == set()


def _said(path: Path) -> set[str]:
    """Notes on all parts, apart from what QTI cannot tell about any source."""
    report = Report()
    with open_source(path, foreign=True) as source:
        qti.read(source, report)
    return {
        account.note
        for account in report.accounts
        if account.fate != "carried" and account.kind != "metadata"
    }

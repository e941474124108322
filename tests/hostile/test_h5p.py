"""Hostile H5P packages end to end, each in its own child process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from importers import h5p
from pipeline.archives import open_source
from schemas.findings import Report
from schemas.model import QuizContent
from schemas.source import Reading
from tests.hostile.corpus import Row, rows
from tests.hostile.drive import Outcome, drive

_SECONDS = 2.0
_MEMORY_MIB = 256.0


@pytest.fixture(scope="module")
def packages(hostile: Path) -> Mapping[Path, Row]:
    return {hostile / row.path: row for row in rows(hostile, "h5p")}


@pytest.fixture(scope="module")
def outcomes(
    packages: Mapping[Path, Row], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Path, Outcome]:
    done = drive(packages, tmp_path_factory.mktemp("scratch"))
    return {path: done[str(path)] for path in packages}


def test_every_package_gets_its_verdict(
    packages: Mapping[Path, Row], outcomes: Mapping[Path, Outcome]
) -> None:
    """What was sanitised is said in the import report, not by the container."""
    assert len(packages) == 33
    wrong = {
        row.path: (row.verdict, outcomes[path].verdict, outcomes[path].message)
        for path, row in packages.items()
        if row.verdict.partition("-")[0] != outcomes[path].verdict.partition("-")[0]
    }
    assert wrong == {}


def test_none_costs_more_than_two_seconds_or_256_mib(outcomes: Mapping[Path, Outcome]) -> None:
    dear = [done for done in outcomes.values() if done.seconds > _SECONDS or done.memory > _MEMORY_MIB]
    assert dear == []


def test_none_writes_a_file_opens_a_connection_or_starts_a_program(
    outcomes: Mapping[Path, Outcome],
) -> None:
    assert {path.name: done.touched for path, done in outcomes.items() if done.touched} == {}


def test_every_refusal_names_rule_file_and_place(outcomes: Mapping[Path, Outcome]) -> None:
    refused = [done for done in outcomes.values() if done.verdict == "reject-clean"]
    assert [done.path for done in refused if Path(done.path).name not in done.message] == []
    assert [done.path for done in refused if not done.codes] == []
    assert {code for done in refused for code in done.codes} >= {"CW600", "CW602", "CW603", "CW604"}


@pytest.mark.parametrize(
    "name", ["ok/h5p.h5p", "h5p/json_bom.h5p", "h5p/json_utf16.h5p", "h5p/library_js.h5p"]
)
def test_content_is_taken_whole_and_no_library_of_strangers_with_it(hostile: Path, name: str) -> None:
    reading = _read(hostile / name, report := Report())
    (content,) = reading.bundle.courses[0].contents()
    assert isinstance(content, QuizContent)
    (question,) = content.quiz.questions
    assert question.text == "Fill in\n\n2+2=[[gap-1]]"
    assert reading.bundle.media == ()
    assert [each.fate for each in report.accounts if each.kind in ("item", "question")] == [
        "carried",
        "changed",
    ]


def test_scripts_and_handlers_are_taken_out_and_named(hostile: Path) -> None:
    report = Report()
    assert "alert" not in repr(_read(hostile / "h5p/xss.h5p", report).bundle)
    (question,) = [account for account in report.accounts if account.kind == "question"]
    assert "left out: element script, onclick of p" in question.note


def test_an_address_on_the_web_stays_an_address(hostile: Path) -> None:
    report = Report()
    _read(hostile / "h5p/path_http.h5p", report)
    (link,) = [account for account in report.accounts if account.kind == "link"]
    assert (link.name, link.fate) == ("http://169.254.169.254/latest/meta-data/", "carried")


def _read(path: Path, report: Report) -> Reading:
    with open_source(path) as source:
        return h5p.read(source, report)

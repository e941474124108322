"""Hostile courses: what is wrong is inside, each file in its own child process (the containers: test_tar)."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from importers import olx
from pipeline.archives import open_source
from schemas.findings import Report
from tests.hostile.corpus import Row, rows
from tests.hostile.drive import Outcome, drive

_SECONDS = 2.0
_MEMORY_MIB = 256.0
_DECIDED_OTHERWISE = {
    "tar/not_gzip_plain.tar.gz": "accept",
    "olx/html_bad_utf8.tar.gz": "accept",
}
"""Rows marked `policy`: files are told by their content; Latin-1 is read, and named (docs/adr/0018)."""
_SANITISED_INSIDE = ("olx/dup_url_name.tar.gz", "olx/problem_python.tar.gz", "olx/html_xss.tar.gz")
"""What was changed in these is in the report of the import, not in the notes of the archive."""


@pytest.fixture(scope="module")
def courses(hostile: Path) -> list[Row]:
    return list(rows(hostile, "olx"))


@pytest.fixture(scope="module")
def outcomes(
    hostile: Path, courses: list[Row], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Outcome]:
    done = drive([hostile / row.path for row in courses], tmp_path_factory.mktemp("scratch"))
    return {row.path: done[str(hostile / row.path)] for row in courses}


def test_every_course_gets_its_verdict(courses: list[Row], outcomes: Mapping[str, Outcome]) -> None:
    assert len(courses) == 101
    verdicts = {row.path: _DECIDED_OTHERWISE.get(row.path, row.verdict) for row in courses}
    verdicts |= dict.fromkeys(_SANITISED_INSIDE, "accept")
    assert {path: outcomes[path] for path, said in verdicts.items() if outcomes[path].verdict != said} == {}


def test_no_course_costs_more_than_two_seconds_or_256_mib(outcomes: Mapping[str, Outcome]) -> None:
    dear = {
        path: (done.seconds, done.memory)
        for path, done in outcomes.items()
        if done.seconds > _SECONDS or done.memory > _MEMORY_MIB
    }
    assert dear == {}


def test_no_course_leaves_a_file_opens_a_connection_or_starts_a_program(
    outcomes: Mapping[str, Outcome],
) -> None:
    assert {path: done.touched for path, done in outcomes.items() if done.touched} == {}
    assert list(Path(tempfile.gettempdir()).glob("*IMPORT_CANARY*")) == []


def test_every_refusal_says_what_is_wrong_inside(outcomes: Mapping[str, Outcome]) -> None:
    codes = {
        path.removesuffix(".tar.gz"): list(done.codes)
        for path, done in outcomes.items()
        if path.startswith("olx/") and done.verdict == "reject-clean"
    }
    assert codes == {
        "olx/customtag_impl": ["CW592"],
        "olx/cycle_vertical": ["CW593"],
        "olx/dangling": ["CW597"],
        "olx/html_filename_abs": ["CW592"],
        "olx/html_filename_traversal": ["CW592"],
        "olx/no_course_xml": ["CW503"],
        "olx/policy_date_garbage": ["CW596"],
        "olx/policy_date_year_10000": ["CW596"],
        "olx/policy_json_bad": ["CW595"],
        "olx/policy_json_deep": ["CW595"],
        "olx/self_reference": ["CW593"],
        "olx/two_roots": ["CW591"],
        "olx/url_name_traversal": ["CW592"],
        "olx/xxe": ["CW504"],
    }


@pytest.mark.parametrize("path", [*_SANITISED_INSIDE, "olx/html_bad_utf8.tar.gz"])
def test_what_is_changed_inside_is_named(hostile: Path, path: str) -> None:
    report = Report()
    with open_source(hostile / path, foreign=True) as source:
        olx.read(source, report)
    assert [each for each in report.accounts if each.kind == "item" and each.fate == "changed" and each.note]

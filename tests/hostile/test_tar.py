"""Hostile tars, and backups and courses in zips: the container alone, each file in its own child process."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.hostile.corpus import Row, rows
from tests.hostile.drive import Outcome, drive

_SECONDS = 2.0
_MEMORY_MIB = 256.0
_DECIDED_OTHERWISE = {"tar/not_gzip_plain.tar.gz": "accept"}
"""Rows marked `policy`: files are told by their content, not by their name (docs/adr/0006)."""


@pytest.fixture(scope="module")
def archives(hostile: Path) -> list[Row]:
    """What is wrong with `mbz/` and `olx/` rows is inside, where a reader finds it."""
    return [row for row in rows(hostile, "olx", "mbz") if row.path.startswith(("tar/", "zip/", "ok/"))]


@pytest.fixture(scope="module")
def outcomes(
    hostile: Path, archives: list[Row], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Outcome]:
    scratch = tmp_path_factory.mktemp("scratch")
    done = drive([hostile / row.path for row in archives], scratch, "open")
    return {row.path: done[str(hostile / row.path)] for row in archives}


def test_every_archive_gets_its_verdict(archives: list[Row], outcomes: Mapping[str, Outcome]) -> None:
    assert len(archives) > 90
    verdicts = {row.path: _DECIDED_OTHERWISE.get(row.path, row.verdict) for row in archives}
    assert {path: outcomes[path] for path, said in verdicts.items() if outcomes[path].verdict != said} == {}


def test_no_archive_costs_more_than_two_seconds_or_256_mib(outcomes: Mapping[str, Outcome]) -> None:
    dear = {
        path: (done.seconds, done.memory)
        for path, done in outcomes.items()
        if done.seconds > _SECONDS or done.memory > _MEMORY_MIB
    }
    assert dear == {}


def test_no_archive_leaves_a_file_opens_a_connection_or_starts_a_program(
    outcomes: Mapping[str, Outcome],
) -> None:
    assert {path: done.touched for path, done in outcomes.items() if done.touched} == {}
    assert list(Path(tempfile.gettempdir()).glob("*IMPORT_CANARY*")) == []


def test_every_refusal_names_rule_and_file_without_raw_controls(outcomes: Mapping[str, Outcome]) -> None:
    refused = [done for done in outcomes.values() if done.verdict == "reject-clean"]
    assert [done.path for done in refused if Path(done.path).name not in done.message] == []
    assert [done.message for done in refused if not done.message.isprintable()] == []

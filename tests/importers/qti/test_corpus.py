"""Sources made by other people's tools: each imports with everything accounted for, or says why it cannot."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from exporters import bundle as writer
from importers import bundle as reader
from importers import qti
from pipeline.archives import open_sink, open_source
from schemas.findings import RefusedError, Report
from schemas.source import Reading

_KINDS = ("qti12", "qti21", "qti22", "qti30")
_OF_OTHERS = {
    "qti12/instructure-qti/with_banks.zip",
    "qti12/instructure-qti/canvas_cartridge.zip",
    "qti12/instructure-qti/test_imscc_canvas.zip",
    "qti21/vosslab/bb_export_slice.zip",
}
"""Cartridges of Canvas and an export of Blackboard, which have readers of their own."""
_REFUSED = {
    "qti21/learnosity/samplecp.zip": {"CW562"},  # a manifest of 44 items that are not there
    "qti21/qtiworks/MissingFile.zip": {"CW562"},
    "qti21/qtiworks/NotContentPackage.zip": {"CW562"},  # a test of nine items that are not there
    "qti21/qtiworks/WebDeveloperTest1-incomplete.zip": {"CW002"},
    "qti21/qtiworks/ZipSlip.zip": {"CW010"},
    "qti30/1edtech/usageData.zip": {"CW560"},  # statistics alone
}
_MORE_THAN_INDEXED = {"qti12/instructure-qti/items_1.2": 1, "qti22/instructure-qti/package_shared.zip": 1}
"""Questions of banks and of missing files, which the index does not count."""


def _rows(shared: Path) -> dict[str, int]:
    with (shared / "corpora" / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        return {
            row["path"].rstrip("/"): int(row["questions"] or 0)
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row["kind"] in _KINDS
        }


def _read(path: Path, report: Report) -> Reading:
    with open_source(path, foreign=True) as source:
        return qti.read(source, report)


def test_sources_are_recognised_unless_they_are_somebody_elses(shared: Path) -> None:
    unknown = set()
    for name in _rows(shared).keys() - _REFUSED.keys():
        with open_source(shared / "corpora" / name, foreign=True) as source:
            if not qti.detect(source):
                unknown.add(name)
    assert unknown == _OF_OTHERS


@pytest.mark.parametrize("name", _REFUSED)
def test_a_source_of_which_nothing_is_left_is_refused_by_name(shared: Path, name: str) -> None:
    with pytest.raises(RefusedError) as refused:
        _read(shared / "corpora" / name, Report())
    assert {finding.rule.code for finding in refused.value.findings} == _REFUSED[name]


def test_every_question_has_its_account_and_95_of_100_are_carried(shared: Path, tmp_path: Path) -> None:
    """Counts are those of the corpus's index, made by an independent script; what comes out checks clean."""
    fates: Counter[str] = Counter()
    for name, indexed in _rows(shared).items():
        if name in _OF_OTHERS or name in _REFUSED:
            continue
        report = Report()
        with open_source(shared / "corpora" / name, foreign=True) as source:
            reading = qti.read(source, report)
            _goes_round(reading, tmp_path / name.replace("/", "-"))
        found = Counter(account.fate for account in report.accounts if account.kind == "question")
        assert found.total() == indexed + _MORE_THAN_INDEXED.get(name, 0), name
        fates += found
    assert fates.total() > 450
    assert (fates["carried"] + fates["changed"]) / fates.total() > 0.95


def _goes_round(reading: Reading, folder: Path) -> None:
    with open_sink(folder) as sink:
        writer.write(reading.bundle, reading.files, sink)
    with open_source(folder) as written:
        assert reader.check(written) == []
        assert reader.read(written, Report()).bundle == reading.bundle


@pytest.mark.parametrize("name", ["qti30/1edtech/BPIG_22April.zip", "qti12/instructure-qti/items_1.2"])
def test_importing_again_gives_the_same_bundle(shared: Path, name: str) -> None:
    first, second = (_read(shared / "corpora" / name, Report()).bundle for _ in range(2))
    assert first == second

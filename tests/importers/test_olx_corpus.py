"""Courses and libraries that people really made: each imports with everything accounted for."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from exporters import bundle as writer
from importers import bundle as reader
from importers import olx
from pipeline.archives import open_sink, open_source
from schemas.findings import RefusedError, Report
from schemas.model import Bundle
from schemas.source import Reading

_REFUSED = {"olxcleaner/testcourse3.tar.gz": ["CW590"]}  # its definition is not in it
_COUNTED_OTHERWISE = {
    # The index counts tags: here files of chapters say <sequential>, and one is named by three.
    "edx-platform/toy.tar.gz": 7,
    # The index does not look into the package inside the package, nor for a root of another name.
    "mit-learn/exported_courses_12345.tar.gz": 40,
    "olxcleaner/testcourse2.tar.gz": 22,
}


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Path:
    return shared / "corpora" / "olx"


@cache
def _read(path: Path) -> tuple[Reading, Report] | list[str]:
    report = Report()
    with open_source(path, foreign=True) as source:
        assert olx.detect(source)
        try:
            return olx.read(source, report), report
        except RefusedError as refused:
            return [finding.rule.code for finding in refused.findings]


def _imported(corpus: Path) -> Iterator[tuple[str, Reading, Report]]:
    for path in sorted(corpus.rglob("*.tar.gz")):
        found = _read(path)
        if isinstance(found, tuple):
            yield path.relative_to(corpus).as_posix(), *found


def test_every_package_is_imported_or_refused_for_a_reason(corpus: Path) -> None:
    found = {path.relative_to(corpus).as_posix(): _read(path) for path in corpus.rglob("*.tar.gz")}
    assert {name: codes for name, codes in found.items() if isinstance(codes, list)} == _REFUSED
    assert len(found) == 27


def test_blocks_are_those_that_an_independent_script_counted(corpus: Path) -> None:
    """Chapters, sequentials and verticals are the items of the index, problems at least its questions."""
    with (corpus.parent / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        index = {row["path"].removeprefix("olx/"): row for row in rows if row["kind"] == "olx"}
    for name, _, report in _imported(corpus):
        kinds = Counter(each.name.split()[0] for each in report.accounts if each.kind == "item")
        held = kinds["chapter"] + kinds["sequential"] + kinds["vertical"]
        assert (name, held) == (name, _COUNTED_OTHERWISE.get(name, int(index[name]["items"] or 0)))
        assert kinds["problem"] >= int(index[name]["questions"] or 0), name


def test_98_percent_of_the_items_and_95_of_the_questions_are_carried(corpus: Path) -> None:
    fates = Counter(
        (account.kind, account.fate == "skipped")
        for _, _, report in _imported(corpus)
        for account in report.accounts
    )
    for kind, least in (("item", 0.98), ("question", 0.95)):
        assert fates[kind, False] / (fates[kind, False] + fates[kind, True]) >= least


def test_every_change_and_every_skip_says_why(corpus: Path) -> None:
    silent = [
        (name, account)
        for name, _, report in _imported(corpus)
        for account in report.accounts
        if account.fate != "carried" and not account.note
    ]
    assert silent == []


def test_what_is_written_checks_clean_and_reads_back_equal(corpus: Path, tmp_path: Path) -> None:
    for name, reading, _ in _imported(corpus):
        folder = tmp_path / name.replace("/", "-")
        with open_source(corpus / name, foreign=True) as source:
            again = olx.read(source, Report())
            assert again.bundle == reading.bundle, name
            with open_sink(folder) as sink:
                writer.write(again.bundle, again.files, sink)
        with open_source(folder) as written:
            assert reader.check(written) == [], name
            assert reader.read(written, Report()).bundle == reading.bundle, name


def test_two_versions_of_a_course_have_the_same_keys(corpus: Path) -> None:
    """Version 1 of the format puts the published course into a folder; a branch more renames nothing."""
    keys = [
        {content.key for content in _bundle(corpus / "edx-platform" / name).courses[0].contents()}
        for name in (
            "Version0_drafts.tar.gz",
            "Version1_drafts.tar.gz",
            "Version1_drafts_extra_branch.tar.gz",
        )
    ]
    assert keys[0] == keys[1]
    assert keys[1] <= keys[2]


def _bundle(path: Path) -> Bundle:
    found = _read(path)
    assert isinstance(found, tuple)
    return found[0].bundle

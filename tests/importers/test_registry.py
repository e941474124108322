"""The table of readers: every row can be loaded, is a reader, and recognises what is its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import importers
from docs.coverage import packages
from pipeline.archives import open_source
from schemas.findings import CoursewrightError
from schemas.formats import Format
from tests.importers.bundle.sources import LoneSource, MemorySource, lone, source

if TYPE_CHECKING:  # mypy refuses a reader whose functions have other signatures
    from importers import (
        aicc,
        aiken,
        bundle,
        cartridge,
        cmi5,
        folder,
        gift,
        h5p,
        moodle,
        moodle_xml,
        olx,
        qti,
        question_table,
        scorm,
        tincan,
    )

    readers: tuple[importers.Reader, ...] = (
        aicc,
        aiken,
        bundle,
        cartridge,
        cmi5,
        folder,
        gift,
        h5p,
        moodle,
        moodle_xml,
        olx,
        qti,
        question_table,
        scorm,
        tincan,
    )

_LAST = "folder"
_EXPECTED = {
    "moodle_questions/aiken/": "aiken",
    "moodle_questions/missingword/": "gift",
    "csv/udemy/udemy_courses.csv": "question_table",
    "olx/olxcleaner/testcourse2.tar.gz": "olx",
    "aicc/ispring/ispring_aicc_test1.zip": "aicc",
    "h5p/moodle/filltheblanks.h5p": "h5p",
    "mbz/stack/STACK-demo.mbz": "moodle",
    "olx/edx-platform/toy.tar.gz": "olx",
    "qti21/qtiworks/WebDeveloperTest1.zip": "qti",
    "elpx/exelearning-mod_exescorm/default_package.zip": "folder",
    "elpx/h5p2elpx/sample.elpx": "folder",
    "scorm12/storyline/vision-to-reality.zip": "scorm",
}


@pytest.mark.parametrize("row", importers.FORMATS.values(), ids=importers.FORMATS)
def test_every_row_names_a_module_that_detects_and_reads(row: Format[importers.Reader]) -> None:
    reader = row.load()
    assert callable(reader.read)
    assert reader.detect(MemorySource({"notes.txt": b""})) is False


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (source(), "bundle"),
        (MemorySource({"deeper/bundle.yaml": b""}), "bundle"),
        (lone("final.quiz.yaml", "title: x"), "bundle"),
        (MemorySource({"imsmanifest.xml": b"<schema>IMS Common Cartridge</schema>"}), "cartridge"),
        (MemorySource({"imsmanifest.xml": b"<manifest/>", "index.html": b""}), "scorm"),
        (MemorySource({"cmi5.xml": b"", "index.html": b""}), "cmi5"),
        (MemorySource({"cmi5.xml": b"", "imsmanifest.xml": b"<manifest/>"}), "scorm"),
        (MemorySource({"cmi5.xml": b"", "attached/imsmanifest.xml": b"<manifest/>"}), "cmi5"),
        (MemorySource({"Course/TinCan.xml": b"", "Course/index.html": b""}), "tincan"),
        (MemorySource({"Course.CRS": b"", "course.au": b""}), "aicc"),
        (MemorySource({"course/course.xml": b'<course url_name="run" org="o"/>'}), "olx"),
        (LoneSource({"q.txt": b"::a::Why?{=so}"}), "gift"),
        (LoneSource({"q.txt": b"Why?\nA) so\nB) no\nANSWER: A"}), "aiken"),
        (LoneSource({"q.txt": b"question,answer\nWhy?,so"}), "question_table"),
        (MemorySource({"a.md": b"x", "quiz.txt": b"::a::Why?{=so}"}), "folder"),
        (LoneSource({"a.pdf": b"%PDF-1.4"}), "folder"),
        (MemorySource({"h5p.json": b"{}", "content/content.json": b"{}"}), "h5p"),
        (MemorySource({"q.xml": b"<questestinterop/>"}), "qti"),
    ],
)
def test_a_source_is_known_by_the_names_in_it(files: MemorySource, name: str) -> None:
    assert importers.detect(files).name == name


def test_what_nobody_recognises_is_refused_with_what_would_be_recognised() -> None:
    with pytest.raises(CoursewrightError, match="none of the formats") as refused:
        importers.detect(MemorySource({"notes.txt": b"x"}))
    assert "bundle.yaml" in refused.value.mend


def test_the_reader_of_last_resort_is_the_last() -> None:
    assert list(importers.FORMATS)[-1] == _LAST


def test_every_real_package_is_recognised_by_one_reader_at_most(shared: Path) -> None:
    """Whatever the order of the table; the reader of last resort may say yes to what nobody else knows."""
    found = {path: _recognised(shared / "corpora" / path) for path, _ in packages(shared / "corpora")}
    several = {path: names for path, names in found.items() if len(names) > 1}
    assert several == {}
    assert {path: found[path] for path in _EXPECTED} == {path: [name] for path, name in _EXPECTED.items()}


def _recognised(path: Path) -> list[str]:
    """Every reader that says yes; none for what cannot even be opened."""
    try:
        with open_source(path, foreign=True) as opened:
            names = [name for name, row in importers.FORMATS.items() if row.load().detect(opened)]
            return [name for name in names if name != _LAST] or names
    except CoursewrightError:
        return []

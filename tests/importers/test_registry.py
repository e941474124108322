"""The table of readers: every row can be loaded, is a reader, and recognises what is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import importers
from schemas.findings import CoursewrightError
from schemas.formats import Format
from tests.importers.bundle.sources import MemorySource, lone, source

if TYPE_CHECKING:  # mypy refuses a reader whose functions have other signatures
    from importers import aicc, bundle, cmi5, scorm, tincan

    readers: tuple[importers.Reader, ...] = (aicc, bundle, cmi5, scorm, tincan)


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
        (MemorySource({"imsmanifest.xml": b"<manifest/>", "index.html": b""}), "scorm"),
        (MemorySource({"cmi5.xml": b"", "index.html": b""}), "cmi5"),
        (MemorySource({"cmi5.xml": b"", "imsmanifest.xml": b"<manifest/>"}), "scorm"),
        (MemorySource({"cmi5.xml": b"", "attached/imsmanifest.xml": b"<manifest/>"}), "cmi5"),
        (MemorySource({"Course/TinCan.xml": b"", "Course/index.html": b""}), "tincan"),
        (MemorySource({"Course.CRS": b"", "course.au": b""}), "aicc"),
    ],
)
def test_a_source_is_known_by_the_names_in_it(files: MemorySource, name: str) -> None:
    assert importers.detect(files).name == name


def test_what_nobody_recognises_is_refused_with_what_would_be_recognised() -> None:
    with pytest.raises(CoursewrightError, match="none of the formats") as refused:
        importers.detect(MemorySource({"notes.txt": b"x"}))
    assert "bundle.yaml" in refused.value.mend

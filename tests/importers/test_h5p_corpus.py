"""Packages made by other people's tools: each imports with everything accounted for, or says why it cannot."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from exporters import bundle as writer
from importers import bundle as reader
from importers import h5p
from pipeline.archives import open_sink, open_source
from schemas.findings import RefusedError, Report
from schemas.model import Bundle, Resource

_REFUSED = {
    "lumi-validator/broken-content-json.h5p": ["CW600"],  # a semicolon behind the document
    "lumi-validator/broken-h5p-json.h5p": ["CW600"],
    "lumi-validator/corrupt_archive.h5p": ["CW009"],
    "lumi-validator/invalid-h5p-json-schema.h5p": ["CW602"],  # no main library
    "moodle5/no-json-file.h5p": ["CW601"],
    "moodle5/unzippable.h5p": ["CW009"],
}
_KEPT = {
    "escolalms/arithmetic-quiz.h5p",
    "h5p2elpx/course-presentation-with-links.h5p",  # one picture under one name, nineteen times
    "h5p2elpx/find-the-words.h5p",
    "lumi-validator/xss-svg.h5p",  # blanks without any text to fill in
}
_CONVERTED = {
    "escolalms/multiple-choice.h5p",
    "h5p-standalone/h5p-test.h5p",
    "h5p2elpx/H5PMath.h5p",
    "h5p2elpx/LumiH5PIDMultiChoiceTest.h5p",
    "h5p2elpx/blanks-with-image.h5p",
    "h5p2elpx/crossword.h5p",
    "h5p2elpx/interactive-video-truefalse.h5p",
    "h5p2elpx/true-false-question.h5p",
    "lumi-validator/2-invalid-libraries.h5p",
    "lumi-validator/invalid-core-version.h5p",
    "lumi-validator/invalid-library-directory-name.h5p",
    "lumi-validator/invalid-library-json.h5p",
    "lumi-validator/long_content_file_name.h5p",
    "lumi-validator/malformed-library-directory.h5p",
    "lumi-validator/missing-preloaded-js.h5p",
    "lumi-validator/valid2.h5p",
    "lumi-validator/valid3-3-images.h5p",
    "moodle/filltheblanks.h5p",
    "moodle/greeting-card.h5p",
    "moodle/guess-the-answer.h5p",
    "moodle/ipsums.h5p",
    "moodle/multiple-choice-2-6.h5p",
    "moodle5/drag.h5p",
}
_IMPORTED = sorted(_KEPT | _CONVERTED)
_SEVERAL_QUESTIONS = {"h5p2elpx/crossword.h5p": 5}
"""Where the index counts a set as one."""

_REFUSED_BY_LUMI = {
    *_REFUSED,
    "lumi-validator/2-invalid-libraries.h5p",
    "lumi-validator/invalid-library-directory-name.h5p",
    "lumi-validator/invalid-library-json.h5p",
    "lumi-validator/malformed-library-directory.h5p",
    "lumi-validator/missing-preloaded-js.h5p",
    "lumi-validator/xss-svg.h5p",  # SVG is not on its list of types
}
"""By the PackageValidator of @lumieducation/h5p-server 10.0.4, with content and libraries checked. It accepts
the 21 others (24 of the 40 packages that the corpus's ODDITIES.md tells of, not all of which are in it)."""


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Path:
    return shared / "corpora" / "h5p"


def test_every_package_of_the_corpus_has_its_expectation_here(corpus: Path) -> None:
    found = {path.relative_to(corpus).as_posix() for path in corpus.rglob("*.h5p")}
    assert found == {*_REFUSED, *_IMPORTED}


@pytest.mark.parametrize("name", sorted(_REFUSED))
def test_what_is_no_package_is_refused_by_name(corpus: Path, name: str) -> None:
    with pytest.raises(RefusedError) as refused:
        _read(corpus / name, Report())
    assert [finding.rule.code for finding in refused.value.findings] == _REFUSED[name]


@pytest.mark.parametrize("name", _IMPORTED)
def test_a_package_is_imported_whole_and_checks_clean(corpus: Path, name: str, tmp_path: Path) -> None:
    """Counts are those of the corpus's index, made by an independent script."""
    report = Report()
    bundle = _read(corpus / name, report, tmp_path / "out")
    row = _index(corpus)[f"h5p/{name}"]
    kinds = Counter(account.kind for account in report.accounts)
    assert kinds["question"] == _SEVERAL_QUESTIONS.get(name, int(row["questions"]))
    lost = [each for each in report.accounts if each.kind in ("item", "question") and each.fate == "skipped"]
    assert lost == []
    (course,) = bundle.courses
    assert any(isinstance(content, Resource) for content in course.contents()) is (name in _KEPT)
    with open_source(tmp_path / "out") as written:
        assert reader.check(written) == []
        assert reader.read(written, Report()).bundle == bundle
    assert _read(corpus / name, Report()) == bundle


@pytest.mark.parametrize("name", sorted(_KEPT))
def test_the_package_that_is_kept_imports_to_the_same_bundle(corpus: Path, name: str, tmp_path: Path) -> None:
    bundle = _read(corpus / name, Report(), tmp_path / "out")
    (kept,) = [media.path for media in bundle.media if media.path.endswith(".zip")]
    assert _read(tmp_path / "out" / kept, Report()) == bundle


def test_what_another_validator_accepts_is_imported() -> None:
    accepted = {*_IMPORTED, *_REFUSED} - _REFUSED_BY_LUMI
    assert len(accepted) == 21
    assert accepted <= set(_IMPORTED)


def _read(path: Path, report: Report, out: Path | None = None) -> Bundle:
    """Written to `out` while the package is open: media are streamed from it."""
    with open_source(path) as source:
        assert h5p.detect(source)
        reading = h5p.read(source, report)
        if out:
            with open_sink(out) as sink:
                writer.write(reading.bundle, reading.files, sink)
    return reading.bundle


def _index(corpus: Path) -> dict[str, dict[str, str]]:
    with (corpus.parent / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}

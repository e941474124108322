"""Cartridges made by other people's systems: each imports with everything accounted for.

Counts are those of the corpus's index, made by an independent script that counts each question of Canvas twice.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from importers import cartridge, detect
from pipeline.archives import open_source
from schemas.findings import RefusedError, Report
from schemas.source import Reading
from tests.importers.cartridges import bundle_files

_CARTRIDGES = {
    "d2l/MNTCP01/Week01.zip": (0, 0),
    "d2l/MNTCP01/Week04.zip": (0, 0),
    "d2l/MNTCP01/Week12.zip": (0, 0),
    "d2l/xmlToDocx/d2l_134289.zip": (0, 0),
    "imscc/bloomtech/web-sprint1.imscc": (1, 0),
    "imscc/cc2olx/allyworkshop.imscc": (0, 0),
    "imscc/cc2olx/cc2olx_corner_cases.imscc": (3, 1),
    "imscc/cc2olx/cc2olx_main.imscc": (0, 0),
    "imscc/common-cartridge-viewer/assignment-rubrics.imscc": (0, 0),
    "imscc/common-cartridge-viewer/course-with-associated-content-assignments.imscc": (0, 0),
    "imscc/common-cartridge-viewer/course-with-no-showable-resources.imscc": (0, 0),
    "imscc/common-cartridge-viewer/latex.imscc": (0, 0),
    "imscc/common-cartridge-viewer/rich-content-cc-file.imscc": (0, 0),
    "imscc/common-cartridge-viewer/single-page.imscc": (0, 0),
    "imscc/common_cartridge_gem/canvas_large_1.3.imscc": (0, 0),
    "imscc/common_cartridge_gem/canvas_small_1.1.corrupt.imscc": (8, 0),
    "imscc/common_cartridge_gem/canvas_small_1.1.imscc": (1, 0),
    "imscc/kc0bfv/test-course-export.imscc": (0, 0),
    "imscc/moodle2cc/cc.imscc": (0, 0),
    "imscc/pyslet/cc10_sample_1.imscc": (0, 0),
    "imscc/pyslet/cc11_sample_1.imscc": (0, 0),
    "imscc/senkyoshi/bfcoding-101-export.imscc": (0, 0),
    "qti12/instructure-qti/canvas_cartridge.zip": (0, 0),
    "qti12/instructure-qti/test_imscc_canvas.zip": (0, 0),
    "qti12/instructure-qti/with_banks.zip": (0, 0),
    "qti21/vosslab/bb_export_slice.zip": (0, 1),
}
"""Items left out, as what they lead to is not in the package, and questions that may be."""
_ONLY_IN_MODULES = {"imscc/common_cartridge_gem/canvas_large_1.3.imscc": 4}
"""Items that Canvas did not publish and therefore has in module_meta.xml alone."""
_TWICE = {
    "imscc/common-cartridge-viewer/course-with-associated-content-assignments.imscc": 1,
    "imscc/common_cartridge_gem/canvas_large_1.3.imscc": 98,
    "imscc/kc0bfv/test-course-export.imscc": 1,
    "imscc/bloomtech/web-sprint1.imscc": 35,
    "qti12/instructure-qti/canvas_cartridge.zip": 5,
    "qti12/instructure-qti/test_imscc_canvas.zip": 2,
    "qti12/instructure-qti/with_banks.zip": 2,
}
"""Questions in the poorer one of Canvas's two files of a quiz."""


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Path:
    return shared / "corpora"


@pytest.fixture(scope="module")
def index(corpus: Path) -> dict[str, dict[str, str]]:
    with (corpus / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def test_every_package_of_ours_has_its_expectation_here(corpus: Path) -> None:
    found = {
        path.relative_to(corpus).as_posix()
        for folder in ("imscc", "d2l", "qti12", "qti21", "imscp", "scorm12", "scorm2004")
        for path in (corpus / folder).rglob("*")
        if path.suffix in (".zip", ".imscc") and _is_ours(path)
    }
    assert found == set(_CARTRIDGES)


def _is_ours(path: Path) -> bool:
    try:
        with open_source(path) as source:
            return cartridge.detect(source)
    except RefusedError:
        return False


@pytest.mark.parametrize("name", _CARTRIDGES)
def test_a_cartridge_is_imported_whole_and_everything_is_accounted_for(
    corpus: Path, index: dict[str, dict[str, str]], name: str, tmp_path: Path
) -> None:
    report, row = Report(), index[name]
    with open_source(corpus / name) as source:
        assert detect(source).name == "cartridge"
        bundle_files(cartridge.read(source, report), tmp_path)
    found = Counter(account.kind for account in report.accounts)
    assert found["item"] == int(row["items"]) + _ONLY_IN_MODULES.get(name, 0)
    assert found["resource"] == int(row["resources"])
    assert found["question"] == int(row["questions"] or 0) - _TWICE.get(name, 0)
    skipped = Counter(account.kind for account in report.accounts if account.fate == "skipped")
    items, questions = _CARTRIDGES[name]
    assert skipped["item"] == items
    assert skipped["question"] <= questions
    assert all(account.note for account in report.accounts if account.fate != "carried")


@pytest.mark.parametrize("name", ["imscc/kc0bfv/test-course-export.imscc", "d2l/MNTCP01/Week04.zip"])
def test_importing_again_gives_the_same_bundle(corpus: Path, name: str) -> None:
    assert _read(corpus / name, Report()).bundle == _read(corpus / name, Report()).bundle


@pytest.mark.parametrize("name", ["cc1-3flat.xml", "cc1-3thin.xml"])
def test_a_manifest_without_organizations_is_refused(corpus: Path, name: str, tmp_path: Path) -> None:
    """Two lone manifests of Canvas's own tests, in which nothing is but metadata."""
    (tmp_path / "imsmanifest.xml").write_bytes((corpus / "imscc" / "canvas-lms" / name).read_bytes())
    with pytest.raises(RefusedError) as refused, open_source(tmp_path) as source:
        cartridge.read(source, Report())
    assert [each.rule.code for each in refused.value.findings] == ["CW552"]


def _read(path: Path, report: Report) -> Reading:
    with open_source(path) as source:
        return cartridge.read(source, report)

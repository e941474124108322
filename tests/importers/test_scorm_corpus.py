"""Packages made by other people's tools: each imports with everything accounted for, or says why it cannot."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from importers import scorm
from pipeline.archives import open_source
from schemas.findings import RefusedError, Report
from tests.importers.corpus import every_launch_is_in_the_package, index, read, require_clean

_REFUSED = {
    "adc-canarias/sa1-scorm12.zip": ["CW521", "CW523"],  # its only launch page was never in it
    "elearning-module-parser/MissingLaunchUrl_SCORM12.zip": ["CW521", "CW523"],
    "elearning-module-parser/MissingRequiredFields_SCORM12.zip": ["CW521", "CW523"],
    "moodle/badscorm.zip": ["CW503"],  # a manifest of 39 bytes: only an XML declaration
    "moodle/invalid.zip": ["CW506"],
    "moodle/validscorm.zip": ["CW503"],
}
_SKIPPED_ITEMS = {
    "elearning-module-parser/ItemWithNonExistentResourceId_SCORM12.zip": 1,
    "senkyoshi/scorm_package.zip": 4,
}
_IMPORTED = (
    "captivate/captivate_scorm_test.zip",
    "elearning-module-parser/ItemWithNonExistentResourceId_SCORM12.zip",
    "elearning-module-parser/scorm12.zip",
    "learnsia/00introduction-SCORM12.zip",
    "learnsia/06sfus.zip",
    "moodle/RuntimeMinimumCalls_SCORM12-mini.zip",
    "moodle/RuntimeMinimumCalls_SCORM12.zip",
    "moodle/complexscorm.zip",
    "moodle/singlescobasic.zip",
    "moodle/singlescobasic_missingorg.zip",
    "moodle/singlescobasic_missingorg_moodle33.zip",
    "rise/subtracting-algebraic.zip",
    "rise/time-management.zip",
    "rustici-driver/rustici_scormdriver_template.zip",
    "rustici-golf/ContentPackagingOneFilePerSCO_SCORM12.zip",
    "rustici-golf/ContentPackagingWithMetadata_SCORM12.zip",
    "rustici-golf/RuntimeBasicCalls_SCORM12.zip",
    "senkyoshi/scorm_package.zip",
    "storyline/pso_scrom_6_vi.zip",
    "storyline/vision-to-reality.zip",
)


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Path:
    return shared / "corpora" / "scorm12"


def test_every_package_of_the_corpus_has_its_expectation_here(corpus: Path) -> None:
    found = {path.relative_to(corpus).as_posix() for path in corpus.rglob("*.zip")}
    assert found == {*_REFUSED, *_IMPORTED}


@pytest.mark.parametrize("name", sorted(_REFUSED))
def test_a_package_without_anything_to_start_is_refused_by_name(corpus: Path, name: str) -> None:
    with pytest.raises(RefusedError) as refused, open_source(corpus / name) as source:
        scorm.read(source, Report())
    assert [finding.rule.code for finding in refused.value.findings] == _REFUSED[name]


@pytest.mark.parametrize("name", _IMPORTED)
def test_a_package_is_imported_whole_and_every_item_and_resource_is_accounted_for(
    corpus: Path, name: str
) -> None:
    """Counts are those of the corpus's index, made by an independent script."""
    report = Report()
    reading = read(corpus / name, report)
    kinds = Counter(account.kind for account in report.accounts)
    row = index(corpus.parent)[f"scorm12/{name}"]
    assert (kinds["item"], kinds["resource"]) == (int(row["items"]), int(row["resources"]))
    skipped = [account for account in report.accounts if (account.kind, account.fate) == ("item", "skipped")]
    assert len(skipped) == _SKIPPED_ITEMS.get(name, 0)
    assert all(account.note for account in report.accounts if account.fate != "carried")
    assert every_launch_is_in_the_package(reading)


@pytest.mark.parametrize("name", _IMPORTED)
def test_an_imported_package_is_a_bundle_that_checks_clean(corpus: Path, name: str, tmp_path: Path) -> None:
    reading = read(corpus / name, Report())
    require_clean(reading, tmp_path)


@pytest.mark.parametrize("name", ["moodle/complexscorm.zip", "learnsia/06sfus.zip"])
def test_importing_again_gives_the_same_bundle(corpus: Path, name: str) -> None:
    assert read(corpus / name, Report()).bundle == read(corpus / name, Report()).bundle


@pytest.mark.parametrize("name", ["moodle/complexscorm.zip", "senkyoshi/scorm_package.zip"])
def test_the_package_in_a_bundle_is_a_package_that_imports_to_the_same_bundle(
    corpus: Path, name: str, tmp_path: Path
) -> None:
    reading = read(corpus / name, Report())
    (media,) = reading.bundle.media
    with reading.files.open(media.path) as opened:
        (tmp_path / "again.zip").write_bytes(opened.read())
    assert read(tmp_path / "again.zip", Report()).bundle == reading.bundle

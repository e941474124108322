"""SCORM 2004, plain IMS, AICC, cmi5 and xAPI packages of other people's tools: imported whole, or refused in words."""

from __future__ import annotations

import posixpath
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest

import importers
from importers import cmi5, scorm
from importers.scorm import manifest
from importers.shared import xml
from pipeline.archives import open_source
from schemas.findings import CoursewrightError, RefusedError, Report
from schemas.model import Bundle, Launch, Resource
from schemas.source import Source
from tests.importers.corpus import every_launch_is_in_the_package, index, read, require_clean
from tests.importers.packages import PAGE, MemorySource

_KINDS = ("scorm2004", "imscp", "aicc", "cmi5", "xapi")
_SUITE = "scorm2004/adl-cts-4th"
_IMPORTED = {
    "scorm2004/aeseducation/small_scorm_package.zip": "scorm-2004-3rd-edition",
    "scorm2004/elearning-module-parser/scorm2004.zip": "scorm-2004-3rd-edition",
    "scorm2004/get-bridge/RuntimeBasicCalls_SCORM20043rdEdition.zip": "scorm-2004-3rd-edition",
    "scorm2004/rustici-golf/ContentPackagingMetadata_SCORM20043rdEdition.zip": "scorm-2004-3rd-edition",
    "scorm2004/rustici-golf/ContentPackagingSingleSCO_SCORM20042ndEdition.zip": "scorm-2004-2nd-edition",
    "scorm2004/rustici-golf/SequencingForcedSequential_SCORM20043rdEdition.zip": "scorm-2004-3rd-edition",
    "scorm2004/rustici-golf/SequencingPostTestRollup4thEd_SCORM20044thEdition.zip": "scorm-2004-4th-edition",
    "scorm2004/rustici-golf/SequencingPreOrPostTestRollup_SCORM20043rdEdition.zip": "scorm-2004-3rd-edition",
    "scorm2004/rustici-golf/SequencingRandomTest_SCORM20043rdEdition.zip": "scorm-2004-3rd-edition",
    "scorm2004/rustici-golf/SequencingSimpleRemediation_SCORM20043rdEdition.zip": "scorm-2004-3rd-edition",
    "scorm2004/svincent240-misc/dist.zip": "scorm-2004-4th-edition",
    "scorm2004/svincent240-misc/scorm_starter_template.zip": "scorm-2004-4th-edition",
    "imscp/adc-canarias/quesada-zip.zip": "html",
    "imscp/moodle/singlescobasic.zip": "scorm-1.2",
    "imscp/pyslet/package_1.zip": "html",
    "imscp/pyslet/package_3.zip": "html",
    "aicc/elearning-module-parser/complex.zip": "aicc",
    "aicc/elearning-module-parser/multiline-description.zip": None,  # one unit, on the web
    "aicc/ispring/ispring_aicc_test1.zip": "aicc",
    "cmi5/catapult/pre_post_test_framed.zip": "cmi5",
    "cmi5/catapult/single_au_basic_responsive.zip": "cmi5",
    "cmi5/escolalms/cmi5.zip": "cmi5",
    "cmi5/rise/rise_cmi5_TEST3.zip": "cmi5",
    "cmi5/rspellen23/cmi5-completion.zip": "cmi5",
    "cmi5/rspellen23/cmi5-graded-retry.zip": "cmi5",
    "xapi/elearning-module-parser/basic_course.zip": "xapi",
    "xapi/lectora/lectora_tincan_1.zip": "xapi",
    "xapi/lectora/lectora_tincan_2.zip": "xapi",
}
_REFUSED = {
    # Manifests alone: the page that each starts was never in the package.
    "scorm2004/elearning-module-parser/AdlAttributes_SCORM20043rdEdition.zip": "CW521",
    "scorm2004/elearning-module-parser/CM-01-broken-default-org.zip": "CW521",
    "scorm2004/elearning-module-parser/ContentPackagingNoSchemaVersion_SCORM20042ndEdition.zip": "CW521",
    "scorm2004/elearning-module-parser/MinimalValid_SCORM20043rdEdition.zip": "CW521",
    "scorm2004/elearning-module-parser/InvalidMissingOrgIdentifier_SCORM20043rdEdition.zip": "CW513",
    "scorm2004/get-bridge/Non-working SCORM.zip": "CW017",  # an empty zip
    "aicc/moodle/validaicc.zip": "CW539",  # nothing but a .cst
    "cmi5/catapult-lts/lts_pkg_src/209-1-not-a-zip.zip": "CW009",
}
_UNSOUND = {
    "201-1-iris-course-id.xml": "CW533",
    "201-2-iris-block-id.xml": "CW533",
    "201-3-iris-au-id.xml": "CW533",
    "201-4-iris-objective-id.xml": "CW533",
    "202-1-relative-url-no-zip.xml": "CW521",
    "202-2-relative-url-no-zip.xml": "CW521",
    "202-3-relative-url-no-zip.xml": "CW521",
    "202-4-relative-url-no-zip.xml": "CW521",
    "202-5-relative-url-no-zip.xml": "CW516",
    "203-1-relative-url-no-reference/cmi5.xml": "CW521",
    "204-query-string-conflict-endpoint.xml": "CW535",
    "205-1-duplicated-block.xml": "CW534",
    "205-2-duplicated-objective.xml": "CW534",
    "205-3-duplicated-au.xml": "CW534",
    "206-1-invalid-au-url.xml": "CW535",
    "207-1-invalid-courseStructure.xml": "CW535",
}


@pytest.fixture(scope="module")
def corpora(shared: Path) -> Path:
    return shared / "corpora"


def test_every_package_of_the_corpus_has_its_expectation_here(corpora: Path) -> None:
    found = {
        path.relative_to(corpora).as_posix() for kind in _KINDS for path in (corpora / kind).rglob("*.zip")
    }
    assert {name for name in found if not name.startswith(_SUITE)} == {*_IMPORTED, *_REFUSED}


@pytest.mark.parametrize("name", _IMPORTED)
def test_a_package_is_imported_whole_and_all_of_it_is_accounted_for(
    corpora: Path, name: str, tmp_path: Path
) -> None:
    """Counts are the index's: of cmi5 units without blocks, and files; of xAPI files; of AICC units twice."""
    report = Report()
    reading = read(corpora / name, report)
    row = index(corpora)[name]
    kinds = Counter(account.kind for account in report.accounts)
    units = sum(account.kind == "rule" and account.name.endswith(" id") for account in report.accounts)
    items = units if name.startswith("cmi5") else kinds["item"]
    beside = {"aicc": "item", "cmi5": "file", "xapi": "file"}.get(name.partition("/")[0], "resource")
    assert (items, kinds[beside]) == (int(row["items"]), int(row["resources"]))
    assert [each for each in report.accounts if each.kind == "item" and each.fate == "skipped"] == []
    assert all(account.note for account in report.accounts if account.fate != "carried")
    assert {launch.standard for launch in _launches(reading.bundle)} == {_IMPORTED[name]} - {None}
    assert every_launch_is_in_the_package(reading) or _IMPORTED[name] is None
    require_clean(reading, tmp_path)
    assert read(corpora / name, Report()).bundle == reading.bundle


@pytest.mark.parametrize("name", _REFUSED)
def test_what_cannot_be_imported_is_refused_by_rule(corpora: Path, name: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read(corpora / name, Report())
    assert refused.value.findings[0].rule.code == _REFUSED[name]


def test_the_conformance_suite_of_scorm_2004_is_read_whole_once_its_pages_are_there(corpora: Path) -> None:
    """122 packages of the ADL suite, which keeps the pages of nearly all in one place that is not here."""
    paths = sorted((corpora / _SUITE).glob("*.zip"))
    rows = index(corpora)
    wrong = {}
    for path in paths:
        with open_source(path) as source:
            data = source.read("imsmanifest.xml", xml.MAX_BYTES)
        report = Report()
        reading = scorm.read(_with_pages(data), report)
        report.close()
        kinds = Counter((account.kind, account.fate) for account in report.accounts)
        items = sum(number for (kind, _), number in kinds.items() if kind == "item")
        expected = int(rows[path.relative_to(corpora).as_posix()]["items"])
        standards = {launch.standard for launch in _launches(reading.bundle)}
        if (items, kinds["item", "skipped"], standards) != (expected, 0, {"scorm-2004-4th-edition"}):
            wrong[path.name] = (items, expected, kinds, standards)
    assert len(paths) == 122
    assert wrong == {}


@pytest.mark.parametrize("name", _UNSOUND)
def test_course_structures_that_an_lms_must_refuse_are_refused_oddity_35(shared: Path, name: str) -> None:
    path = shared / "corpora/cmi5/catapult-lts/lts_pkg_src" / name
    source = MemorySource({path.name: path.read_bytes()}, label=path.name)
    assert cmi5.detect(source)
    with pytest.raises(RefusedError) as refused:
        cmi5.read(source, Report())
    assert refused.value.findings[0].rule.code == _UNSOUND[name]


def test_the_sound_course_structures_of_the_suite_are_read_oddity_35(shared: Path, tmp_path: Path) -> None:
    """Also a thousand units in 410 KB of XML."""
    folder = shared / "corpora/cmi5/catapult-lts/lts_pkg_src"
    sound = sorted(folder.glob("[01]*/cmi5.xml"))
    for path in sound:
        reading = cmi5.read(MemorySource({"cmi5.xml": path.read_bytes(), "index.html": PAGE}), Report())
        require_clean(reading, tmp_path / path.parent.name)
    many = MemorySource({"101.xml": (folder / "101-one-thousand-aus.xml").read_bytes()})
    contents = list(cmi5.read(many, Report()).bundle.courses[0].contents())
    assert (len(sound), len(contents)) == (16, 1_002)  # 1,001 units, and the package


def test_no_other_format_of_the_corpus_is_taken_for_one_of_these(corpora: Path) -> None:
    others = ("imscc", "d2l", "qti12", "qti21", "qti22", "qti30", "mbz", "h5p", "olx", "elpx")
    taken = []
    for path in (each for kind in others for each in (corpora / kind).rglob("*") if each.is_file()):
        try:
            with open_source(path, foreign=True) as source:
                ours = [name for name in ("scorm", "cmi5", "tincan", "aicc") if _detects(name, source)]
        except CoursewrightError:
            continue
        taken += [(path.name, name) for name in ours]
    assert taken == []


def _detects(name: str, source: Source) -> bool:
    return importers.FORMATS[name].load().detect(source)


def _launches(bundle: Bundle) -> list[Launch]:
    contents = (content for course in bundle.courses for content in course.contents())
    return [each.launch for each in contents if isinstance(each, Resource) and each.launch]


def _with_pages(data: bytes) -> MemorySource:
    """A manifest with stand-ins for all pages that it starts."""
    resources = manifest.read(xml.parse(data, "imsmanifest.xml"), "imsmanifest.xml").resources
    starts = (each.launch.address.partition("?")[0] for each in resources if each.launch)
    pages = {posixpath.normpath(unquote(address)): PAGE for address in starts}
    return MemorySource({"imsmanifest.xml": data, **pages})

"""Packages of ours are read back: as the bundle inside, and, without it, as packages of anybody's."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from importers import bundle as reader
from importers import cmi5, scorm, tincan
from pipeline.archives import open_source
from pipeline.archives.held import HELD, HeldBundle, holds_bundle
from pipeline.cli import main
from schemas.findings import CoursewrightError, RefusedError, Report
from schemas.model import Launch, Media, Pdf, Resource
from tests.exporters.launched.packages import CARRYING, SCORM, written
from tests.player.samples import course_of, rich
from tests.strategies import MemoryFiles, MemorySource, Sample, bundles

RICH = Path(__file__).parents[3] / "packages" / "examples" / "rich"
carrying = pytest.mark.parametrize("target", CARRYING)
READERS = {**dict.fromkeys(SCORM, scorm), "cmi5": cmi5, "xapi": tincan}


@carrying
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(sample=bundles())
def test_any_bundle_comes_back_equal_out_of_a_package(target: str, sample: Sample) -> None:
    try:
        package = MemorySource(written(sample, target).files)
    except CoursewrightError:
        return
    assert holds_bundle(package)
    reading = reader.read(HeldBundle(package), Report())
    assert reading.bundle == sample.bundle
    for media in reading.bundle.media:
        assert reading.files.open(media.path).read() == sample.files.contents[media.path]


def test_names_that_had_to_be_plain_come_back() -> None:
    path = "media/Übung 1.pdf"
    files = MemoryFiles({path: b"%PDF-1.7\n"})
    media = Media(path=path, digest="", size=9, media_type="application/pdf")
    sample = course_of(Pdf(key="sheet", title="Sheet", media=path))
    odd = Sample(replace(sample.bundle, media=(media,)), files)
    held = HeldBundle(MemorySource(written(odd, "scorm-1.2").files))
    assert path in held.names()
    assert held.read(path, 100) == b"%PDF-1.7\n"
    assert "Übung" not in held.place(path)


@carrying
def test_importing_our_own_package_gives_the_bundle_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    package, output = tmp_path / "course.zip", tmp_path / "course"
    assert main(["export", target, str(RICH), "-o", str(package)]) == 0
    assert main(["import", str(package), "-o", str(output)]) == 0
    told = capsys.readouterr().out
    assert str(HELD) in told
    with open_source(output) as source:
        assert reader.read(source, Report()).bundle == rich().bundle


@pytest.mark.parametrize(
    "table",
    [b"[", b"[]", b'{"bundle.yaml": 1}', b"[" * 100_000, b'{"gone": "bundle.yaml"}'],
    ids=["cut off", "list", "number", "deep", "absent"],
)
def test_a_table_of_names_that_says_nothing_changes_nothing(table: bytes) -> None:
    files = written(rich(), "scorm-1.2").files
    held = HeldBundle(MemorySource({**files, "coursewright/names~.json": table}))
    assert reader.read(held, Report()).bundle == rich().bundle


@pytest.mark.parametrize("name", ["../up.yaml", "/root.yaml", "courses/fire/course.yaml", "a\\..\\..\\b"])
def test_a_table_of_names_leads_nowhere_else(name: str) -> None:
    files = written(rich(), "scorm-1.2").files
    table = json.dumps({"media/ladder.png": name}).encode()
    with pytest.raises(RefusedError):
        HeldBundle(MemorySource({**files, "coursewright/names~.json": table}))


def test_a_bundle_that_has_such_a_folder_is_itself(tmp_path: Path) -> None:
    inner = {name: data for name, data in written(rich(), "scorm-1.2").files.items() if "/" in name}
    assert not holds_bundle(MemorySource({**inner, "bundle.yaml": b"key: own\n"}))


@carrying
@pytest.mark.parametrize("per_section", [False, True], ids=["course", "section"])
def test_without_the_bundle_a_package_is_read_as_anybodys(target: str, *, per_section: bool) -> None:
    files = written(rich(), target, per_section=per_section).files
    kept = {
        name: data
        for name, data in files.items()
        if not name.startswith("coursewright/") or name.startswith("coursewright/media/")
    }
    package, report = MemorySource(kept), Report()
    assert READERS[target].detect(package)
    reading = READERS[target].read(package, report)
    report.close()
    launched = [
        content
        for course in reading.bundle.courses
        for content in course.contents()
        if isinstance(content, Resource) and content.launch
    ]
    standards = {content.launch.standard for content in launched if content.launch}
    assert standards == {target}
    assert len(launched) == (4 if per_section else 2)
    scores = {str(launch.passing_score) for launch in map(_launch, launched)}
    assert scores == (
        {"None"} if target == "xapi" else {"60.00", "75.00", "None"} if per_section else {"60.00", "75.00"}
    )


def _launch(resource: Resource) -> Launch:
    assert resource.launch is not None
    return resource.launch


@carrying
def test_the_same_bundle_gives_the_same_zip(tmp_path: Path, target: str) -> None:
    for name in ("one.zip", "two.zip"):
        assert main(["export", target, str(RICH), "-o", str(tmp_path / name), "--course", "ladders"]) == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert "index.html" in archive.namelist()


def test_an_unpacked_package_is_its_bundle_for_who_imports_and_a_folder_for_who_checks(
    tmp_path: Path,
) -> None:
    for name, data in written(rich(), "cmi5").files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    with open_source(tmp_path, foreign=True) as source:
        assert [note.rule for note in source.notes] == [HELD]
        assert reader.read(source, Report()).bundle == rich().bundle
    with open_source(tmp_path) as source:
        assert "cmi5.xml" in source.names()

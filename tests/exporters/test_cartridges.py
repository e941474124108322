"""Common Cartridges: valid by the official schemas and by rules that these miss, and read by our own reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from exporters.cartridge.versions import VERSIONS
from importers import bundle as bundle_reader
from importers import cartridge as reader
from schemas.findings import CoursewrightError, Report
from schemas.model import Assignment, Bundle, Content, Course, Pdf, QuizContent, Resource, Video
from tests.exporters.courses import contents, every, samples, written
from tests.exporters.everything import EVERYTHING
from tests.exporters.schemas import faults, schema
from tests.golden import Golden
from tests.strategies import MemorySource, Sample, bundles

HERE = Path(__file__).parent
SAMPLES = samples()
FORMATS = list(VERSIONS)
slow = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("target", FORMATS)
@pytest.mark.parametrize("name", ["tiny", "everything"])
def test_a_cartridge_is_written_as_in_its_golden_folder(golden: Golden, name: str, target: str) -> None:
    files, _ = written(SAMPLES[name], target)
    own = {file: data for file, data in files.items() if not file.startswith("coursewright/")}
    golden(HERE / "golden" / f"{target}-{name}", own)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_bundle_inside_is_the_bundle_without_what_is_in_other_courses(name: str) -> None:
    files, _ = written(SAMPLES[name], "cartridge-1.3")
    inside = {
        file.removeprefix("coursewright/"): data
        for file, data in files.items()
        if file.startswith("coursewright/")
    }
    (course,) = SAMPLES[name].bundle.courses
    alone = replace(SAMPLES[name].bundle, courses=(replace(course, prerequisite=None),))
    assert bundle_reader.read(MemorySource(inside), Report()).bundle == alone


def test_several_courses_are_refused_with_their_keys() -> None:
    with pytest.raises(CoursewrightError, match="has 2 courses, and a cartridge holds one"):
        written(EVERYTHING, "cartridge-1.1")


@settings(slow, max_examples=20)
@given(bundles())
def test_1_1_is_valid_by_the_official_schemas(shared: Path, sample: Sample) -> None:
    folder = shared / "corpora/schemas/cc11_moodle"
    for course in every(sample):
        for name, data in written(course, "cartridge-1.1")[0].items():
            judge = _judge(name)
            if judge:
                assert faults(data, schema(folder / judge)) == [], name


def _judge(name: str) -> str | None:
    if name == "imsmanifest.xml":
        return "cc11libxml2validator.xsd"
    if name.startswith("links/"):
        return "ccv1p1_imswl_v1p1.xsd"
    return "ccv1p1_qtiasiv1p2p1_v1p0.xsd" if name.endswith(".quiz.xml") else None


@slow
@given(bundles())
def test_manifests_keep_the_rules_that_schemas_miss(sample: Sample) -> None:
    """Every reference leads somewhere, every file is there and listed once, and what is listed is no answer."""
    for course in every(sample):
        for target in FORMATS:
            files, _ = written(course, target)
            root = etree.fromstring(files["imsmanifest.xml"])
            resources = {each.get("identifier") for each in root.iter("{*}resource")}
            identifiers = [each.get("identifier") for each in root.iter() if each.get("identifier")]
            listed = [unquote(str(each.get("href"))) for each in root.iter("{*}file")]
            assert len(set(identifiers)) == len(identifiers)
            assert {
                each.get("identifierref") for each in root.iter() if each.get("identifierref")
            } <= resources
            assert len(set(listed)) == len(listed)
            assert set(listed) <= set(files)
            assert not any(name.endswith((".yaml", ".md")) for name in listed)
            assert list(files.items()) == list(written(course, target)[0].items())


@slow
@given(bundles())
def test_any_course_comes_back_up_to_what_is_documented(sample: Sample) -> None:
    for course in every(sample):
        for target in FORMATS:
            read = reader.read(MemorySource(written(course, target)[0]), Report()).bundle
            expected = list(_expected(course.bundle.courses[0], target))
            found = [(each.type, each.published) for each in _own(read)]
            assert len(found) == len(expected)
            assert all(here == there or there[0] == _ANY for here, there in zip(found, expected, strict=True))
            assert [each[1] for each in found] == [each[1] for each in expected]


_ANY = "a link: what it becomes is told by its address"
_BY_ENDING = {".mp4": "video", ".pdf": "pdf"}


def _expected(course: Course, target: str) -> Iterator[tuple[str, bool]]:
    opened: set[str] = set()
    for section in course.sections:
        if section.description:
            yield "rich_text", section.published
        for content in section.contents:
            shown = section.published and content.published
            yield _kind(content, target, opened), shown
            if isinstance(content, Video) and (content.subtitles or (content.transcript or "").strip()):
                yield "rich_text", shown


def _kind(content: Content, target: str, opened: set[str]) -> str:
    if isinstance(content, QuizContent):
        return "quiz"
    if isinstance(content, Assignment):
        return "assignment" if target == "cartridge-1.3" else "rich_text"
    if not isinstance(content, Video | Pdf | Resource):
        return "rich_text"
    if content.media is None:
        return _ANY
    if content.media in opened:
        return "rich_text"
    opened.add(content.media)
    return _BY_ENDING.get(content.media[-4:], "downloadable_resource")


def _own(read: Bundle) -> list[Content]:
    """Without what the reader keeps for authors, and the page about the course."""
    return [
        each
        for _, section, each in contents(read)
        if section.key not in ("kept", "g-general") and not each.key.endswith(".files")
    ]

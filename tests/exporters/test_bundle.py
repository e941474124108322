"""The bundle writer: people get files they would have written, machines get the same bytes every time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import UnionType
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given, settings
from pydantic import BaseModel

from exporters import FORMATS
from exporters.bundle import write
from schemas import documents
from schemas.findings import CoursewrightError
from schemas.model import Bundle, Course, RichText, Section
from tests.exporters.everything import BUNDLE, EVERYTHING, SCENE
from tests.golden import Golden
from tests.strategies import MemoryFiles, MemorySink, Sample, bundles

HERE = Path(__file__).parent


def written(sample: Sample) -> dict[str, bytes]:
    sink = MemorySink()
    write(sample.bundle, sample.files, sink)
    return sink.contents


def test_every_kind_of_thing_is_written_as_in_the_golden_folder(golden: Golden) -> None:
    golden(HERE / "golden" / "everything", written(EVERYTHING))


def test_the_registry_loads_every_writer() -> None:
    for name, row in FORMATS.items():
        assert callable(row.load().write)
        assert row.name == name


@settings(max_examples=25)
@given(bundles())
def test_the_same_bundle_gives_the_same_bytes_and_files_in_the_order_of_their_names(sample: Sample) -> None:
    first = written(sample)
    assert list(first) == sorted(first)
    assert list(first.items()) == list(written(sample).items())


@settings(max_examples=25)
@given(bundles())
def test_every_document_is_valid_by_the_file_format(sample: Sample) -> None:
    for name, data in written(sample).items():
        kind = name.removesuffix(".yaml").rpartition("/")[2].rpartition(".")[2]
        if name.endswith(".yaml"):
            documents.FILES[kind].model_validate(yaml.safe_load(data))


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    inner = get_args(annotation)
    return (
        [model for part in inner for model in _models(part)]
        if inner or isinstance(annotation, UnionType)
        else []
    )


def _in_declared_order(data: dict[str, Any], model: type[BaseModel]) -> None:
    names = {info.alias or name: info for name, info in model.model_fields.items()}
    assert list(data) == [name for name in names if name in data]
    for name, value in data.items():
        candidates = _models(names[name].annotation)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and candidates:
                _in_declared_order(item, _of_type(candidates, item.get("type")))


def _of_type(candidates: list[type[BaseModel]], kind: str | None) -> type[BaseModel]:
    if len(candidates) == 1:
        return candidates[0]
    return next(model for model in candidates if get_args(model.model_fields["type"].annotation) == (kind,))


def test_fields_stand_in_the_order_of_the_file_format() -> None:
    for name, data in written(EVERYTHING).items():
        if name.endswith(".yaml"):
            kind = name.removesuffix(".yaml").rpartition("/")[2].rpartition(".")[2]
            _in_declared_order(yaml.safe_load(data), documents.FILES[kind])


@settings(max_examples=25)
@given(bundles())
def test_what_equals_its_default_is_not_written(sample: Sample) -> None:
    for name, data in written(sample).items():
        if name.endswith(".yaml"):
            kind = name.removesuffix(".yaml").rpartition("/")[2].rpartition(".")[2]
            _says_no_default(yaml.safe_load(data), documents.FILES[kind])


def _says_no_default(data: dict[str, Any], model: type[BaseModel]) -> None:
    for name, info in model.model_fields.items():
        value = data.get(info.alias or name)
        if value is None:
            continue
        assert value != info.get_default(call_default_factory=True), f"{model.__name__}.{name}"
        for item in value if isinstance(value, list) else [value]:
            candidates = _models(info.annotation)
            if isinstance(item, dict) and candidates:
                _says_no_default(item, _of_type(candidates, item.get("type")))


def test_media_are_streamed_in_pieces() -> None:
    sizes: list[int] = []

    class Counting(MemorySink):
        def write(self, name: str, chunks: Any) -> None:
            if name == "media/intro.mp4":
                sizes.extend(len(chunk) for chunk in chunks)

    files = MemoryFiles({**EVERYTHING.files.contents, "media/intro.mp4": bytes(5_000_000)})
    write(BUNDLE, files, Counting())
    assert sum(sizes) == 5_000_000
    assert max(sizes) <= 1024 * 1024


def _two_pages(first: str, second: str) -> Bundle:
    contents = tuple(
        RichText(key=key, title=key, page="pages/same.md", text=text)
        for key, text in (("a", first), ("b", second))
    )
    course = replace(SCENE, sections=(Section(key="one", title="One", contents=contents),))
    return Bundle(key="b", title="b", courses=(course,))


def test_a_page_used_twice_is_written_once() -> None:
    assert written(Sample(_two_pages("Same.", "Same."), MemoryFiles({})))["pages/same.md"] == b"Same."


def test_two_texts_for_one_page_are_refused_before_one_is_lost() -> None:
    with pytest.raises(CoursewrightError, match=r"pages/same.md would hold two different texts"):
        written(Sample(_two_pages("One.", "Two."), MemoryFiles({})))


def test_a_medium_that_lies_where_a_course_goes_is_refused() -> None:
    media = replace(BUNDLE.media[0], path="courses/scene/course.yaml")
    files = MemoryFiles({**EVERYTHING.files.contents, media.path: b"x"})
    with pytest.raises(CoursewrightError, match=r"courses/scene/course.yaml would hold two different things"):
        written(Sample(replace(BUNDLE, media=(*BUNDLE.media, media)), files))


@pytest.mark.parametrize(
    ("key", "folder"), [("con", "con~"), ("nul.txt", "nul.txt~"), ("a.", "a.~"), ("cone", "cone")]
)
def test_a_key_that_is_no_file_name_on_windows_still_gets_a_folder(key: str, folder: str) -> None:
    course: Course = replace(SCENE, key=key)
    names = written(Sample(Bundle(key="b", title="b", courses=(course,)), MemoryFiles({})))
    assert f"courses/{folder}/course.yaml" in names

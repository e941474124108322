"""Courses for Open edX: judged by olxcleaner, read by our own reader, and kept as they are in golden folders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from olxcleaner import validate

from exporters.olx import names, subtitles, videos
from exporters.shared import quizzes
from importers import olx as reader
from schemas.findings import CoursewrightError, Report
from schemas.model import (
    Assignment,
    Bundle,
    Content,
    Essay,
    MultipleChoice,
    QuizContent,
    RichText,
    Section,
    ShortAnswer,
    Video,
)
from tests.exporters.courses import contents, every, samples, written
from tests.exporters.everything import EVERYTHING, SCENE
from tests.golden import Golden
from tests.strategies import MemoryFiles, MemorySource, Sample, bundles

HERE = Path(__file__).parent
SAMPLES = samples()
slow = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def _read(files: dict[str, bytes]) -> Bundle:
    return reader.read(MemorySource(files), Report()).bundle


@pytest.mark.parametrize("name", ["tiny", "everything"])
def test_a_course_is_written_as_in_its_golden_folder(golden: Golden, name: str) -> None:
    golden(HERE / "golden" / f"olx-{name}", written(SAMPLES[name], "olx")[0])


@pytest.mark.parametrize("name", SAMPLES)
def test_olxcleaner_finds_nothing_wrong(tmp_path: Path, name: str) -> None:
    for file, data in written(SAMPLES[name], "olx")[0].items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(data)
    _, errors, _ = validate(str(tmp_path / "course" / "course.xml"), steps=8)
    assert [str(error) for error in errors.errors] == []


def test_several_courses_are_refused_with_their_keys() -> None:
    with pytest.raises(CoursewrightError, match="has 2 courses") as refused:
        written(EVERYTHING, "olx")
    assert "bleeding, scene" in refused.value.mend


@slow
@given(bundles())
def test_equal_courses_give_equal_bytes_of_wellformed_xml_under_names_that_are_allowed(
    sample: Sample,
) -> None:
    for course in every(sample):
        files, _ = written(course, "olx")
        assert list(files.items()) == list(written(course, "olx")[0].items())
        for name, data in files.items():
            assert re.fullmatch(r"[\w~.:/-]+", name, re.ASCII), name
            if name.endswith(".xml"):
                etree.fromstring(data)


@slow
@given(bundles())
def test_any_course_comes_back_up_to_what_is_documented(sample: Sample) -> None:
    for course in every(sample):
        read = _read(written(course, "olx")[0])
        expected = [
            kind for section in course.bundle.courses[0].sections for kind in _expected_of_section(section)
        ]
        assert [(each.type, each.published) for _, _, each in _own(read)] == expected


def _own(read: Bundle) -> list[tuple[object, Section, Content]]:
    """Without the page about the course and the files that nothing links to."""
    return [
        each
        for each in contents(read)
        if each[1].title not in ("Pages", "Files that no page links to", "Files")
    ]


def _expected_of_section(section: Section) -> Iterator[tuple[str, bool]]:
    if section.description:
        yield "rich_text", section.published
    for content in section.contents:
        for kind in _expected(content):
            yield kind, section.published and content.published


def _expected(content: Content) -> Iterator[str]:
    about = quizzes.about(content) if isinstance(content, QuizContent) else content.description
    if about:
        yield "rich_text"
    if isinstance(content, QuizContent):
        for question in content.quiz.questions:
            yield "assignment" if isinstance(question, Essay) else "quiz"
    elif isinstance(content, Video) and videos.is_playable(content):
        yield "video"
    else:
        yield "assignment" if isinstance(content, Assignment) else "rich_text"
    if isinstance(content, Video) and content.transcript:
        yield "rich_text"


@slow
@given(bundles())
def test_questions_keep_their_points_and_what_is_right(sample: Sample) -> None:
    for course in every(sample):
        read = {key: each for _, _, each in contents(_read(written(course, "olx")[0])) for key in [each.key]}
        for _, _, content in contents(course.bundle):
            for question in content.quiz.questions if isinstance(content, QuizContent) else ():
                found = read.get(f"{content.key}-{question.key}")
                if isinstance(found, QuizContent):
                    _same(question, found)


def _same(question: object, found: QuizContent) -> None:
    (asked, *others) = found.quiz.questions
    if isinstance(question, MultipleChoice):
        assert isinstance(asked, MultipleChoice)
        assert asked.points == question.points
        assert sum(each.correct for each in asked.options) == sum(each.correct for each in question.options)
        assert len(asked.options) == len(question.options)
    if isinstance(question, ShortAnswer):
        assert isinstance(asked, ShortAnswer)
        assert not others


def test_files_have_names_of_their_own_whatever_they_are_called() -> None:
    paths = [
        "media/a.png",
        "media/b/a.png",
        "a.png",
        "media/a b.png",
        "media/a_b.png",
        "media/ü.png",
        "media/b_a.png",
        "media/subtitles-a.png",
    ]
    made = [names.static(path) for path in paths]
    assert made[0] == "a.png"
    assert len(set(made)) == len(paths)
    assert not any(name.startswith(names.SUBTITLES) for name in made)
    assert all(re.fullmatch(r"[A-Za-z0-9][\w.-]*\.png", name, re.ASCII) for name in made)


def test_subtitles_are_written_as_subrip() -> None:
    webvtt = "WEBVTT\n\nNOTE by hand\n\nintro\n00:01.000 --> 00:02.500 align:start\n<v Ann>Hello\nthere\n"
    assert subtitles.srt(webvtt) == "1\n00:00:01,000 --> 00:00:02,500\nHello\nthere\n"
    assert subtitles.srt("WEBVTT\n") is None


def test_a_key_that_ends_like_a_file_is_found_again() -> None:
    """Our reader once took the ending for the file's own."""
    page = RichText(key="page.xml", title="Page", text="Words.")
    course = replace(SCENE, sections=(Section(key="one", title="One", contents=(page,)),))
    files, _ = written(Sample(Bundle(key="b", title="b", courses=(course,)), MemoryFiles({})), "olx")
    assert [each.key for _, _, each in contents(_read(files))] == ["page.xml"]

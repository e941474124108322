"""What all packages with the player have in common: their files, their order, what they say was lost."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from exporters import inside
from exporters.launched import courses_in_order, is_required
from exporters.shared.player import LIMITS
from importers import bundle as reader
from pipeline.archives import open_source
from schemas.findings import CoursewrightError, Report
from schemas.model import Bundle, Course, Media, Pdf, Program, ProgramCourse, RichText, Section
from tests.exporters.everything import EVERYTHING
from tests.exporters.launched.packages import ALL, CARRYING, written
from tests.golden import Golden
from tests.player.samples import course_of, ladders, long_course, rich, short_quiz
from tests.strategies import MemoryFiles, Sample, bundles

HERE = Path(__file__).parent
TINY = Path(__file__).parents[3] / "packages" / "examples" / "tiny"
several = pytest.mark.parametrize("per_section", [False, True], ids=["course", "section"])
everywhere = pytest.mark.parametrize("target", ALL)


@pytest.fixture
def tiny() -> Sample:
    with open_source(TINY) as source:
        return Sample(reader.read(source, Report()).bundle, MemoryFiles({}))


@everywhere
def test_the_tiny_bundle_is_written_as_in_the_golden_folder(
    tiny: Sample, golden: Golden, target: str
) -> None:
    files = written(tiny, target).files
    golden(
        HERE / "golden" / target, {name: files[name] for name in files if name.endswith((".xml", ".html"))}
    )
    assert {"course.js", "player/player.js"} <= set(files)


@everywhere
@several
def test_every_address_in_the_data_is_a_file_of_the_package(target: str, *, per_section: bool) -> None:
    for sample in (EVERYTHING, rich(), ladders()):
        files = written(sample, target, per_section=per_section).files
        pages = [name for name in files if name.endswith(".html")]
        assert "index.html" in pages or target != "website"
        for name in pages:
            found = re.findall(r'(?:src|href)="([^"]+)"', files[name].decode())
            assert set(found) <= set(files)
        for name in files:
            if name.endswith(".js") and "/" not in name:
                assert set(re.findall(r'"href":"([^"]+)"', files[name].decode())) <= set(files)


@pytest.mark.parametrize("target", CARRYING)
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(sample=bundles())
def test_any_bundle_is_written_whole_twice_the_same_with_nothing_in_it_twice(
    target: str, sample: Sample
) -> None:
    for per_section in (False, True):
        try:
            first = written(sample, target, per_section=per_section)
        except CoursewrightError as nothing:
            assert "published" in str(nothing)  # noqa: PT017  the strategy also draws bundles of drafts
            return
        assert list(first.files.items()) == list(
            written(sample, target, per_section=per_section).files.items()
        )
        inner = {name for name in first.files if name.startswith("coursewright/")}
        assert inner == set(inside.names(sample.bundle, sample.files))
        assert not [name for name in first.files if name.startswith("files/")]


def test_nothing_published_is_told_before_anything_is_written() -> None:
    sample = course_of(RichText(key="page", title="Page", text="Text.", published=False))
    with pytest.raises(CoursewrightError, match="nothing in it is published"):
        written(sample, "scorm-1.2")


def test_what_learners_do_not_see_is_skipped_and_still_inside() -> None:
    done = written(EVERYTHING, "scorm-1.2")
    assert done.notes("section")["course:bleeding/section:practice"] == (
        "not published: only in the bundle inside"
    )
    assert done.notes("item")["course:bleeding/content:check"].startswith("not published")
    assert "coursewright/courses/bleeding/check.quiz.yaml" in done.files


def test_a_site_has_no_bundle_and_only_the_files_that_it_shows() -> None:
    done = written(EVERYTHING, "website")
    assert not [name for name in done.files if name.startswith("coursewright/")]
    assert "files/media/intro.mp4" in done.files
    assert "files/media/card.pdf" not in done.files
    assert done.notes("file")["media/card.pdf"] == "nothing on the site shows it"


def test_a_course_that_does_not_fit_into_4096_characters_says_by_how_much_and_what_to_do() -> None:
    sample = long_course()
    note = written(sample, "scorm-1.2").notes("course")["course:course"]
    assert re.search(r"may need [\d,]+ characters of state, [\d,]+ more than the 4,096", note)
    assert "--sco section" in note
    assert "characters" not in written(sample, "scorm-2004-4th-edition").notes("course")["course:course"]


def test_a_course_of_too_many_pages_says_so_in_every_tracking() -> None:
    pages = tuple(RichText(key=f"p{n}", title=f"{n}", text="x") for n in range(LIMITS["scorm-1.2"] // 3 + 1))
    note = written(course_of(*pages), "scorm-1.2").notes("course")["course:course"]
    assert "'A course' needs" in note


def test_several_quizzes_of_a_unit_have_no_mastery_score() -> None:
    quizzes = (short_quiz(), replace(short_quiz(), key="again"))
    done = written(course_of(*quizzes), "scorm-1.2")
    assert b"masteryscore" not in done.files["imsmanifest.xml"]
    assert "several quizzes" in done.notes("course")["course:course"]


def test_names_that_servers_spell_differently_are_plain_in_the_package() -> None:
    path = "media/Übung 1.pdf"
    media = Media(path=path, digest="0" * 64, size=4, media_type="application/pdf")
    sample = course_of(Pdf(key="sheet", title="Sheet", media=path))
    odd = Sample(replace(sample.bundle, media=(media,)), MemoryFiles({path: b"%PDF"}))
    files = written(odd, "scorm-1.2").files
    assert all(name.isascii() and " " not in name for name in files)
    assert f'"href":"{inside.href(path)}"' in files["course.js"].decode()
    assert files[inside.path(path)] == b"%PDF"


# ── order ────────────────────────────────────────────────────────────────────────────────────────


def _course(key: str, prerequisite: str | None = None) -> Course:
    page = RichText(key="page", title="Page", text="Text.")
    sections = (Section(key="one", title="One", contents=(page,)),)
    return Course(
        key=key, title=key, instructor="a@example.org", prerequisite=prerequisite, sections=sections
    )


def _program(key: str, order: int, *courses: ProgramCourse) -> Program:
    return Program(key=key, title=key, instructor="a@example.org", order=order, courses=courses)


def test_courses_come_as_programs_have_them_each_after_its_prerequisite() -> None:
    courses = (_course("a"), _course("b", "d"), _course("c"), _course("d"), _course("e"))
    programs = (
        _program("late", 2, ProgramCourse(course="a")),
        _program("soon", 1, ProgramCourse(course="e"), ProgramCourse(course="b")),
    )
    ordered = courses_in_order(Bundle(key="x", title="x", courses=courses, programs=programs))
    assert [course.key for course in ordered] == ["e", "d", "b", "a", "c"]


def test_a_circle_of_prerequisites_still_has_every_course_once() -> None:
    ordered = courses_in_order(
        Bundle(key="x", title="x", courses=(_course("a", "b"), _course("b", "a"), _course("c", "gone")))
    )
    assert sorted(course.key for course in ordered) == ["a", "b", "c"]


def test_a_course_is_optional_where_every_program_says_so() -> None:
    courses = (_course("a"), _course("b"), _course("c"))
    optional = ProgramCourse(course="a", required=False)
    programs = (
        _program("p", 0, optional, ProgramCourse(course="b", required=False)),
        _program("q", 1, ProgramCourse(course="b")),
    )
    bundle = Bundle(key="x", title="x", courses=courses, programs=programs)
    assert [is_required(bundle, course) for course in courses] == [False, True, True]

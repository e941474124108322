"""One course out of a bundle: with all it needs, and nothing else's."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from exporters.shared.language import language_of
from importers import bundle as reader
from pipeline.narrowing import narrowed
from schemas.findings import CoursewrightError, Report
from schemas.model import Media, Move, RichText
from tests.exporters.everything import EVERYTHING
from tests.exporters.test_round_trip import written
from tests.player.samples import rich
from tests.strategies import MemoryFiles, Sample


@pytest.mark.parametrize(
    ("sample", "key"),
    [(EVERYTHING, "bleeding"), (EVERYTHING, "scene"), (rich(), "ladders"), (rich(), "fire")],
)
def test_a_course_alone_is_a_sound_bundle_in_its_language(sample: Sample, key: str) -> None:
    bundle = narrowed(sample.bundle, key, sample.files, Report())
    source = written(Sample(bundle, sample.files))
    assert [f"{finding}" for finding in reader.check(source) if finding.severity == "error"] == []
    assert reader.read(source, Report()).bundle == bundle
    assert language_of(bundle, bundle.courses) == language_of(sample.bundle, bundle.courses)


def test_what_was_left_out_is_told_and_other_courses_files_and_moves_go() -> None:
    report, moved = Report(), (Move(old="course:scene/content:x", new="course:scene/content:y"),)
    bundle = narrowed(replace(EVERYTHING.bundle, moved=moved), "bleeding", EVERYTHING.files, report)
    (account,) = report.accounts
    assert (account.name, account.fate) == ("course:bleeding/prerequisite", "skipped")
    assert bundle.moved == ()
    assert {media.path for media in bundle.media} == set(EVERYTHING.files.contents)
    assert narrowed(EVERYTHING.bundle, "scene", EVERYTHING.files, Report()).media == ()


def test_files_of_pages_that_are_linked_to_come_along() -> None:
    files = MemoryFiles(
        {"notes/a.md": b"See [b](b.md).", "notes/b.md": b"![](/p.png)", "p.png": b"x", "q.png": b""}
    )
    media = tuple(
        Media(path=path, digest=hashlib.sha256(data).hexdigest(), size=len(data), media_type="text/plain")
        for path, data in files.contents.items()
    )
    (_, scene) = EVERYTHING.bundle.courses
    page = RichText(key="page", title="Page", text="Read [this](notes/a.md).")
    course = replace(scene, sections=(replace(scene.sections[0], contents=(page,)),))
    bundle = replace(EVERYTHING.bundle, courses=(course,), media=media)
    kept = narrowed(bundle, "scene", files, Report()).media
    assert [each.path for each in kept] == ["notes/a.md", "notes/b.md", "p.png"]


def test_a_course_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(CoursewrightError, match="no course 'gone'") as refused:
        narrowed(EVERYTHING.bundle, "gone", EVERYTHING.files, Report())
    assert refused.value.mend == "name one of bleeding, scene"

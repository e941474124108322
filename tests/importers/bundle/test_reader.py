"""What an author writes becomes the model, with nothing lost and nothing made up."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import exporters.bundle
from importers import bundle
from importers.bundle.cache import Cache
from importers.bundle.checking import examine
from importers.bundle.reader import account
from pipeline.archives import open_source
from schemas.findings import CoursewrightError, RefusedError, Report
from schemas.model import LiveSession, Location, QuizContent, RichText
from schemas.source import Reading
from tests.edits import edits
from tests.importers.bundle.sources import COURSE, EXAMPLES, PNG, ROOT, MemorySource, course, lone, source
from tests.strategies import MemorySink, Sample, bundles

SLOW_TO_DRAW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)


def read(files: MemorySource) -> Reading:
    report = Report()
    reading = bundle.read(files, report)
    report.close()
    return reading


def written(sample: Sample) -> MemorySource:
    sink = MemorySink()
    exporters.bundle.write(sample.bundle, sample.files, sink)
    return MemorySource(sink.contents)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW_TO_DRAW)
@given(bundles())
def test_what_the_writer_writes_is_clean_and_read_back_equal(sample: Sample) -> None:
    files = written(sample)
    assert bundle.check(files) == []
    assert read(files).bundle == sample.bundle


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW_TO_DRAW)
@given(st.data())
def test_edited_bundles_with_their_declared_moves_are_clean(data: st.DataObject) -> None:
    sample = data.draw(edits(data.draw(bundles())))
    assert [finding for finding in bundle.check(written(sample)) if finding.severity == "error"] == []


@pytest.mark.parametrize("name", ["tiny", "rich"])
def test_the_examples_are_clean_and_every_file_of_theirs_is_used(name: str) -> None:
    report = Report()
    with open_source(EXAMPLES / name) as files:
        assert bundle.check(files) == []
        bundle.read(files, report)
    report.close()
    assert report.carried_percent() == 100


def test_defaults_are_resolved_so_that_the_model_has_nothing_left_to_guess() -> None:
    made = read(
        source(
            {
                "course.yaml": course(
                    "- {key: q, type: quiz, title: Quiz title, quiz: {questions: [{key: a, type: essay, text: A}]}}"
                ),
                "p.program.yaml": "key: p\ntitle: P\n",
            }
        )
    ).bundle
    [content] = made.courses[0].contents()
    assert made.title == "demo"
    assert made.courses[0].instructor == made.programs[0].instructor == "ann@example.org"
    assert isinstance(content, QuizContent)
    assert content.quiz.title == "Quiz title"
    assert content.quiz.passing_score == 60
    assert content.quiz.questions[0].points == 1


def test_paths_are_relative_to_their_file_and_end_up_relative_to_the_root() -> None:
    reading = read(
        source(
            {
                "course.yaml": COURSE,
                "two/b.course.yaml": course(
                    "- {key: p, type: rich_text, title: P, page: pages/a.md}", thumbnail="/c.png"
                ),
                "two/pages/a.md": "See ![it](../d.png).",
                "c.png": PNG,
                "two/d.png": PNG + b"2",
            }
        )
    )
    [page] = reading.bundle.courses[0].contents()
    assert isinstance(page, RichText)
    assert page.page == "two/pages/a.md"
    assert reading.bundle.courses[0].thumbnail == "c.png"
    assert [media.path for media in reading.bundle.media] == ["c.png", "two/d.png"]
    assert reading.bundle.media[0].digest == hashlib.sha256(PNG).hexdigest()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-12-24T17:00:00+01:00", datetime(2026, 12, 24, 16, tzinfo=UTC)),
        ("2026-12-24 17:00Z", datetime(2026, 12, 24, 17, tzinfo=UTC)),
        ("2026-12-24T17:00:00.5-05:30", datetime(2026, 12, 24, 22, 30, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_moments_are_kept_in_utc_whatever_zone_they_were_written_in(written: str, meant: datetime) -> None:
    text = course(f"- {{key: a, type: live_session, title: A, scheduled: {written}}}")
    [content] = read(source({"course.yaml": text})).bundle.courses[0].contents()
    assert isinstance(content, LiveSession)
    assert content.scheduled == meant


@pytest.mark.parametrize(
    ("written", "meant"), [("49.90", "49.9"), ("0.1", "0.1"), ("5.0", "5"), ("99999999.99", "99999999.99")]
)
def test_money_is_the_decimal_that_was_written(written: str, meant: str) -> None:
    program = f"key: p\ntitle: P\nprice: {written}\n"
    assert str(read(source({"p.program.yaml": program})).bundle.programs[0].price) == meant


def test_pages_from_windows_are_the_same_pages() -> None:
    text = course("- {key: p, type: rich_text, title: P, page: a.md}")
    for page in (
        b"# Hi\n\nthere\n",
        "\ufeff# Hi\r\n\r\nthere\r\n".encode(),
        "# Hi\n\nthere\n".encode("utf-16"),
    ):
        [content] = read(source({"course.yaml": text, "a.md": page})).bundle.courses[0].contents()
        assert isinstance(content, RichText)
        assert content.text == "# Hi\n\nthere\n"


def test_errors_are_raised_all_at_once_and_nothing_is_read() -> None:
    broken = source({"course.yaml": COURSE.replace("First aid", "''").replace("rich_text", "text")})
    with pytest.raises(RefusedError) as refused:
        read(broken)
    assert [finding.rule.code for finding in refused.value.findings] == ["CW147", "CW144"]


def test_a_file_that_nothing_refers_to_is_accounted_for_as_skipped() -> None:
    report = Report()
    bundle.read(source({"notes.txt": "x", "README.md": "x"}), report)
    skipped = {account.name: account.note for account in report.accounts if account.fate == "skipped"}
    assert set(skipped) == {"notes.txt", "README.md"}
    assert all(skipped.values())


def test_a_lone_file_is_no_bundle() -> None:
    with pytest.raises(CoursewrightError, match="one file"):
        bundle.read(lone("course.yaml", COURSE), Report())


def test_a_place_in_the_model_is_found_again_in_the_file() -> None:
    files = source()
    [content] = read(files).bundle.courses[0].contents()
    assert content.location == Location("here/course.yaml", path="sections[0].contents[0]")
    assert bundle.locate(files, content.location) == Location(
        "here/course.yaml", 7, 9, "sections[0].contents[0]"
    )


def test_a_key_with_dots_is_found_again_too() -> None:
    files = source({"bundle.yaml": f"{ROOT}tags:\n  v1.2: Second\n"})
    [tag] = read(files).bundle.lookups
    assert bundle.locate(files, tag.location) == Location("here/bundle.yaml", 4, 9, 'tags["v1.2"]')


def test_a_bundle_of_many_files_is_accounted_for_in_one_pass() -> None:
    """A file looked up in a set built anew for every file: twice the files took four times as long."""
    quiz = b"questions:\n  - {key: q, type: essay, text: Why?}\n"
    contents = "".join(
        f"      - {{key: quiz-{n}, type: quiz, title: Q, quiz: {n}.quiz.yaml}}\n" for n in range(5000)
    )
    files = source({"course.yaml": COURSE + contents, **{f"{n}.quiz.yaml": quiz for n in range(5000)}})
    documents, trail, findings = examine(files, Cache(None))
    assert findings == []
    report = Report()
    began = process_time()
    account(documents, trail, report)
    assert process_time() - began < 0.5
    assert report.carried_percent() == 100

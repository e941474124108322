"""Markdown: pages as they were written, links that lead somewhere, answers in files of their own."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from exporters.shared.readdressed import readdressed
from importers import folder
from pipeline.archives import open_source
from pipeline.archives.packaging import open_package
from schemas.findings import Report
from schemas.model import Bundle, RichText, Section, TrueFalse
from schemas.richtext import links, local_path, render
from tests.exporters.books import example, files_of, put
from tests.exporters.everything import BUNDLE, EVERYTHING, QUIZ, SCENE
from tests.golden import Golden
from tests.strategies import MemoryFiles, MemorySink, MemorySource, Sample, bundles

HERE = Path(__file__).parent
QUICK = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def _pages(*texts: str) -> Sample:
    contents = tuple(RichText(key=f"p{n}", title=f"P{n}", text=text) for n, text in enumerate(texts))
    course = replace(SCENE, key="c", sections=(Section(key="s", title="S", contents=contents),))
    return Sample(Bundle(key="b", title="B", courses=(course,)), MemoryFiles({}))


def _front(page: bytes) -> dict[str, object]:
    front: dict[str, object] = yaml.safe_load(page.decode()[4:].split("\n---\n", 1)[0])
    return front


def _body(page: bytes) -> str:
    return page.decode().split("\n---\n\n", 1)[1]


# ── the same every time, nothing lost in silence ─────────────────────────────────────────────────


def test_everything_is_written_as_in_the_golden_folder(golden: Golden) -> None:
    golden(HERE / "golden" / "markdown", files_of("markdown", EVERYTHING))


@QUICK
@given(bundles())
def test_any_bundle_is_accounted_for_and_gives_the_same_bytes_twice(sample: Sample) -> None:
    first = files_of("markdown", sample)
    assert list(first.items()) == list(files_of("markdown", sample).items())
    for media in sample.bundle.media:
        place = media.path if media.path.startswith("media/") else f"files/{media.path}"
        assert first[place] == sample.files.contents[media.path]
    for name, data in first.items():
        if name.endswith(".md") and not name.startswith(("media/", "files/")):
            assert _front(data)["id"]


@QUICK
@given(bundles())
def test_every_relative_link_of_any_bundle_leads_to_a_file(sample: Sample) -> None:
    written = files_of("markdown", sample)
    for name, path in _local_links(written):
        assert posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) in written, (name, path)


def _local_links(written: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    for name, data in written.items():
        if name.endswith(".md"):
            for link in links(_body(data)):
                path = local_path(link.target)
                if path and "/" in path:  # nasty texts make links of words; ours lead to other folders
                    yield name, path


@QUICK
@given(bundles())
def test_pages_stand_in_their_files_as_they_were_written(sample: Sample) -> None:
    written = files_of("markdown", sample)
    bodies = [_body(data) for name, data in written.items() if name.endswith(".md")]
    for course in sample.bundle.courses:
        for content in course.contents():
            if isinstance(content, RichText) and not links(content.text):
                assert content.text in bodies


# ── for our own reader ───────────────────────────────────────────────────────────────────────────


def test_our_reader_of_folders_brings_pages_and_media_back(tmp_path: Path) -> None:
    rich = example("rich")
    with open_package(tmp_path / "site", "") as sink:
        put("markdown", rich, sink)
    with open_source(tmp_path / "site", foreign=True) as source:
        assert folder.detect(source)
        report = Report()
        reading = folder.read(source, report)
    report.close()
    texts = {
        content.title: content
        for content in reading.bundle.courses[0].contents()
        if isinstance(content, RichText)
    }
    wanted = next(content for content in rich.bundle.courses[1].contents() if content.key == "three-checks")
    assert isinstance(wanted, RichText)
    came = texts["Three checks"]
    assert re.sub(r"\]\([^)]*\)", "]()", came.text) == re.sub(r"\]\([^)]*\)", "]()", wanted.text)
    assert not texts["Final quiz: Answers"].published
    assert not texts["Notes for the next edition"].published
    assert {media.digest for media in rich.bundle.media} <= {media.digest for media in reading.bundle.media}


# ── links ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "new"),
    [
        ("[a *b*](x.md 'T')", '[a *b*](n "T")'),
        ("![p `]`][r]\n\n[r]: x.md", "![p `]`](n)\n\n[r]: x.md"),
        ("[x.md]\n\n[x.md]: <x.md> \"T & 'u'\"", "[x.md](n \"T \\& 'u'\")\n\n[x.md]: <x.md> \"T & 'u'\""),
        ("[![i](x.md)](x.md)", "[![i](n)](n)"),
        ("> [a\n> b](x.md)", "> [a\n> b](n)"),
        ("<a href='x.md'>l</a> `[a](x.md)`", '<a href="n">l</a> `[a](x.md)`'),
        ("| a |\n|---|\n| [ü](x.md) |", "| a |\n|---|\n| [ü](n) |"),
        ("<https://e.org> [w](https://e.org)", "<https://e.org> [w](https://e.org)"),
        ("- [ ] [t](x.md)[^1]\n\n[^1]: [f](x.md)", "- [ ] [t](n)[^1]\n\n[^1]: [f](n)"),
    ],
)
def test_only_addresses_change(written: str, new: str) -> None:
    def address(target: str, _shown: bool) -> str:  # noqa: FBT001  as `Address` has it
        return "n" if target == "x.md" else target

    assert readdressed(written, address) == new


def test_links_by_key_lead_to_the_files_of_contents() -> None:
    pages = files_of(
        "markdown", _pages("[b](#content:p1) [c](#course:c/content:p0) [gone](#content:p9)", "B")
    )
    assert "[b](02-p1.md) [c](01-p0.md) [gone](#content:p9)" in pages["c/01-s/01-p0.md"].decode()


def test_a_link_that_leads_nowhere_is_told() -> None:
    report = put("markdown", _pages("[gone](#content:p9)"), MemorySink())
    assert [a.note for a in report.accounts if a.kind == "item"] == [
        "a link to a content that is not here leads nowhere"
    ]


# ── quizzes ──────────────────────────────────────────────────────────────────────────────────────


def test_answers_are_in_an_unpublished_file_of_their_own() -> None:
    written = files_of("markdown", EVERYTHING)
    questions = written["bleeding/02-practice/01-check.md"].decode()
    answers = written["bleeding/02-practice/01-check-answers.md"]
    assert "one two" not in questions
    assert "- [x]" not in questions
    assert "[[" not in questions
    assert "**112** or **one one two**" in answers.decode()
    assert _front(answers)["published"] is False


@pytest.mark.parametrize(
    "left_open", ["```\ncode", "~~~~\n```\ncode", "<details><summary>x</summary>", "<!-- "]
)
def test_a_question_that_leaves_something_open_does_not_swallow_what_follows(left_open: str) -> None:
    questions = (
        TrueFalse(key="a", text=left_open, answer=True),
        TrueFalse(key="b", text="Second?", answer=True),
    )
    section = BUNDLE.courses[0].sections[1]
    content = replace(section.contents[0], quiz=replace(QUIZ, questions=questions))  # type: ignore[arg-type]
    course = replace(BUNDLE.courses[0], sections=(replace(section, contents=(content,)),))
    written = files_of("markdown", Sample(replace(BUNDLE, courses=(course, SCENE)), EVERYTHING.files))
    page = _body(written["bleeding/01-practice/01-check.md"])
    assert render(page, lambda _: None).count('<input disabled="" type="checkbox">') == 4


# ── places ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", ["media", "files", "readme.md", "con"])
def test_no_course_lies_where_something_else_does(key: str, tmp_path: Path) -> None:
    course = replace(SCENE, key=key)
    with open_package(tmp_path / "out.zip", "") as sink:
        put("markdown", Sample(Bundle(key="b", title="B", courses=(course,)), MemoryFiles({})), sink)
    with open_source(tmp_path / "out.zip", foreign=True) as source:
        assert f"{key}~/01-one/01-look.md" in source.names()


def test_a_folder_is_read_by_people_from_its_readme() -> None:
    written = MemorySource(files_of("markdown", EVERYTHING))
    for name, path in _local_links({"README.md": written.contents["README.md"]}):
        assert unquote(posixpath.normpath(posixpath.join(posixpath.dirname(name), path))) in written.names()

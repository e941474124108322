"""The data file, the page and what a manifest is told: without a browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from exporters.shared.language import direction
from exporters.shared.player import LIMITS, Tracking, Unit, assets, course_data, page
from exporters.shared.player.language import words
from exporters.shared.player.marks import digest, marks
from schemas.model import Course, Media, QuizContent, RichText, Video
from tests.exporters.everything import EVERYTHING
from tests.player.samples import course_of, ladders, long_course, short_quiz
from tests.strategies import MemoryFiles, Sample, bundles

PLAYER = files("exporters.shared.player")
TRACKINGS = get_args(Tracking)


def unit_of(sample: Sample, tracking: Tracking = "web", **rules: Any) -> Unit:
    return course_data(sample.bundle, sample.bundle.courses, sample.files, tracking=tracking, **rules)


def document(unit: Unit) -> dict[str, Any]:
    found = re.fullmatch(rb"window\.coursewright=\{data:(.*)\};\n", unit.data)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def contents(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        content
        for course in data["courses"]
        for section in course["sections"]
        for content in section["contents"]
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bundles())
def test_any_bundle_makes_one_unit_that_nothing_breaks_out_of(sample: Sample) -> None:
    assume(any(_is_shown(course) for course in sample.bundle.courses))
    unit = unit_of(sample)
    assert unit.data == unit_of(sample).data
    assert not re.search(rb"[<>&\x80-\xff]", unit.data)
    found = contents(document(unit))
    assert (
        len({content["id"] for content in found})
        == len({content["mark"] for content in found})
        == unit.contents
    )
    assert 0 < unit.size.least <= unit.size.most
    for href, path in unit.media.items():
        assert re.fullmatch(r"files/[A-Za-z0-9._/-]+", href)
        assert path in sample.files.contents
    assert len(set(unit.media.values())) == len(unit.media)
    assert b"</title>" in page(unit, "course.js")


def _is_shown(course: Course) -> bool:
    return any(
        section.published and any(c.published for c in section.contents) for section in course.sections
    )


def test_every_published_content_is_there_and_the_rest_is_named() -> None:
    unit = unit_of(EVERYTHING)
    assert [content["id"] for content in contents(document(unit))] == [
        "bleeding/film",
        "bleeding/page",
        "bleeding/far",
        "bleeding/note",
        "scene/look",
    ]
    assert unit.unpublished == ("course:bleeding/section:practice",)
    assert unit.title == "First aid for everyone"


def test_one_section_is_a_unit_too() -> None:
    sample = ladders()
    unit = unit_of(sample, section="test")
    assert (unit.title, unit.contents, unit.mastery) == ("Test yourself", 1, Decimal(75))
    assert unit.unpublished == ("course:ladders/content:next-edition",)
    whole = {content["id"]: content["mark"] for content in contents(document(unit_of(sample)))}
    assert contents(document(unit))[0]["mark"] == whole["final"]


def test_nothing_to_play_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing is published in course"):
        unit_of(course_of(RichText(key="a", title="A", text="a", published=False)))


def test_the_mastery_score_is_only_told_when_it_says_it_all() -> None:
    one, other = short_quiz(), replace(short_quiz(), key="other")
    assert unit_of(course_of(one)).mastery == 100
    assert unit_of(course_of(one, other)).mastery is None
    assert unit_of(course_of(one, other), mastery=Decimal(80)).mastery == 80
    assert unit_of(course_of(RichText(key="a", title="A", text="a"))).mastery is None


def test_texts_fit_under_the_pages_heading() -> None:
    page_ = RichText(
        key="a",
        title="Three *checks*",
        text="# Three *checks*\n\n## Why\n\n|a|\n|-:|\n|1|\n\n[b](#content:b)",
    )
    entry = contents(document(unit_of(course_of(replace(page_, title="Three checks")))))[0]
    assert entry["html"].startswith("<h2>Why</h2>")
    assert '<td data-align="right">1</td>' in entry["html"]
    assert 'href="#content:b"' in entry["html"]
    shifted = contents(document(unit_of(course_of(page_))))[0]["html"]
    assert shifted.startswith("<h2>Three")
    assert "<h3>Why</h3>" in shifted


def test_media_get_plain_names_and_pages_lead_to_their_contents() -> None:
    path = "media/très joli/b c.png"
    media = Media(path=path, digest="0" * 64, size=1, media_type="image/png")
    other = Media(path="pages/b.md", digest="0" * 64, size=1, media_type="text/markdown")
    sample = course_of(
        RichText(key="a", title="A", page="pages/a.md", text=f"![x](</{path}>) [b](b.md)"),
        RichText(key="b", title="B", page="pages/b.md", text="b"),
    )
    bundle = replace(sample.bundle, media=(media, other))
    unit = unit_of(Sample(bundle, MemoryFiles({path: b"x", "pages/b.md": b"b"})))
    assert re.fullmatch(
        r"files/media/tr-s-joli/b-c-[0-9a-f]{8}\.png", next(h for h, p in unit.media.items() if p == path)
    )
    assert document(unit)["pages"] == {"files/pages/b.md": "b"}


def test_answers_are_positions_and_equal_right_sides_are_one() -> None:
    quiz = next(content for content in contents(document(unit_of(ladders()))) if content["type"] == "quiz")[
        "quiz"
    ]
    matching = next(question for question in quiz["questions"] if question["type"] == "matching")
    sides = [side["words"] for side in matching["rights"]]
    assert sides == sorted(sides)
    assert [sides[place] for place in matching["right"]] == [
        "Clean it",
        "Take it out of use",
        "Replace the part",
    ]
    rule = next(question for question in quiz["questions"] if question["key"] == "rule")
    assert rule["words"] == "For every ____ units up, the foot stands ____ unit out."
    assert rule["longest"] == 2 * len("four") + 40


def test_the_shape_of_a_quiz_changes_with_what_positions_mean() -> None:
    content = short_quiz()
    shapes = {
        contents(document(unit_of(course_of(changed))))[0]["quiz"]["shape"]
        for changed in (
            content,
            replace(content, quiz=replace(content.quiz, questions=content.quiz.questions[::-1])),
            replace(content, quiz=replace(content.quiz, questions=content.quiz.questions[:1])),
        )
    }
    retitled = replace(content, quiz=replace(content.quiz, title="Another"))
    assert len(shapes) == 3
    assert contents(document(unit_of(course_of(retitled))))[0]["quiz"]["shape"] in shapes


def test_captions_travel_in_the_data_only_where_files_cannot_load_them() -> None:
    def captions(tracking: Tracking) -> dict[str, Any]:
        found: dict[str, Any] = contents(document(unit_of(ladders(), tracking)))[0]["captions"]
        return found

    assert captions("web")["text"].startswith("WEBVTT")
    assert captions("scorm-1.2")["text"] is None


def test_an_address_instead_of_a_file() -> None:
    video = Video(
        key="v",
        title="V",
        url="https://youtu.be/x",
        subtitles_url="https://example.org/x.vtt",
        video_seconds=61,
    )
    entry = contents(document(unit_of(course_of(video))))[0]
    assert (entry["url"], entry["captionsUrl"]) == (video.url, video.subtitles_url)
    assert (entry["captions"], entry["minutes"]) == (None, 2)


def test_courses_and_sections_say_what_they_are() -> None:
    course = document(unit_of(ladders()))["courses"][0]
    assert "leaning ladder" in course["description"]
    assert course["sections"][0]["description"] == "<p>Most accidents are decided on the ground.</p>\n"


# ── size ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_worst_case_is_known() -> None:
    assert unit_of(long_course()).size.least < 200
    choices = unit_of(course_of(*(content for content in _only_choices()))).size
    assert choices.most <= LIMITS["scorm-1.2"]
    pages = course_of(*(RichText(key=f"p{n}", title="P", text="p") for n in range(1500)))
    assert unit_of(pages).size.least > LIMITS["scorm-1.2"]


def _only_choices() -> list[QuizContent]:
    quizzes = [
        content for content in long_course().bundle.courses[0].contents() if isinstance(content, QuizContent)
    ]
    return [
        replace(
            content,
            quiz=replace(
                content.quiz,
                questions=tuple(q for q in content.quiz.questions if q.type == "multiple_choice"),
            ),
        )
        for content in quizzes
    ]


@given(st.lists(st.text(min_size=1), min_size=1, max_size=40, unique=True))
def test_marks_are_apart_and_do_not_hang_on_order(addresses: list[str]) -> None:
    found = dict(zip(addresses, marks(addresses), strict=True))
    assert len(set(found.values())) == len(addresses)
    assert found == dict(zip(addresses[::-1], marks(addresses[::-1]), strict=True))
    assert all(digest(address).startswith(mark) for address, mark in found.items())


def test_marks_grow_where_three_characters_would_meet() -> None:
    many = [f"course:c/content:{number}" for number in range(3000)]
    assert {len(mark) for mark in marks(many)} == {4}


# ── words ────────────────────────────────────────────────────────────────────────────────────────

SCRIPTS = "\n".join(path.read_text(encoding="utf-8") for path in Path(str(PLAYER / "files")).rglob("*.js"))


@pytest.mark.parametrize("language", ["de", "es", "fr", "ar"])
def test_a_translation_has_every_text_with_its_gaps(language: str) -> None:
    translated = json.loads((PLAYER / "strings" / f"{language}.json").read_text(encoding="utf-8"))
    english = words("en")
    assert list(translated) == list(english)
    for name, text in translated.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english[name])), name


def test_no_text_is_missing_or_left_over() -> None:
    types = {"video", "pdf", "rich_text", "quiz", "assignment", "live_session", "downloadable_resource"}
    used = {name for name in words("en") if re.search(rf"'{name}'", SCRIPTS)} | types | {"noScript"}
    assert set(words("en")) == used
    assert set(re.findall(r"cw\.say\('(\w+)'", SCRIPTS)) <= set(words("en"))


@pytest.mark.parametrize(
    ("language", "text", "way"),
    [
        ("de-AT", "Weiter", "ltr"),
        ("ar", "متابعة", "rtl"),
        ("fa-IR", "Continue", "rtl"),
        ("../x", "Continue", "ltr"),
    ],
)
def test_the_language_of_the_course(language: str, text: str, way: str) -> None:
    assert words(language)["next"] == text
    assert direction(language) == way


# ── files ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("tracking", TRACKINGS)
def test_the_page_loads_what_is_there_and_nothing_else(tracking: Tracking) -> None:
    unit = unit_of(ladders(), tracking)
    loaded = _Loaded()
    loaded.feed(page(unit, "course.js").decode())
    assert sorted(loaded.files) == sorted([*assets(tracking), "course.js"])
    assert loaded.inline.strip() == ""


class _Loaded(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []
        self.inline = ""
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._script = tag == "script"
        if tag in {"script", "link"}:
            self.files.append(given.get("src") or given["href"] or "")
        assert not [name for name in given if name.startswith("on") or name == "style"]

    def handle_data(self, data: str) -> None:
        if self._script:
            self.inline += data


def test_scripts_are_plain_and_keep_to_themselves() -> None:
    assert not re.search(
        r"\beval\b|new Function|document\.write|^\s*(import|export)\b|XMLHttpRequest", SCRIPTS, re.MULTILINE
    )
    assert all(
        "fetch(" not in data.decode() for name, data in assets("scorm-1.2").items() if name.endswith(".js")
    )
    for name, data in assets("cmi5").items():
        text = data.decode()
        assert not name.endswith(".js") or re.search(
            r"^\(function \(cw\) \{\n  'use strict';", text, re.MULTILINE
        )
        assert not re.search(r"https?://(?!(adlnet\.gov|w3id\.org|www\.w3\.org)/)[\w.]+\w", text), name

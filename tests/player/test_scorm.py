"""Whole visits to SCORM packages in a real browser; every call is judged, and every value read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, FrameLocator, expect

from exporters.shared.player import LIMITS, Tracking
from schemas.model import RichText
from tests.player import walk
from tests.player.calls import judge
from tests.player.packages import unpack
from tests.player.platform import Platform
from tests.player.samples import course_of, ladders, long_course, short_quiz
from tests.player.site import Site
from tests.strategies import Sample

TRACKING: Final[dict[str, Tracking]] = {"1.2": "scorm-1.2", "2004": "scorm-2004"}
Open = Callable[..., Platform]


@pytest.fixture(params=["1.2", "2004"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def learner(browser: Browser, site: Site, version: str, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Unpacks a course for a learner with a browser of their own; in the end no script may have failed."""
    platforms: list[Platform] = []
    folder = site.folder / re.sub(r"\W+", "-", request.node.name)

    def open_(sample: Sample, **rules: Any) -> Platform:
        unpack(folder, sample, TRACKING[version], **rules)
        context = browser.new_context()
        context.set_default_timeout(5_000)
        platforms.append(Platform(context, site, version, f"/packages/{folder.name}/index.html"))
        return platforms[-1]

    yield open_
    for platform in platforms:
        platform.context.close()
        assert platform.faults == []


def _name(version: str, element: str) -> str:
    return f"cmi.core.{element}" if version == "1.2" else f"cmi.{element}"


def _status(platform: Platform) -> tuple[str | None, ...]:
    values = platform.values()
    if platform.version == "1.2":
        return (values.get("cmi.core.lesson_status"),)
    return values.get("cmi.completion_status"), values.get("cmi.success_status")


PASSED = {"1.2": ("passed",), "2004": ("completed", "passed")}
FAILED = {"1.2": ("failed",), "2004": ("completed", "failed")}


def _heading(frame: FrameLocator) -> str:
    return frame.locator("h1").inner_text()


# ── a learner's way ──────────────────────────────────────────────────────────────────────────────


def test_read_leave_half_way_come_back_and_pass(learner: Open, version: str) -> None:
    platform = learner(ladders())
    frame = platform.visit()
    walk.read_on(frame, 8)
    walk.begin(frame)
    first = walk.answer_one(frame, walk.RIGHT)
    walk.forward(frame)
    walk.answer_one(frame, walk.RIGHT)
    platform.leave()
    assert _status(platform)[0] == "incomplete"

    frame = platform.visit()
    assert _heading(frame) == "Final quiz"
    frame.get_by_role("button", name="Go on with the quiz").click()
    expect(frame.get_by_role("group")).to_contain_text("Question 2 of 6")
    frame.get_by_role("button", name="Previous question").click()
    expect(frame.get_by_role("group")).to_contain_text(first)
    walk.take(frame, walk.RIGHT, 6)
    expect(frame.locator("article")).to_contain_text("100%")
    platform.leave()

    assert judge(platform.calls(), version) == []
    assert _status(platform) == PASSED[version]
    values = platform.values()
    assert values[_name(version, "score.raw")] == "100"
    assert values[_name(version, "lesson_location" if version == "1.2" else "location")] == "final"
    assert version == "1.2" or values["cmi.score.scaled"] == "1"
    assert version == "1.2" or values["cmi.progress_measure"] == "1"
    _judge_interactions(platform)


def _judge_interactions(platform: Platform) -> None:
    """The runtime kept all six, with their types and results."""
    found = {interaction["id"]: interaction for interaction in platform.cmi()["interactions"].values()}
    old = platform.version == "1.2"
    assert {name: (one["type"], one["result"]) for name, one in found.items()} == {
        "final/angle": ("choice", "correct"),
        "final/hands": ("true-false", "correct"),
        "final/top": ("fill-in", "correct"),
        "final/rule": ("fill-in", "correct"),
        "final/find-defect": ("matching", "correct"),
        "final/story": ("fill-in" if old else "long-fill-in", "neutral"),
    }
    responses = {name: one["student_response" if old else "learner_response"] for name, one in found.items()}
    assert responses == {
        "final/angle": "b" if old else "safe",
        "final/hands": "t" if old else "true",
        "final/top": "Three",
        "final/rule": "4,one" if old else "4[,]one",
        "final/find-defect": "a.1,b.3,c.2" if old else "mud[.]mud[,]crack[.]crack[,]feet[.]feet",
        "final/story": "When the wind rose. I waited.",
    }


def test_entering_again_after_a_pass_changes_nothing(learner: Open, version: str) -> None:
    platform = learner(course_of(short_quiz()))
    frame = platform.visit()
    walk.begin(frame)
    walk.take(frame, walk.RIGHT, 2)
    platform.leave()
    before = len(platform.calls())
    for mode in ("normal", "review"):
        frame = platform.visit(mode=mode)
        walk.begin(frame, "Try again")
        walk.take(frame, walk.WRONG, 2)
        platform.leave()
        told = set(platform.values(before))
        assert not [name for name in told if "status" in name or "score" in name or "measure" in name]
    assert judge(platform.calls(), version) == []


def test_fail_retake_and_run_out_of_attempts(learner: Open, version: str) -> None:
    platform = learner(course_of(short_quiz(max_attempts=2)))
    frame = platform.visit()
    walk.begin(frame)
    walk.take(frame, walk.WRONG, 2)
    expect(frame.locator(".result")).to_contain_text("Not passed")
    platform.leave()
    assert _status(platform) == FAILED[version]

    frame = platform.visit()
    expect(frame.locator(".facts").last).to_contain_text("1 of 2 used")
    walk.begin(frame, "Try again")
    walk.answer_one(frame, walk.RIGHT)
    walk.forward(frame)
    walk.answer_one(frame, walk.WRONG)
    walk.forward(frame)
    expect(frame.locator("article")).to_contain_text("You have used all your attempts.")
    assert frame.get_by_role("button", name="Try again").count() == 0
    platform.leave()

    frame = platform.visit()
    assert frame.get_by_role("button", name="Try again").count() == 0
    platform.leave()
    assert judge(platform.calls(), version) == []
    assert _status(platform) == FAILED[version]
    assert platform.values()[_name(version, "score.raw")] == "50"
    assert len([name for name in platform.values() if name.endswith(".type")]) == 4


def test_a_retake_turns_failed_into_passed(learner: Open, version: str) -> None:
    platform = learner(course_of(short_quiz()))
    frame = platform.visit()
    walk.begin(frame)
    walk.take(frame, walk.WRONG, 2)
    walk.begin(frame, "Try again")
    walk.take(frame, walk.RIGHT, 2)
    frame.get_by_role("button", name="Finish").click()
    expect(frame.locator("article")).to_contain_text("You have passed.")
    frame.get_by_role("button", name="Save and close").click()
    assert "You can close this window" in _heading(frame)
    platform.leave()
    assert judge(platform.calls(), version) == []
    assert _status(platform) == PASSED[version]


def test_a_course_without_a_test_is_completed(learner: Open, version: str) -> None:
    platform = learner(
        course_of(RichText(key="a", title="A", text="a"), RichText(key="b", title="B", text="b"))
    )
    frame = platform.visit()
    walk.read_on(frame, 1)
    frame.get_by_role("button", name="Finish").click()
    platform.leave()
    assert judge(platform.calls(), version) == []
    assert _status(platform) == {"1.2": ("completed",), "2004": ("completed", None)}[version]
    assert _name(version, "score.raw") not in platform.values()


def test_the_platforms_mastery_score_decides(learner: Open, version: str) -> None:
    platform = learner(course_of(short_quiz()))
    frame = platform.visit(mastery="50" if version == "1.2" else "0.5")
    walk.begin(frame)
    walk.answer_one(frame, walk.RIGHT)
    walk.forward(frame)
    walk.answer_one(frame, walk.WRONG)
    walk.forward(frame)
    platform.leave()
    assert judge(platform.calls(), version) == []
    assert _status(platform) == PASSED[version]


def test_quizzes_may_be_all_that_counts(learner: Open, version: str) -> None:
    sample = course_of(RichText(key="a", title="A", text="a"), short_quiz())
    platform = learner(sample, completion="quizzes")
    frame = platform.visit()
    walk.go(frame, "Short")
    walk.begin(frame)
    walk.take(frame, walk.RIGHT, 2)
    platform.leave()
    assert _status(platform) == PASSED[version]


def test_nothing_is_written_while_looking_around(learner: Open, version: str) -> None:
    platform = learner(course_of(RichText(key="a", title="A", text="a"), short_quiz()))
    for mode, said in (("browse", "looking around"), ("review", "looking back")):
        frame = platform.visit(mode=mode)
        expect(frame.locator(".notices")).to_contain_text(said)
        walk.read_on(frame, 1)
        walk.begin(frame)
        walk.take(frame, walk.WRONG, 2)
        platform.leave()
    assert platform.values() == {}
    assert judge(platform.calls(), version) == []


# ── time ─────────────────────────────────────────────────────────────────────────────────────────


def test_time_runs_out(learner: Open, version: str) -> None:
    platform = learner(course_of(short_quiz(time_limit_minutes=6)))
    platform.context.clock.install()
    frame = platform.visit()
    walk.begin(frame)
    walk.answer_one(frame, walk.RIGHT)
    assert "6:00" in frame.get_by_role("timer").inner_text()
    platform.context.clock.fast_forward(61_000)
    expect(frame.locator(".unseen[role=status]")).to_have_text("Minutes left: 5")
    platform.context.clock.fast_forward(300_000)
    expect(frame.locator("article")).to_contain_text("Time is up")
    platform.leave()
    assert judge(platform.calls(), version) == []
    assert platform.values()[_name(version, "score.raw")] == "50"
    session = platform.values()[_name(version, "session_time")]
    assert session.startswith("0000:06:" if version == "1.2" else "PT0H6M")


def test_time_runs_out_while_the_learner_is_away(learner: Open, version: str) -> None:
    platform = learner(course_of(short_quiz(time_limit_minutes=1)))
    platform.context.clock.install()
    frame = platform.visit()
    walk.begin(frame)
    walk.answer_one(frame, walk.RIGHT)
    walk.forward(frame)
    platform.leave()
    platform.context.clock.fast_forward(61_000)
    frame = platform.visit()
    expect(frame.locator("article")).to_contain_text("Time is up")
    platform.leave()
    assert judge(platform.calls(), version) == []
    assert platform.values()[_name(version, "score.raw")] == "50"


def test_a_hidden_page_has_told_everything(learner: Open, version: str) -> None:
    """Phones end hidden pages without a word."""
    platform = learner(course_of(short_quiz()))
    frame = platform.visit()
    walk.begin(frame)
    walk.answer_one(frame, walk.RIGHT)
    frame.locator("body").evaluate(
        """() => { Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
        document.dispatchEvent(new Event('visibilitychange')); }"""
    )
    *_, last = platform.calls()
    assert last.name.endswith("Commit")
    assert {_name(version, "session_time"), "cmi.suspend_data"} <= set(platform.values())
    assert re.search(":(t|=0|=1)?,(t|=0|=1)?$", platform.values()["cmi.suspend_data"])
    platform.leave()
    assert judge(platform.calls(), version) == []


# ── state ────────────────────────────────────────────────────────────────────────────────────────


def test_two_hundred_questions_fit(learner: Open, version: str, site: Site) -> None:
    """All quizzes begun and answered, half of them handed in, with wrong words typed: everything is kept."""
    platform = learner(long_course())
    frame = platform.visit()
    state = frame.locator("body").evaluate(
        """() => {
        const cw = window.coursewright, progress = new cw.Progress(null);
        cw.contents.forEach((content, at) => {
            progress.handIn(content, 7300);
            progress.record(content).attempt = { open: at % 2 === 0, seed: 2 ** 31 - 1, deadline: 1800000000, at: 19,
                answers: content.quiz.questions.map((question) => (question.options ? [3] : 'hornbeam')) };
        });
        const written = cw.state.write(cw.contents, progress, 4096), again = new cw.Progress(null);
        cw.state.read(cw.contents, written, again);
        return [written, cw.state.write(cw.contents, again, 4096)];
    }"""
    )
    assert state[0] == state[1]
    assert 0 < len(state[0]) <= LIMITS["scorm-1.2"]
    assert state[0].count("hornbeam") == 20
    platform.leave()


def test_progress_outlives_a_new_version_of_the_package(learner: Open, version: str, site: Site) -> None:
    pages = [RichText(key=name, title=f"Page {name}", text=name) for name in "abcd"]
    quiz = short_quiz(max_attempts=3)
    platform = learner(course_of(*pages, quiz))
    frame = platform.visit()
    walk.read_on(frame, 2)
    walk.go(frame, "Short")
    walk.begin(frame)
    walk.take(frame, walk.WRONG, 2)
    platform.leave()

    changed = replace(quiz, quiz=replace(quiz.quiz, questions=quiz.quiz.questions[::-1]))
    new = RichText(key="new", title="Page new", text="new")
    unpack(
        site.folder / platform.launch.split("/")[2],
        course_of(changed, new, *pages[::-1][:3]),
        TRACKING[version],
    )
    frame = platform.visit()
    done = frame.get_by_role("navigation").get_by_role("button", name="done")
    assert [name.splitlines()[1] for name in done.all_inner_texts()] == ["Short", "Page b"]
    expect(frame.locator("article .facts").last).to_contain_text("1 of 3 used")
    assert (
        frame.get_by_role("heading", name="Your answers").count() == 0
    )  # they are positions of the old quiz
    platform.leave()
    assert judge(platform.calls(), version) == []


# ── platforms that are not well ──────────────────────────────────────────────────────────────────


FAULTS = {
    "throws": "your progress is not saved",
    "garbage": "your progress is not saved",
    "refuses": "may not be saved",
    "throws:SetValue": "may not be saved",
    "throws:GetValue": "",
    "refuses:interactions": "",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_plays_on_a_platform_that_is_not_well(learner: Open, fault: str) -> None:
    platform = learner(course_of(RichText(key="a", title="A", text="a"), short_quiz()))
    frame = platform.visit(fault=fault)
    walk.read_on(frame, 1)
    walk.begin(frame)
    walk.take(frame, walk.RIGHT, 2)
    notices = expect(frame.locator(".notices"))
    if FAULTS[fault]:
        notices.to_contain_text(FAULTS[fault])
        return
    notices.to_be_empty()
    platform.leave()
    assert _status(platform)[0] in {"passed", "completed"}


def test_it_plays_without_a_platform(learner: Open, site: Site) -> None:
    platform = learner(course_of(RichText(key="a", title="A", text="a"), short_quiz()))
    page = platform.context.new_page()
    page.goto(site.address + platform.launch)
    expect(page.locator(".notices")).to_contain_text("your progress is not saved")
    walk.read_on(page, 1)
    walk.begin(page)
    walk.take(page, walk.RIGHT, 2)
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("button", name="Save and close").click()
    assert page.locator("h1").inner_text() == "You can close this window."


@pytest.mark.parametrize("state", ["13;abcabcabc;zzz:1:1:1;;", "13;" + "x" * 64_000], ids=["unknown", "long"])
def test_whatever_a_platform_gives_back_is_only_read(learner: Open, version: str, state: str) -> None:
    platform = learner(course_of(short_quiz()))
    page = platform.context.new_page()
    page.goto(f"{platform.site.address}/lms/lms.js")
    element = "cmi.suspend_data"
    location = _name(version, "lesson_location" if version == "1.2" else "location")
    page.evaluate(
        "([name, state, place]) => localStorage.setItem('given', JSON.stringify({[name]: state, [place]: '<b>x</b>'}))",
        [element, state, location],
    )
    page.close()
    frame = platform.visit()
    assert _heading(frame) == "Short"
    walk.begin(frame)
    walk.take(frame, walk.RIGHT, 2)
    platform.leave()

"""Sessions on a cmi5 platform, and the same unit as an older xAPI package; statements are judged by cmi5's rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from schemas.model import RichText
from tests.player import walk
from tests.player.lrs import Lrs, judge
from tests.player.packages import unpack
from tests.player.samples import course_of, ladders, short_quiz
from tests.player.site import Site

PAGE = RichText(key="a", title="A", text="a")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.set_default_timeout(5_000)
    yield context
    context.close()


@pytest.fixture
def lrs(site: Site) -> Lrs:
    site.lrs = Lrs()
    return site.lrs


def _launch(context: BrowserContext, site: Site, package: str, *, cmi5: bool = True) -> Page:
    page = context.new_page()
    page.goto(site.lrs.launch(site.address, f"/packages/{package}/index.html", cmi5=cmi5))
    page.locator("h1").wait_for()
    return page


def _leave(page: Page, lrs: Lrs) -> None:
    """Closes the tab and waits for what was sent while it closed."""
    page.close(run_before_unload=True)
    for _ in range(100):
        if lrs.verbs()[-1:] == ["terminated"]:
            return
        pause = page.context.new_page()
        pause.wait_for_timeout(20)
        pause.close()
    pytest.fail(f"no terminated in {lrs.verbs()}")


def test_a_course_over_two_sessions(context: BrowserContext, site: Site, lrs: Lrs) -> None:
    lrs.mastery = 0.75
    unpack(site.folder / "cmi5", ladders(), "cmi5")
    page = _launch(context, site, "cmi5")
    walk.read_on(page, 8)
    walk.begin(page)
    walk.answer_one(page, walk.RIGHT)
    walk.forward(page)
    _leave(page, lrs)
    assert lrs.requests[:4] == [
        "POST fetch",
        "GET activities/state LMS.LaunchData",
        "GET agents/profile cmi5LearnerPreferences",
        "GET activities/state coursewright",
    ]
    assert lrs.verbs() == ["initialized", "terminated"]

    page = _launch(context, site, "cmi5")
    page.get_by_role("button", name="Go on with the quiz").click()
    for _ in range(5):
        walk.answer_one(page, walk.RIGHT)
        walk.forward(page)
    expect(page.locator("article")).to_contain_text("100%")
    _leave(page, lrs)
    assert judge(lrs) == []
    assert lrs.verbs() == ["initialized", *["answered"] * 6, "completed", "passed", "terminated"]
    answered = {
        s["object"]["id"].rpartition("/")[2]: s for s in lrs.sessions[-1] if "definition" in s["object"]
    }
    assert answered["find-defect"]["result"]["response"] == "mud[.]mud[,]crack[.]crack[,]feet[.]feet"
    assert answered["angle"]["object"]["definition"]["correctResponsesPattern"] == ["safe"]
    assert "success" not in answered["story"]["result"]

    page = _launch(context, site, "cmi5")
    page.get_by_role("button", name="Try again").click()
    walk.take(page, walk.WRONG, 6)
    _leave(page, lrs)
    assert judge(lrs) == []
    assert not {"completed", "passed", "failed"} & set(lrs.verbs())


def test_failing_is_said_once_when_the_visit_ends(context: BrowserContext, site: Site, lrs: Lrs) -> None:
    lrs.mastery = 1.0
    unpack(site.folder / "cmi5-fail", course_of(short_quiz()), "cmi5")
    page = _launch(context, site, "cmi5-fail")
    walk.begin(page)
    walk.take(page, walk.WRONG, 2)
    walk.begin(page, "Try again")
    walk.take(page, walk.WRONG, 2)
    _leave(page, lrs)
    assert lrs.verbs()[-2:] == ["failed", "terminated"]
    page = _launch(context, site, "cmi5-fail")
    walk.begin(page, "Try again")
    walk.take(page, walk.RIGHT, 2)
    _leave(page, lrs)
    assert judge(lrs) == []
    assert "passed" in lrs.verbs()


def test_the_last_attempt_fails_at_once(context: BrowserContext, site: Site, lrs: Lrs) -> None:
    unpack(site.folder / "cmi5-last", course_of(short_quiz(max_attempts=1)), "cmi5")
    page = _launch(context, site, "cmi5-last")
    walk.begin(page)
    walk.take(page, walk.WRONG, 2)
    page.wait_for_timeout(200)
    assert lrs.verbs()[-2:] == ["completed", "failed"]
    _leave(page, lrs)
    assert judge(lrs) == []


@pytest.mark.parametrize("mode", ["Browse", "Review"])
def test_looking_around_only_begins_and_ends(
    context: BrowserContext, site: Site, lrs: Lrs, mode: str
) -> None:
    lrs.mode = mode
    unpack(site.folder / "cmi5-look", course_of(PAGE, short_quiz()), "cmi5")
    page = _launch(context, site, "cmi5-look")
    walk.read_on(page, 1)
    walk.begin(page)
    walk.take(page, walk.RIGHT, 2)
    _leave(page, lrs)
    assert lrs.verbs() == ["initialized", "terminated"]
    assert judge(lrs) == []
    assert lrs.documents == {}


def test_an_older_xapi_launch(context: BrowserContext, site: Site, lrs: Lrs) -> None:
    unpack(site.folder / "xapi", course_of(short_quiz()), "xapi")
    page = _launch(context, site, "xapi", cmi5=False)
    walk.begin(page)
    walk.take(page, walk.RIGHT, 2)
    _leave(page, lrs)
    assert lrs.verbs() == ["initialized", "answered", "answered", "completed", "passed", "terminated"]
    page = _launch(context, site, "xapi", cmi5=False)
    expect(page.locator(".result")).to_contain_text("Passed")
    _leave(page, lrs)


@pytest.mark.parametrize("broken", [True, False])
def test_it_plays_without_a_record_store(context: BrowserContext, site: Site, lrs: Lrs, broken: bool) -> None:  # noqa: FBT001
    lrs.broken = broken
    unpack(site.folder / "cmi5-none", course_of(PAGE, short_quiz()), "cmi5")
    page = context.new_page()
    page.goto(
        lrs.launch(site.address, "/packages/cmi5-none/index.html")
        if broken
        else f"{site.address}/packages/cmi5-none/index.html"
    )
    expect(page.locator(".notices")).to_contain_text("your progress is not saved")
    walk.read_on(page, 1)
    walk.begin(page)
    walk.take(page, walk.RIGHT, 2)
    page.close(run_before_unload=True)


def test_what_could_not_be_sent_is_sent_later(context: BrowserContext, site: Site, lrs: Lrs) -> None:
    unpack(site.folder / "cmi5-later", course_of(PAGE, short_quiz()), "cmi5")
    page = _launch(context, site, "cmi5-later")
    walk.read_on(page, 1)
    walk.begin(page)
    lrs.broken = True
    walk.take(page, walk.RIGHT, 2)
    expect(page.locator(".notices")).to_contain_text("may not be saved")
    assert lrs.verbs() == ["initialized"]
    lrs.broken = False
    page.get_by_role("button", name="Back").click()
    _leave(page, lrs)
    assert lrs.verbs() == ["initialized", "answered", "answered", "completed", "passed", "terminated"]
    assert judge(lrs) == []
    page = _launch(context, site, "cmi5-later")
    walk.go(page, "Short")
    expect(page.locator(".result")).to_contain_text("Passed")

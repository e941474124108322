"""Everybody can use it: axe-core finds nothing on any kind of page, nor does a narrow screen or the keyboard alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.player.packages import unpack
from tests.player.samples import ladders
from tests.player.site import Site

CONTENTS = 9
QUESTIONS = 6
TARGET = 44
SMALL = """() => [...document.querySelectorAll('button, a.button, select, summary, textarea, input[type=text], label.choice')]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
    .map((element) => element.outerHTML.slice(0, 120))"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(
    params=[("light", "en", 1200, 800), ("dark", "ar", 320, 600)], ids=["light", "dark-rtl-phone"]
)
def page(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme: Literal["light", "dark"]
    scheme, language, width, height = request.param
    unpack(site.folder / f"web-{language}", ladders(language), "web")
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    context.set_default_timeout(5_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(f"{site.address}/packages/web-{language}/index.html")
    yield page
    context.close()
    assert faults == []


def test_every_kind_of_page(page: Page, npm: Path) -> None:
    page.evaluate((npm / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    wrong = {name: found for name in _pages(page) if (found := _judge(page))}
    assert wrong == {}, json.dumps(wrong, indent=1, ensure_ascii=False)


def _judge(page: Page) -> list[Any]:
    results = page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")
    found = [[one["id"], [node["html"] for node in one["nodes"]]] for one in results["violations"]]
    found += [["small target", element] for element in page.evaluate(SMALL)]
    overflow = page.evaluate(OVERFLOW)
    return [*found, ["too wide", overflow]] if overflow > 0 else found


def _pages(page: Page) -> Iterator[str]:
    """Walks through everything without a word of any language."""
    if page.locator(".toggle").is_visible():
        page.locator(".toggle").click()
        yield "outline"
        page.locator(".toggle").click()
    for place in range(CONTENTS):
        _open(page, place)
        for closed in page.locator("summary").all():
            closed.click()
        yield f"content {place}"
    yield from _quiz(page)
    page.locator(".ways button").last.click()
    yield "end"


def _open(page: Page, place: int) -> None:
    if page.locator(".toggle").is_visible():
        page.locator(".toggle").click()
    page.locator("nav button").nth(place).click()


def _quiz(page: Page) -> Iterator[str]:
    page.locator(".quiz .primary").click()
    for number in range(QUESTIONS):
        yield f"question {number}"
        page.locator("form .primary").click()
        if page.locator(".problem").count():
            yield f"question {number} without an answer"
            _answer(page)
            page.locator("form .primary").click()
    page.locator(".review").wait_for()
    yield "result"


def _answer(page: Page) -> None:
    if page.locator("fieldset input[type=radio]").count():
        page.locator("fieldset label.choice").first.click()
    for choice in page.locator("fieldset select").all():
        choice.select_option(index=1)
    for box in page.locator("fieldset input[type=text], fieldset textarea").all():
        box.fill("x")


# ── by keyboard ──────────────────────────────────────────────────────────────────────────────────

FOCUSED = """() => { const at = document.activeElement, style = getComputedStyle(at);
    return [at.tagName, (at.innerText || at.value || '').trim(), style.outlineStyle !== 'none' || at.matches('.choice input, video, iframe')]; }"""


@pytest.mark.parametrize("page", [("light", "en", 900, 600)], indirect=True)
def test_the_keyboard_is_enough(page: Page) -> None:
    _press(page, "Skip to content")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(CONTENTS - 1):
        _press(page, "Continue")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    _press(page, "Start the quiz")
    for _ in range(QUESTIONS):
        _type(page)
        _press(page, "(Next question|Hand in)")
    expect(page.get_by_role("heading", name="Your result")).to_be_focused()
    _press(page, "Finish")
    expect(page.locator("h1")).to_have_text("You have reached the end")


def _press(page: Page, name: str) -> None:
    """Tabs on until the focus is on `name`, every stop visible, and presses it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        _tag, text, visible = page.evaluate(FOCUSED)
        assert visible, text
        if re.fullmatch(name, text):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"no way to {name}")


def _type(page: Page) -> None:
    """Answers the question that has the focus, rightly or not."""
    stops = page.locator("fieldset :is(select, textarea, input[type=text])").count() or 1
    for _ in range(stops):
        page.keyboard.press("Tab")
        tag, _text, _visible = page.evaluate(FOCUSED)
        if tag == "SELECT":
            page.keyboard.press("ArrowDown")
        elif page.locator("fieldset input[type=radio]").count():
            page.keyboard.press("Space")
        else:
            page.keyboard.type("four")


def test_it_plays_from_a_disk(browser: Browser, tmp_path: Path) -> None:
    """Opened without a server: captions load, and progress stays in the browser."""
    unpack(tmp_path, ladders(), "web")
    context = browser.new_context()
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    cues = "document.querySelector('track').track.cues?.length"
    page.wait_for_function(f"{cues} > 0")
    page.get_by_role("button", name="Continue").click()
    page.reload()
    expect(page.locator("h1")).to_have_text("Three checks")
    expect(page.locator(".count")).to_have_text("1 of 9 done")
    context.close()

"""Packages as `coursewright export` writes them, unpacked, read by their manifests, and played to the end."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser, BrowserContext, expect

from pipeline.cli import main
from tests.player import walk
from tests.player.calls import judge
from tests.player.lrs import Lrs
from tests.player.lrs import judge as judge_statements
from tests.player.platform import Platform
from tests.player.site import Site

RICH = Path(__file__).parents[2] / "packages" / "examples" / "rich"
EDITIONS = {"scorm-1.2": "1.2", "scorm-2004-3rd-edition": "2004", "scorm-2004-4th-edition": "2004"}
Unpacked = Callable[..., Path]


@dataclass(frozen=True, slots=True)
class Sco:
    """What a platform reads of an item: the page to launch, and the mastery it hands over."""

    href: str
    mastery: str


@pytest.fixture
def unpacked(site: Site, request: pytest.FixtureRequest, tmp_path: Path) -> Unpacked:
    """Exports the course with everything and unpacks it where the site serves it."""

    def unpacked(target: str, *options: str) -> Path:
        package, folder = tmp_path / "course.zip", site.folder / re.sub(r"\W+", "-", request.node.name)
        assert main(["export", target, str(RICH), "-o", str(package), *options]) == 0
        with zipfile.ZipFile(package) as archive:
            for name in archive.namelist():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(archive.read(name))
        return folder

    return unpacked


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = _impatient(browser)
    yield context
    context.close()


def _impatient(browser: Browser) -> BrowserContext:
    context = browser.new_context()
    context.set_default_timeout(5_000)
    return context


def _scos(folder: Path) -> list[Sco]:
    root = etree.parse(folder / "imsmanifest.xml").getroot()
    hrefs = {node.get("identifier"): str(node.get("href")) for node in root.iter("{*}resource")}
    items = [item for item in root.iter("{*}item") if item.get("identifierref")]
    return [Sco(hrefs[item.get("identifierref")], _mastery(item)) for item in items]


def _mastery(item: etree._Element) -> str:
    return item.findtext("{*}masteryscore") or item.findtext(".//{*}minNormalizedMeasure") or ""


def _platform(context: BrowserContext, site: Site, folder: Path, target: str, sco: Sco) -> Platform:
    return Platform(context, site, EDITIONS[target], f"/packages/{folder.name}/{sco.href}")


def _status(platform: Platform) -> list[str]:
    values = platform.values()
    names = ("core.lesson_status", "completion_status", "success_status")
    return [values[f"cmi.{name}"] for name in names if f"cmi.{name}" in values]


@pytest.mark.parametrize("target", EDITIONS)
def test_a_course_is_launched_left_resumed_and_passed(
    unpacked: Unpacked, context: BrowserContext, site: Site, target: str
) -> None:
    folder = unpacked(target, "--course", "ladders")
    (sco,) = _scos(folder)
    assert sco == Sco("index.html", "75" if target == "scorm-1.2" else "0.75")
    platform = _platform(context, site, folder, target, sco)
    frame = platform.visit(mastery=sco.mastery)
    walk.read_on(frame, 7)
    walk.begin(frame)
    walk.answer_one(frame, walk.RIGHT)
    walk.forward(frame)
    platform.leave()
    assert _status(platform) == ["incomplete"]

    frame = platform.visit(mastery=sco.mastery)
    frame.get_by_role("button", name="Go on with the quiz").click()
    expect(frame.get_by_role("group")).to_contain_text("Question 2 of 6")
    walk.take(frame, walk.RIGHT, 5)
    platform.leave()

    assert judge(platform.calls(), EDITIONS[target]) == []
    assert _status(platform) == (["passed"] if target == "scorm-1.2" else ["completed", "passed"])
    assert platform.faults == []


@pytest.mark.parametrize("target", ["scorm-1.2", "scorm-2004-4th-edition"])
def test_each_section_is_a_sco_with_a_state_and_a_result_of_its_own(
    unpacked: Unpacked, browser: Browser, site: Site, target: str
) -> None:
    folder = unpacked(target, "--course", "ladders", "--sco", "section")
    before, practice, test = _scos(folder)
    assert [bool(sco.mastery) for sco in (before, practice, test)] == [False, False, True]
    reading = _platform(_impatient(browser), site, folder, target, before)
    frame = reading.visit()
    walk.read_on(frame, 4)
    frame.get_by_role("button", name="Finish", exact=True).click()
    reading.leave()
    assert _status(reading) == ["completed"]

    trying = _platform(_impatient(browser), site, folder, target, test)
    frame = trying.visit(mastery=test.mastery)
    walk.begin(frame)
    walk.take(frame, walk.RIGHT, 6)
    trying.leave()
    assert _status(trying)[-1] == "passed"
    for platform in (reading, trying):
        assert judge(platform.calls(), EDITIONS[target]) == []
        assert platform.faults == []
        platform.context.close()


@pytest.mark.parametrize("target", ["cmi5", "xapi"])
def test_a_unit_is_launched_by_what_its_manifest_says(
    unpacked: Unpacked, context: BrowserContext, site: Site, target: str
) -> None:
    folder = unpacked(target, "--course", "ladders", "--sco", "section")
    root = etree.parse(folder / ("cmi5.xml" if target == "cmi5" else "tincan.xml")).getroot()
    href = [node.text for node in root.iter("{*}url" if target == "cmi5" else "{*}launch")][-1]
    site.lrs = Lrs()
    site.lrs.mastery = 0.75 if target == "cmi5" else None
    page = context.new_page()
    page.goto(site.lrs.launch(site.address, f"/packages/{folder.name}/{href}", cmi5=target == "cmi5"))
    walk.begin(page)
    walk.take(page, walk.RIGHT, 6)
    page.get_by_role("button", name="Finish", exact=True).click()
    page.close(run_before_unload=True)
    for _ in range(100):
        if "terminated" in site.lrs.verbs():
            break
        pause = context.new_page()
        pause.wait_for_timeout(20)
        pause.close()
    told = ["initialized", *["answered"] * 6, "completed", "passed", "terminated"]
    assert site.lrs.verbs() == told
    assert target == "xapi" or judge_statements(site.lrs) == []


def test_a_site_shows_its_courses_and_keeps_progress_in_the_browser(
    unpacked: Unpacked, context: BrowserContext, site: Site
) -> None:
    folder = unpacked("website")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(f"{fault}"))
    page.goto(f"{site.address}/packages/{folder.name}/index.html")
    page.get_by_role("link", name="Ladders, safely").click()
    walk.go(page, "Final quiz")
    walk.begin(page)
    walk.take(page, walk.RIGHT, 6)
    page.goto(f"{site.address}/packages/{folder.name}/course-ladders.html")
    expect(page.locator("h1")).to_contain_text("Final quiz")
    expect(page.locator("article")).to_contain_text("100%")
    assert faults == []

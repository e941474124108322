"""Takes the pictures of the learner's player in docs/images: `python -m docs.screenshots`.

The rich example is written as a web package into a temporary folder and opened from there, as a learner does
who has no network. Needs Chromium; the pictures are looked at by a person.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from exporters.shared.player import assets, course_data, page
from importers.bundle import read
from pipeline.archives import open_source
from schemas.findings import Report

IMAGES: Final = Path(__file__).parent / "images"
_EXAMPLE: Final = Path(__file__).parents[1] / "packages" / "examples" / "rich"
_DESKTOP: Final = (1200, 800)
_PHONE: Final = (375, 720)


@dataclass(frozen=True, slots=True)
class Shot:
    """`steps` are what a learner presses or picks, in order, by the words on it."""

    name: str
    steps: tuple[str, ...]
    size: tuple[int, int] = _DESKTOP
    dark: bool = False


_QUIZ: Final = ("Continue",) * 7 + ("Start the quiz",)
_MATCHES: Final = ("Clean it", "Take it out of use", "Replace the part")
SHOTS: Final = (
    Shot("player-page", ("Continue",)),
    Shot("player-question", (*_QUIZ, "One unit out for four up"), dark=True),
    Shot("player-phone", (*_QUIZ, "One unit out for four up", "Next question", *_MATCHES), size=_PHONE),
    Shot("player-phone-outline", ("Continue",) * 3 + ("Outline",), size=_PHONE, dark=True),
)


def main(folder: Path = IMAGES) -> int:
    program = shutil.which("chromium")
    if program is None:
        sys.stderr.write("needs a browser: apt-get install chromium\n")
        return 1
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        _unpack(Path(scratch))
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for shot in SHOTS:
            _take(shot, browser, Path(scratch) / "index.html", folder)
        browser.close()
    return 0


def _unpack(folder: Path) -> None:
    with open_source(_EXAMPLE) as source:
        reading = read(source, Report())
        course = next(course for course in reading.bundle.courses if course.key == "ladders")
        unit = course_data(reading.bundle, [course], reading.files, tracking="web")
        files = {"index.html": page(unit, "course.js"), "course.js": unit.data, **assets("web")}
        for href, path in unit.media.items():
            with reading.files.open(path) as stream:
                files[href] = stream.read()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def _take(shot: Shot, browser: Browser, launch: Path, folder: Path) -> None:
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.dark else "light",
        locale="en-GB",
        reduced_motion="reduce",
    )
    context.add_init_script("Math.random = () => 0.04;")  # the same order of questions every time
    tab = context.new_page()
    tab.goto(launch.as_uri())
    for step in shot.steps:
        _take_step(tab, step)
    tab.screenshot(path=folder / f"{shot.name}.png")
    context.close()


def _take_step(tab: Page, words: str) -> None:
    """Presses a button, picks a choice, or picks the words in the first list that is still open."""
    button = tab.get_by_role("button", name=words, exact=True)
    if words in _MATCHES:
        tab.locator("select:has(option:checked[value=''])").first.select_option(label=words)
    elif button.count():
        button.click()
    else:
        tab.get_by_label(words).check()


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))

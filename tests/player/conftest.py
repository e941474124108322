"""A real browser, a real SCORM runtime and axe-core. What cannot be had here is skipped, with its reason."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.npm import installed
from tests.player.site import Site

NPM = {"scorm-again": "3.4.3", "axe-core": "4.14.1"}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The distribution's Chromium; none is ever downloaded."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("needs a browser: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def npm(request: pytest.FixtureRequest) -> Path:
    """The folder of npm packages that only tests of the player use."""
    return installed(request.config.cache, NPM)


@pytest.fixture(scope="session")
def site(npm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site"), npm) as site:
        yield site

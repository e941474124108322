"""A real browser, a real SCORM runtime and axe-core. What cannot be had here is skipped, with its reason."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

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
    """The folder of npm packages that only tests use, installed once and kept in pytest's cache."""
    if shutil.which("npm") is None:
        pytest.skip("needs npm for scorm-again and axe-core: apt-get install npm")
    wanted = [f"{name}@{version}" for name, version in sorted(NPM.items())]
    folder: Path = request.config.cache.mkdir("npm") / "_".join(wanted).replace("/", "+")
    if not folder.exists():
        unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
        done = subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", unfinished, *wanted],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"npm cannot install {' '.join(wanted)}: {done.stderr[-200:]}")
        unfinished.rename(folder)
    return folder / "node_modules"


@pytest.fixture(scope="session")
def site(npm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site"), npm) as site:
        yield site

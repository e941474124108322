"""Drives a learner's visits to a package on the scorm-again platform of `lms/`, and reads what it was told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from playwright.sync_api import BrowserContext, FrameLocator, Page

from tests.player.site import Site


class Call(NamedTuple):
    """`error` is what GetLastError said right after."""

    name: str
    given: Sequence[str]
    answer: str
    error: str


@dataclass(slots=True)
class Platform:
    """One learner's browser. `faults` are errors of scripts and the console, which nobody may cause."""

    context: BrowserContext
    site: Site
    version: str
    launch: str
    faults: list[str] = field(default_factory=list)
    page: Page | None = None
    _stored: dict[str, str] | None = None

    def visit(self, **query: str) -> FrameLocator:
        """Opens the package in the platform's frame, as the stored data asks."""
        self._stored, self.page = None, self.context.new_page()
        self.page.on("pageerror", lambda fault: self.faults.append(f"{fault}"))
        self.page.on("console", lambda line: self._console(line.type, line.text))
        named = {"version": self.version, "launch": self.launch, **query}
        self.page.goto(f"{self.site.address}/lms/lms.html?{urlencode(named)}")
        frame = self.page.frame_locator("iframe")
        frame.locator("h1").first.wait_for()
        return frame

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and "platform" not in text:
            self.faults.append(text)

    def leave(self) -> None:
        """Closes the whole tab, as learners do."""
        assert self.page is not None
        self.page.close(run_before_unload=True)
        if not self.page.is_closed():
            self.page.wait_for_event("close")
        self.page = None

    def calls(self) -> list[Call]:
        return [Call(*call) for call in self._kept("calls") or []]

    def values(self, since: int = 0) -> dict[str, str]:
        """Element → the value that was last written, after so many calls."""
        written = (call for call in self.calls()[since:] if call.name.endswith("SetValue"))
        return {call.given[0]: call.given[1] for call in written}

    def cmi(self) -> dict[str, Any]:
        stored: dict[str, Any] = self._kept("cmi")
        return stored

    def _kept(self, name: str) -> Any:
        """Out of the platform's storage, which is read once after each visit."""
        if self.page is not None:
            return json.loads(self._storage(self.page).get(name, "null"))
        if self._stored is None:
            page = self.context.new_page()
            page.goto(f"{self.site.address}/lms/lms.js")
            self._stored = self._storage(page)
            page.close()
        return json.loads(self._stored.get(name, "null"))

    def _storage(self, page: Page) -> dict[str, str]:
        stored: dict[str, str] = page.evaluate("({...localStorage})")
        return stored

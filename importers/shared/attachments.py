"""What texts of questions point to: files beside them, inside them, on the web. Each is told of once."""

from __future__ import annotations

import hashlib
from typing import Final

from importers.shared.hrefs import Directory
from importers.shared.outcome import CARRIED, Outcome, skipped
from importers.shared.pages import WORDS
from importers.shared.shelf import Refused, Shelf
from schemas.findings import Report
from schemas.model import NOWHERE
from schemas.richtext import local_path
from schemas.source import Source

_PLUGIN_FILE: Final = "@@PLUGINFILE@@/"
"""What Moodle writes for the folder of a question's own files."""
_SHOWN: Final = 80
_PICTURES: Final = frozenset(("img", "image"))
MISSING: Final = f"{WORDS}(picture missing)"


class Attachments:
    """Of one source. What is used is in `used`, by its name in the source. `location` is where one looks."""

    def __init__(self, source: Source, shelf: Shelf, report: Report) -> None:
        self._shelf = shelf
        self._report = report
        self._directory = Directory(source.names())
        self._found: dict[str, str | None] = {}
        self.used: set[str] = set()
        self.location = NOWHERE

    def find(self, tag: str, address: str) -> str | None:
        """For `figures.Figures` and `pages.page`: a path of the bundle, or what to write instead of one."""
        if not address.startswith("data:") and local_path(address) is None:
            return address
        if address not in self._found:
            self._found[address], outcome = self._file(address)
            self._account(address, outcome)
        found = self._found[address]
        return MISSING if found is None and tag in _PICTURES else found

    def _file(self, address: str) -> tuple[str | None, Outcome]:
        if address.startswith("data:"):
            name = f"picture-{hashlib.sha256(address.encode()).hexdigest()[:8]}"
            put = self._shelf.put_data(address, name)
        else:
            target = self._directory.find(address.removeprefix(_PLUGIN_FILE))
            if target is None:
                return None, skipped("the file is not in what was imported")
            put = self._shelf.put(target.name)
            self.used.add(target.name)
        return (None, skipped(put.reason)) if isinstance(put, Refused) else (put, CARRIED)

    def _account(self, address: str, outcome: Outcome) -> None:
        mark = f"… ({hashlib.sha256(address.encode()).hexdigest()[:8]})" if len(address) > _SHOWN else ""
        name = address[:_SHOWN] + mark
        self._report.expect("link", name, self.location)
        self._report.settle("link", name, *outcome)

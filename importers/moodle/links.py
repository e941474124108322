"""Where the links in texts lead: to files of the backup, to other activities, or to the web.

Moodle writes links inside the course as codes (`$@PAGEVIEWBYID*9707@$`); texts that were pasted have the
site's own addresses instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from importers.moodle.backup import Backup
from importers.moodle.files import Stored
from importers.shared import hrefs
from importers.shared.moodle_questions.texts import FILES
from schemas.model import content_link

_CODE: Final = re.compile(r"^\$@(?P<what>[A-Z0-9_]+)\*(?P<id>\d+)(?:\*(?P<inside>\d+))?@\$")
_SECTION: Final = re.compile(r"^\$@COURSEVIEWBYID\*\d+@\$#section-(?P<number>\d{1,6})$")
_OLD_FILE: Final = re.compile(r"^\$@FILEPHP@\$(?P<path>.*)$")
_SLASH: Final = "$@SLASH@$"
_VIEW: Final = re.compile(r"^/mod/(?P<kind>[a-z0-9_]+)/view\.php\?(?:.*&)?id=(?P<id>\d+)")
_SERVED: Final = re.compile(r"^/pluginfile\.php/(\d+/[a-z0-9_]+/[a-z0-9_]+)/(.*)$")
_BY_MODULE: Final = re.compile(r"VIEWBYID(?:CH)?$|VIEW$")
_QUERY: Final = re.compile(r"[?#].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ToFile:
    stored: Stored


@dataclass(frozen=True, slots=True)
class ToContent:
    """`link` is what a page writes."""

    link: str


@dataclass(frozen=True, slots=True)
class ToWeb:
    address: str


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Why a link leads nowhere in the bundle."""

    reason: str


Target = ToFile | ToContent | ToWeb | Nowhere


class Links:
    """`contents` are the keys of what can be linked to, by course-module id and by `id/part`."""

    def __init__(self, backup: Backup, contents: Mapping[str, str]) -> None:
        self._backup = backup
        self._contents = contents

    def target(self, address: str) -> Target:
        """What an address in a text means. Data addresses are the caller's."""
        if address.startswith(FILES):
            return self._file(address.removeprefix(FILES))
        section = _SECTION.match(address)
        if section:
            return self._section(int(section["number"]))
        code = _CODE.match(address)
        if code:
            return self._activity(code["what"], code["id"], code["inside"] or "")
        old = _OLD_FILE.match(address)
        if old:
            path = old["path"].replace(_SLASH, "/").lstrip("/")
            return self._file(f"{self._backup.about.context}/course/legacy/0/{path}")
        if address.startswith("$@"):
            return Nowhere("to a page of Moodle itself")
        return self._elsewhere(address)

    def _file(self, address: str) -> Target:
        """Files are called raw, percent-encoded or both, with a query for downloading behind."""
        for reading in (address, unquote(address), _QUERY.sub("", address), unquote(_QUERY.sub("", address))):
            stored = self._backup.files.find(reading)
            if stored is not None:
                return ToFile(stored)
        return Nowhere("to a file that is not in the backup")

    def _section(self, number: int) -> Target:
        """Sections have no address of their own: their first content has."""
        parts = (part for part in self._backup.parts if part.number == number and not part.owner)
        found = next(parts, None)
        key = f"section-{found.identifier}" if found else ""
        return ToContent(content_link(key)) if key else Nowhere("to a section that is not in the backup")

    def _served(self, area: str, rest: str) -> Target:
        """A file by the address it had on the site, where a revision may stand for the item."""
        found = self._file(f"{area}/{rest}")
        if isinstance(found, Nowhere):
            found = self._file(f"{area}/0/{rest.partition('/')[2]}")
        return found if isinstance(found, ToFile) else self._file(f"{area}/0/{rest}")

    def _activity(self, what: str, identifier: str, inside: str) -> Target:
        if what.startswith("COURSE") or not _BY_MODULE.search(what):
            return Nowhere("to a page of Moodle itself")
        key = self._contents.get(f"{identifier}/{inside}") or self._contents.get(identifier)
        return ToContent(content_link(key)) if key else Nowhere("to something that is not in the backup")

    def _elsewhere(self, address: str) -> Target:
        site = self._backup.about.site
        if site and address.startswith(site):
            served = _SERVED.match(address.removeprefix(site))
            if served:
                return self._served(served[1], served[2])
            view = _VIEW.match(address.removeprefix(site))
            key = self._contents.get(view["id"]) if view else None
            if key:
                return ToContent(content_link(key))
        if hrefs.is_web(address) or address.startswith(("mailto:", "#")):
            return ToWeb(address)
        danger = hrefs.danger(address)
        return Nowhere(danger or "to a file that is not in the backup")

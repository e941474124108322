"""Links between files of a folder → links between contents and media of a bundle, each accounted for."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote

from importers.shared import hrefs
from importers.shared.hrefs import Directory
from importers.shared.outcome import CARRIED, Outcome, changed, skipped
from importers.shared.shelf import Refused, Shelf
from schemas.findings import Report
from schemas.model import Location, content_link
from schemas.richtext import is_safe_url, local_path
from schemas.source import Source

PAGES: Final = "pages"
"""The folder of the bundle that pages lie in; media lie beside it."""
_SHOWN: Final = frozenset(("img", "image", "video", "audio", "source", "track", "embed", "object", "iframe"))
_GUESSES: Final = ("", ".md", ".html", "/index.md", "/README.md", "/index.html")
"""Site generators let links leave out what these add."""
_LONGEST: Final = 120


class Addresses:
    """`keys` has the contents that links may lead to. `paths` are files' paths in the bundle, by name."""

    def __init__(
        self, source: Source, shelf: Shelf, report: Report, keys: Mapping[str, str], root: str
    ) -> None:
        self._source = source
        self._shelf = shelf
        self._report = report
        self._keys = keys
        self._root = root
        self._directory = Directory(source.names())
        self._by_name = {posixpath.basename(name).casefold(): name for name in reversed(source.names())}
        self._known: dict[tuple[str, str, bool], str | None] = {}
        self.paths: dict[str, str] = {}

    def resolve(self, page: str, address: str, *, shown: bool) -> str | None:
        """What to write on a page for an address on it; None when there is nothing there.

        `shown` is true of pictures and players, which need the file itself. What is no file stays.
        """
        address = address.strip()
        if local_path(address) is None and is_safe_url(address):
            return address
        key = (page, address, shown)
        if key not in self._known:
            self._known[key], outcome = self._resolved(page, address, shown=shown)
            kind = "picture" if shown else "link"
            name = f"{page} › {kind} {_shortened(address)}"
            self._report.expect("link", name, Location(self._source.place(page)))
            self._report.settle("link", name, *outcome)
        return self._known[key]

    def is_shown(self, tag: str) -> bool:
        return tag in _SHOWN

    def _resolved(self, page: str, address: str, *, shown: bool) -> tuple[str | None, Outcome]:
        if address.startswith("data:"):
            return self._inside(address)
        path = local_path(address)
        name = self._find(page, path) if path else None
        if name is None:
            reason = "nothing there in the folder" if path else "an address that could do harm"
            return None, skipped(f"{reason}: its words stay")
        if name in self._keys and not shown:
            note = "leads to the page, not to the part of it" if "#" in address else ""
            return content_link(self._keys[name]), changed(note)
        return self._file(name, shown=shown)

    def _file(self, name: str, *, shown: bool) -> tuple[str | None, Outcome]:
        """A file of the folder; what cannot be published as it is can still be had in a zip."""
        put = self._shelf.put(name)
        if isinstance(put, Refused) and shown:
            return None, skipped(put.reason)
        note = f"{put.reason}: packed into a zip" if isinstance(put, Refused) else ""
        self.paths[name] = self._shelf.pack(name, [name]) if isinstance(put, Refused) else put
        return _relative(self.paths[name]), changed(note)

    def _inside(self, address: str) -> tuple[str | None, Outcome]:
        """A file that stands in the address itself (RFC 2397)."""
        put = self._shelf.put_data(address, f"picture-{_mark(address)}")
        return (None, skipped(put.reason)) if isinstance(put, Refused) else (_relative(put), CARRIED)

    def _find(self, page: str, path: str) -> str | None:
        """The file that an address on a page means. One with a leading slash is meant from the root."""
        base = self._root if path.startswith("/") else posixpath.dirname(page)
        joined = posixpath.normpath(posixpath.join(base, unquote(path).lstrip("/")))
        if joined == "." or hrefs.danger(joined):
            joined = "."
        for guess in _GUESSES:
            found = self._directory.find(posixpath.normpath(joined + guess))
            if found and not found.suffix:
                return found.name
        return None

    def by_name(self, page: str, called: str) -> str | None:
        """The file that a name alone means, seen from a page: a vault knows its notes by name."""
        wanted = called.casefold()
        found = self._find(page, called) or self._by_name.get(wanted) or self._by_name.get(f"{wanted}.md")
        return posixpath.relpath(found, posixpath.dirname(page) or ".") if found else None


def _relative(path: str) -> str:
    """As seen from a page."""
    return quote(f"../{path}", safe="/.-_~")


def _shortened(address: str) -> str:
    return address if len(address) <= _LONGEST else f"{address[:_LONGEST]}… ({_mark(address)})"


def _mark(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:8]

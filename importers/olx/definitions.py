"""The files of blocks: `category/url_name.xml` and what they point to, each read once.

OLX in the wild is often HTML that was never XML. What can be read of it is read, with every guess named;
what cannot be read costs that block alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from importers.shared import xml
from importers.shared.xml import Node
from schemas.findings import Finding, RefusedError
from schemas.model import Location
from schemas.source import Source

MAX_HTML: Final = 8 * 1024 * 1024


class Unread(NamedTuple):
    """Why a file says nothing, in words for the report; `findings` are those of the parser."""

    reason: str
    findings: tuple[Finding, ...] = ()


class Text(NamedTuple):
    text: str
    note: str = ""


@dataclass(slots=True)
class Definitions:
    """`used` gathers the files that became blocks; `repairs` what had to be guessed in them."""

    source: Source
    names: frozenset[str]
    used: set[str] = field(default_factory=set)
    repairs: list[tuple[str, Location]] = field(default_factory=list)
    _roots: dict[str, Node | Unread] = field(default_factory=dict)

    def find(self, folders: Sequence[str], category: str, url_name: str) -> str | None:
        """The file of a block; in names a colon stands for a slash, and some have the ending already."""
        path = url_name.replace(":", "/")
        wanted = (
            f"{folder}{category}/{each}.xml"
            for each in (path, path.removesuffix(".xml"))
            for folder in folders
        )
        return next((name for name in wanted if name in self.names), None)

    def root(self, name: str) -> Node | Unread:
        """The root element of a file."""
        if name not in self._roots:
            self._roots[name] = self._parsed(name)
        return self._roots[name]

    def _parsed(self, name: str) -> Node | Unread:
        place = self.source.place(name)
        try:
            xml.require_size(self.source.size(name), place, xml.CONTENT)
            document = xml.parse_leniently(self.source.read(name, xml.CONTENT.bytes), place, xml.CONTENT)
        except RefusedError as refused:
            return Unread(refused.findings[0].found, refused.findings)
        self.repairs += document.repairs
        return document.root

    def text(self, name: str) -> Text | Unread:
        """An HTML file. Bytes that are no UTF-8 are read as the Windows encoding that browsers take."""
        if self.source.size(name) > MAX_HTML:
            return Unread(f"over {MAX_HTML:,} bytes")
        data = self.source.read(name, MAX_HTML)
        try:
            return Text(data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return Text(data.decode("cp1252", "replace"), "bytes that are no UTF-8 were read as Windows-1252")

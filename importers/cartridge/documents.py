"""The files of a cartridge as XML and as HTML: mended where they have to be, each mending named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from importers.shared import xml
from importers.shared.hrefs import Directory
from schemas.findings import RefusedError, Report
from schemas.source import Source

MAX_PAGE: Final = 16 * 1024 * 1024
"""Bytes of one HTML page."""
_CHARSET: Final = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)


@dataclass(slots=True)
class Documents:
    """`folder` is where the manifest lies. Every file is parsed once."""

    source: Source
    report: Report
    folder: str
    directory: Directory
    _read: dict[str, xml.Document | str] = field(default_factory=dict)

    def of(self, name: str) -> xml.Document | str:
        """A file as XML, or why it cannot be read."""
        if name not in self._read:
            self._read[name] = self._parsed(name)
        return self._read[name]

    def was_read(self, name: str) -> bool:
        return isinstance(self._read.get(name), xml.Document)

    def settings(self, path: str) -> xml.Node | None:
        """The root of a file of Canvas's own, when it is there and can be read."""
        target = self.directory.find(self.folder + path)
        document = self.of(target.name) if target else ""
        return None if isinstance(document, str) else document.root

    def html(self, name: str) -> str:
        """A page in UTF-8, in the encoding it names, or else Windows's. Raises RefusedError when too long."""
        data = self.source.read(name, MAX_PAGE)
        named = _CHARSET.search(data[:2048])
        for codec in ("utf-8-sig", named[1].decode("ascii") if named else "cp1252"):
            try:
                return data.decode(codec)
            except (UnicodeDecodeError, LookupError):
                continue
        return data.decode("cp1252", "replace")

    def _parsed(self, name: str) -> xml.Document | str:
        place = self.source.place(name)
        try:
            xml.require_size(self.source.size(name), place, xml.CONTENT)
            document = xml.parse_leniently(self.source.read(name, xml.CONTENT.bytes), place, xml.CONTENT)
        except RefusedError as refused:
            return f"{name} cannot be read: {refused.findings[0].found}"
        for number, (what, where) in enumerate(document.repairs, 1):
            self.report.expect("repair", f"{name} {number}", where)
            self.report.settle("repair", f"{name} {number}", "changed", f"mended while reading: {what}")
        return document

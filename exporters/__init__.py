"""Writers: the model → files of some format, as deterministic bytes. Reading this table imports no format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from schemas.findings import Report
from schemas.formats import Format
from schemas.model import Bundle
from schemas.source import Files, Sink, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user chose of a format: `target` is the name in `FORMATS`, for modules that write several.

    `schemas` holds the XML Schemas that belong beside a SCORM manifest, as an npm package has them.
    """

    target: str
    sco_per_section: bool = False
    schemas: Source | None = None


class Writer(Protocol):
    """What every module named in `FORMATS` offers. The module itself is the writer."""

    def write(self, bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:
        """Writes it all; `files` opens every path in `bundle.media`. Equal input gives equal bytes.

        `report` accounts for every part of the bundle: what the format cannot say is named there. Raises
        CoursewrightError where there is nothing the format could hold.
        """
        ...


_ROWS: tuple[Format[Writer], ...] = (
    Format("exporters", "scorm-1.2", "SCORM 1.2", "scorm"),
    Format("exporters", "scorm-2004-3rd-edition", "SCORM 2004 3rd Edition", "scorm"),
    Format("exporters", "scorm-2004-4th-edition", "SCORM 2004 4th Edition", "scorm"),
    Format("exporters", "cmi5", "cmi5"),
    Format("exporters", "xapi", "xAPI (tincan.xml)"),
    Format("exporters", "website", "web site", ending=""),
    Format("exporters", "epub", "EPUB", ending=".epub"),
    Format("exporters", "markdown", "Markdown", ending=""),
    Format("exporters", "cartridge-1.1", "Common Cartridge 1.1 (Moodle)", "cartridge", ".imscc"),
    Format("exporters", "cartridge-1.3", "Common Cartridge 1.3 (Canvas)", "cartridge", ".imscc"),
    Format("exporters", "gift", "Moodle GIFT questions", ending=".gift"),
    Format("exporters", "moodle-xml", "Moodle XML questions", "moodle_xml", ".xml"),
    Format("exporters", "olx", "an Open edX course", ending=".tar.gz"),
    Format("exporters", "qti-1.2", "QTI 1.2 questions", "qti", ".zip"),
    Format("exporters", "qti-2.1", "QTI 2.1 questions", "qti", ".zip"),
    Format("exporters", "qti-3.0", "QTI 3.0 questions", "qti", ".zip"),
)
FORMATS: Mapping[str, Format[Writer]] = {row.name: row for row in _ROWS}
"""Formats that others read. Our own bundle has a writer too, `exporters.bundle`, which loses nothing."""

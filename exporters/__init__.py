"""Writers: the model → files of some format, as deterministic bytes. Reading this table imports no format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from schemas.findings import Report
from schemas.formats import Format
from schemas.model import Bundle
from schemas.source import Files, Sink


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user chose of a format: `target` is the name in `FORMATS`, for modules that write several."""

    target: str
    sco_per_section: bool = False


class Writer(Protocol):
    """What every module named in `FORMATS` offers. The module itself is the writer."""

    def write(self, bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:
        """Writes it all; `files` opens every path in `bundle.media`. Equal input gives equal bytes.

        `report` accounts for every part of the bundle: what the format cannot say is named there. Raises
        CoursewrightError where there is nothing the format could hold.
        """
        ...


_ROWS: tuple[Format[Writer], ...] = (
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

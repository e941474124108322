"""Readers: our own and foreign files → the model. Reading this table imports no format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from schemas.findings import CoursewrightError, Report
from schemas.formats import Format
from schemas.source import Reading, Source


class Reader(Protocol):
    """What every module named in `FORMATS` offers. The module itself is the reader."""

    def detect(self, source: Source) -> bool:
        """Whether the source looks like this format, by names and first bytes only. Never raises."""
        ...

    def read(self, source: Source, report: Report) -> Reading:
        """The source as the model; `report` accounts for every item. Raises RefusedError with them all."""
        ...


FORMATS: Mapping[str, Format[Reader]] = {
    row.name: row
    for row in (
        Format[Reader](__name__, "bundle", "coursewright bundle"),
        Format[Reader](__name__, "moodle", "Moodle backup"),
        Format[Reader](__name__, "moodle_xml", "Moodle XML question file"),
        Format[Reader](__name__, "cartridge", "Common Cartridge or course export"),
        Format[Reader](__name__, "qti", "QTI 1.2, 2.x or 3.0"),
        Format[Reader](__name__, "scorm", "SCORM package"),
        Format[Reader](__name__, "cmi5", "cmi5 package"),
        Format[Reader](__name__, "tincan", "xAPI package"),
        Format[Reader](__name__, "aicc", "AICC package"),
        Format[Reader](__name__, "h5p", "H5P package"),
        Format[Reader](__name__, "olx", "Open edX course or library (OLX)"),
        Format[Reader](__name__, "gift", "GIFT file of questions"),
        Format[Reader](__name__, "aiken", "Aiken file of questions"),
        Format[Reader](__name__, "question_table", "table of questions"),
        Format[Reader](__name__, "folder", "folder of pages and media"),  # of last resort: it stays the last
    )
}


class UnknownFormatError(CoursewrightError):
    """No format recognises a source."""


def detect(source: Source) -> Format[Reader]:
    """The first format that recognises the source. Raises UnknownFormatError when none does."""
    for row in FORMATS.values():
        if row.load().detect(source):
            return row
    known = ", ".join(row.title for row in FORMATS.values())
    raise UnknownFormatError(
        f"{source.label} is none of the formats known here ({known})",
        "a bundle has a bundle.yaml, most packages an imsmanifest.xml, at the root of folder or archive;"
        " export again from the program that made it",
    )

"""AICC packages → the model (AICC CMI001 "CMI Guidelines", Appendix A; docs/adr/0007)."""

from __future__ import annotations

from importers.aicc import structure
from importers.aicc.files import find, has_course
from importers.shared import launched
from schemas.findings import Report
from schemas.source import Reading, Source


def detect(source: Source) -> bool:
    """Whether a course description or structure (.crs, .cst) lies at the root or in one folder."""
    return has_course(source.names())


def read(source: Source, report: Report) -> Reading:
    """The package as a bundle. Raises RefusedError (CW507, CW516, CW521, CW523, CW538–CW541)."""
    return launched.read(source, report, structure.of(find(source)))

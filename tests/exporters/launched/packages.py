"""Packages as a writer writes them, with their account, and samples to write."""

from __future__ import annotations

from dataclasses import dataclass

from exporters import FORMATS, Choices
from schemas.findings import Report
from schemas.source import Source
from tests.strategies import MemorySink, Sample

SCORM = ("scorm-1.2", "scorm-2004-3rd-edition", "scorm-2004-4th-edition")
CARRYING = (*SCORM, "cmi5", "xapi")
"""Formats that carry the bundle inside."""
ALL = (*CARRYING, "website")


@dataclass(frozen=True, slots=True)
class Written:
    files: dict[str, bytes]
    report: Report

    def notes(self, kind: str) -> dict[str, str]:
        """Name → note, of what was changed or skipped."""
        return {account.name: account.note for account in self.report.accounts if account.kind == kind}


def written(
    sample: Sample, target: str, *, per_section: bool = False, schemas: Source | None = None
) -> Written:
    """Every part of the bundle is accounted for, or this fails."""
    sink, report = MemorySink(), Report()
    choices = Choices(target=target, sco_per_section=per_section, schemas=schemas)
    FORMATS[target].load().write(sample.bundle, sample.files, sink, report, choices)
    report.close()
    return Written(sink.contents, report)

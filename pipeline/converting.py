"""A foreign package → a bundle on disk, and an account of everything that was in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from schemas.findings import Finding, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """`report` accounts for every source item; `findings` is what `check` says of the bundle that was written."""

    format: str
    bundle: str
    report: Report
    findings: tuple[Finding, ...]


def convert(package: Path, output: Path, *, instructor: str | None) -> Converted:
    """Reads `package` in whatever format it is and writes it to `output` as a bundle.

    Raises RefusedError when the package cannot be taken (nothing is written then).
    """
    from exporters import bundle as writer
    from importers import detect
    from pipeline.archives import open_sink, open_source

    report = Report()
    with open_source(package) as source:
        found = detect(source)
        reading = found.load().read(source, report)
        bundle = reading.bundle if instructor is None else _taught_by(reading.bundle, instructor)
        report.close()
        with open_sink(output) as sink:
            writer.write(bundle, reading.files, sink)
    return Converted(format=found.title, bundle=bundle.key, report=report, findings=_check(output))

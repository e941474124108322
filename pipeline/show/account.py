"""What became of every item of a foreign package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from pipeline import tally
from pipeline.converting import Converted
from pipeline.packaging import Packaged
from pipeline.show import human, jsondoc
from pipeline.show.terminal import paint, wants_colour
from schemas.findings import FATES, Report
from schemas.printable import printable
from schemas.words import counted

_MOST_NOTES = 200


def write(converted: Converted, output: Path, stream: TextIO) -> None:
    """What was changed or skipped, one line each with its reason; a row of counts a kind; the sum."""
    _write_noted(converted.report, stream)
    stream.writelines(f"{line}\n" for line in table(converted.report))
    human.write_findings(converted.findings, stream)
    stream.write(f"{printable(told(converted, output))}.\n")


def write_packaged(packaged: Packaged, output: Path, stream: TextIO) -> None:
    """The same of a bundle that was written in another format."""
    _write_noted(packaged.report, stream)
    stream.writelines(f"{line}\n" for line in table(packaged.report))
    sum_of = f"{packaged.bundle.key} → {output} ({packaged.title}): carried {shares(packaged.report)}"
    stream.write(f"{printable(sum_of)}.\n")


def _write_noted(report: Report, stream: TextIO) -> None:
    colour = wants_colour(stream)
    noted = [account for account in report.accounts if account.fate != "carried"]
    for account in noted[:_MOST_NOTES]:
        fate = paint(f"{account.fate:<8}", "red" if account.fate == "skipped" else "yellow", on=colour)
        stream.write(f"{fate} {account.kind} {printable(account.name)}: {printable(account.note)}\n")
    if len(noted) > _MOST_NOTES:
        stream.write(f"… and {len(noted) - _MOST_NOTES:,} more; JSON shows all of them\n")


def told(converted: Converted, output: Path) -> str:
    """The sum in one line."""
    learners = f"; personal data of learners → {converted.beside}" if converted.beside else ""
    where = f"{converted.format} → {output} (bundle {converted.bundle})"
    return f"{where}: carried {shares(converted.report)}{learners}"


def shares(report: Report) -> str:
    """How much of what learners would miss was carried, then of everything down to the last rule."""
    kinds = report.by_kind()
    of_learners = [
        f"{tally.carried_percent(kinds[kind]):.1f} % of {counted(kinds[kind].total(), kind)}"
        for kind in tally.LEARNERS_MISS
        if kind in kinds
    ]
    everything = f"{report.carried_percent():.1f} % of {counted(len(report.accounts), 'part')} in all"
    return ", ".join((*of_learners, everything))


def table(report: Report) -> Iterator[str]:
    """A row of counts a kind; nothing when there is nothing to count."""
    kinds = report.by_kind()
    length = max(map(len, kinds), default=0)
    if kinds:
        yield f"{'':{length}}" + "".join(f"{fate:>10}" for fate in FATES)
    for kind, fates in kinds.items():
        yield f"{kind:<{length}}" + "".join(f"{fates[fate] or '·':>10}" for fate in FATES)


def document(converted: Converted, output: Path) -> dict[str, Any]:
    """The same for programs."""
    return {
        "format": converted.format,
        "bundle": converted.bundle,
        "output": str(output),
        "beside": str(converted.beside) if converted.beside else None,
        **jsondoc.report_document(converted.report),
        "findings": [jsondoc.finding_document(finding) for finding in converted.findings],
    }


def packaged_document(packaged: Packaged, output: Path) -> dict[str, Any]:
    """What became of a bundle in another format, for programs."""
    return {
        "format": packaged.title,
        "bundle": packaged.bundle.key,
        "output": str(output),
        **jsondoc.report_document(packaged.report),
    }

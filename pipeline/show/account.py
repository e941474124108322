"""What became of every item of a foreign package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from pipeline.converting import Converted
from pipeline.show import human, jsondoc
from pipeline.show.terminal import paint, wants_colour
from schemas.findings import Account
from schemas.printable import printable
from schemas.words import counted

_MOST_NOTES = 200


def write(converted: Converted, output: Path, stream: TextIO) -> None:
    """What was changed or skipped, one line each with its reason; a row of counts a kind; the sum."""
    colour = wants_colour(stream)
    noted = [account for account in converted.report.accounts if account.fate != "carried"]
    for account in noted[:_MOST_NOTES]:
        fate = paint(f"{account.fate:<8}", "red" if account.fate == "skipped" else "yellow", on=colour)
        stream.write(f"{fate} {account.kind} {printable(account.name)}: {printable(account.note)}\n")
    if len(noted) > _MOST_NOTES:
        stream.write(f"… and {len(noted) - _MOST_NOTES:,} more; --report json shows all of them\n")
    stream.writelines(f"{line}\n" for line in _table(converted.report.accounts))
    human.write_findings(converted.findings, stream)
    stream.write(f"{printable(told(converted, output))}.\n")


def told(converted: Converted, output: Path) -> str:
    """The sum in one line."""
    percent = converted.report.carried_percent()
    items = counted(len(converted.report.accounts), "item")
    summed = f"{converted.format} → {output} (bundle {converted.bundle}): {percent:.1f} % of {items} carried"
    return summed + (f"; personal data of learners → {converted.beside}" if converted.beside else "")


def _table(accounts: list[Account]) -> Iterator[str]:
    counts = Counter((account.kind, account.fate) for account in accounts)
    kinds = sorted({kind for kind, _ in counts})
    length = max(map(len, kinds), default=0)
    yield f"{'':{length}}{'carried':>10}{'changed':>10}{'skipped':>10}"
    for kind in kinds:
        fates = (counts[kind, "carried"], counts[kind, "changed"], counts[kind, "skipped"])
        yield f"{kind:<{length}}" + "".join(f"{number or '·':>10}" for number in fates)


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

"""Findings, plans and reports as one JSON document: the interface for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from pipeline.checking import Checked
from schemas.findings import FATES, Fate, Finding, Report
from schemas.model import Location


def dump(document: Any, stream: TextIO) -> None:
    """ASCII only, so that nothing in it can steer a terminal."""
    json.dump(document, stream, indent=2)
    stream.write("\n")


def write(checked: Sequence[Checked], stream: TextIO) -> None:
    counts = Counter(finding.severity for one in checked for finding in one.findings)
    dump(
        {
            "errors": counts["error"],
            "warnings": counts["warning"],
            "bundles": [
                {"path": one.label, "findings": [finding_document(finding) for finding in one.findings]}
                for one in checked
            ],
        },
        stream,
    )


def finding_document(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.severity,
        **_location(finding.location),
        "found": finding.found,
        "expected": finding.expected,
        "mend": finding.mend,
        "related": [_location(location) for location in finding.related],
    }


def report_document(report: Report) -> dict[str, Any]:
    counts = report.counts()
    return {
        "carried": counts["carried"],
        "changed": counts["changed"],
        "skipped": counts["skipped"],
        "percent": round(report.carried_percent(), 1),
        "kinds": {kind: fates_document(fates) for kind, fates in report.by_kind().items()},
        "items": [
            {"kind": a.kind, "name": a.name, "fate": a.fate, "note": a.note, **_location(a.location)}
            for a in report.accounts
        ],
    }


def fates_document(fates: Mapping[Fate, int]) -> dict[str, int]:
    return {fate: fates.get(fate, 0) for fate in FATES}


def _location(location: Location) -> dict[str, Any]:
    return {"file": location.file, "line": location.line, "column": location.column, "path": location.path}

"""Findings as SARIF 2.1.0 (OASIS), which code hosts and editors read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, TextIO
from urllib.parse import quote

from pipeline.checking import Checked
from pipeline.version import version
from schemas.findings import Finding, Rule
from schemas.model import Location
from schemas.printable import printable

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def write(checked: Sequence[Checked], stream: TextIO) -> None:
    findings = [finding for one in checked for finding in one.findings]
    json.dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(findings)]}, stream, indent=2)
    stream.write("\n")


def _run(findings: Sequence[Finding]) -> dict[str, Any]:
    rules = sorted({finding.rule for finding in findings}, key=lambda rule: rule.code)
    driver = {"name": "coursewright", "version": version(), "rules": [_rule(rule) for rule in rules]}
    index = {rule: position for position, rule in enumerate(rules)}
    return {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index[finding.rule]) for finding in findings],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {"id": rule.code, "name": rule.name, "shortDescription": {"text": rule.about}}


def _result(finding: Finding, index: int) -> dict[str, Any]:
    text = f"Found {finding.found}; expected {finding.expected}. {finding.mend}"
    result: dict[str, Any] = {
        "ruleId": finding.rule.code,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": printable(text)},
        "locations": [_location(finding.location)],
    }
    if finding.related:
        result["relatedLocations"] = list(_related(finding.related))
    return result


def _related(locations: Iterable[Location]) -> Iterable[dict[str, Any]]:
    for number, location in enumerate(locations):
        yield _location(location) | {"id": number}


def _location(location: Location) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(location.file)}}
    if location.line is not None:
        column = {} if location.column is None else {"startColumn": location.column}
        physical["region"] = {"startLine": location.line} | column
    place: dict[str, Any] = {"physicalLocation": physical}
    if location.path:
        place["logicalLocations"] = [{"fullyQualifiedName": printable(location.path)}]
    return place

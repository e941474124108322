"""Findings as JUnit XML, which every CI server shows: a suite a bundle, a case a finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from pipeline.checking import Checked
from pipeline.show.human import lines
from schemas.findings import Finding
from schemas.printable import printable


def write(checked: Sequence[Checked], stream: TextIO) -> None:
    """Errors are failures, warnings are passed cases with output, a clean bundle is one passed case."""
    everything = [finding for one in checked for finding in one.findings]
    root = Element("testsuites", {"name": "coursewright check"} | _counts(everything))
    for one in checked:
        suite = SubElement(root, "testsuite", {"name": printable(one.label)} | _counts(one.findings))
        for finding in one.findings:
            _case(suite, finding)
        if not one.findings:
            SubElement(suite, "testcase", classname=printable(one.label), name="nothing to mend")
    indent(root)
    ElementTree(root).write(stream, encoding="unicode", xml_declaration=True)
    stream.write("\n")


def _counts(findings: Sequence[Finding]) -> dict[str, str]:
    errors = sum(finding.severity == "error" for finding in findings)
    return {"tests": str(max(1, len(findings))), "failures": str(errors), "errors": "0"}


def _case(suite: Element, finding: Finding) -> None:
    place = printable(str(finding.location))
    case = SubElement(
        suite, "testcase", classname=printable(finding.location.file), name=f"{finding.rule} {place}"
    )
    body = "\n".join(lines(finding, colour=False))
    if finding.severity == "error":
        SubElement(case, "failure", message=printable(finding.found), type=finding.rule.code).text = body
    else:
        SubElement(case, "system-out").text = body

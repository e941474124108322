"""Findings for people: where, what, the source line with a caret, and how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TextIO

from pipeline.checking import Checked
from pipeline.show.terminal import paint, wants_colour, width
from schemas.findings import Finding
from schemas.printable import printable
from schemas.words import counted

_LONGEST_LINE = 150


def write(checked: Sequence[Checked], stream: TextIO) -> None:
    """Every finding, then one line that sums up."""
    colour = wants_colour(stream)
    for one in checked:
        write_findings(one.findings, stream)
    stream.write(summary(checked, colour=colour) + "\n")


def write_findings(findings: Sequence[Finding], stream: TextIO) -> None:
    """The findings alone, an empty line after each."""
    colour = wants_colour(stream)
    stream.writelines("\n".join(lines(finding, colour=colour)) + "\n\n" for finding in findings)


def lines(finding: Finding, *, colour: bool) -> Iterator[str]:
    """One finding, as lines without their ends; nothing in them can steer a terminal."""
    severity = paint(finding.severity, "red" if finding.severity == "error" else "yellow", on=colour)
    place = paint(printable(str(finding.location)), "bold", on=colour)
    path = f" at {printable(finding.location.path)}" if finding.location.path else ""
    yield f"{place}: {severity}: {finding.rule}{path}"
    yield from _excerpt(finding, colour=colour)
    yield f"  found:    {printable(finding.found)}"
    yield f"  expected: {printable(finding.expected)}"
    yield f"  mend:     {printable(finding.mend)}"
    for related in finding.related:
        yield f"  see also: {printable(str(related))}"


def _excerpt(finding: Finding, *, colour: bool) -> Iterator[str]:
    if finding.line_text is None or finding.location.line is None:
        return
    number = str(finding.location.line)
    column = finding.location.column or 1
    start = max(0, column - 1 - _LONGEST_LINE // 2) if len(finding.line_text) > _LONGEST_LINE else 0
    before, after = _split(finding.line_text[start : start + _LONGEST_LINE], column - 1 - start)
    margin = " " * len(number)
    yield f"  {paint(f'{number} |', 'blue', on=colour)} {before}{after}"
    if finding.location.column is not None:
        caret = paint("^", "red" if finding.severity == "error" else "yellow", on=colour)
        yield f"  {paint(f'{margin} |', 'blue', on=colour)} {' ' * width(before)}{caret}"


def _split(text: str, at: int) -> tuple[str, str]:
    """Both sides of the caret, made printable apart, so that escapes before it do not shift it."""
    text = text.expandtabs(1)
    return printable(text[:at]), printable(text[at:])


def summary(checked: Sequence[Checked], *, colour: bool) -> str:
    findings = [finding for one in checked for finding in one.findings]
    if not findings:
        return paint(f"{counted(len(checked), 'bundle')} checked, nothing to mend.", "green", on=colour)
    severities = Counter(finding.severity for finding in findings)
    found = " and ".join(
        counted(severities[severity], severity) for severity in ("error", "warning") if severities[severity]
    )
    files = len({finding.location.file for finding in findings})
    text = f"{found} in {counted(files, 'file')}; {counted(len(checked), 'bundle')} checked."
    return paint(text, "red" if severities["error"] else "yellow", on=colour)

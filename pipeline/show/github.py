"""Findings as GitHub workflow commands, which become annotations on the changed lines.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from pipeline.checking import Checked
from schemas.findings import Finding
from schemas.printable import printable


def write(checked: Sequence[Checked], stream: TextIO) -> None:
    for one in checked:
        stream.writelines(command(finding) + "\n" for finding in one.findings)


def command(finding: Finding) -> str:
    """`::error file=…,line=…,col=…,title=…::message`, one line whatever the finding holds."""
    properties = {
        "file": finding.location.file,
        "line": finding.location.line,
        "col": finding.location.column,
        "title": str(finding.rule),
    }
    given = ",".join(
        f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None
    )
    path = f"{finding.location.path}: " if finding.location.path else ""
    message = f"{path}found {finding.found}; expected {finding.expected}\n{finding.mend}"
    return f"::{finding.severity} {given}::{_message(message)}"


def _message(text: str) -> str:
    lines = "\n".join(printable(line) for line in text.split("\n"))
    return lines.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(printable(text)).replace(":", "%3A").replace(",", "%2C")

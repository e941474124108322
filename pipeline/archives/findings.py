"""Findings about containers, with the member's name made printable where it enters them."""

from __future__ import annotations

from schemas.findings import Finding, RefusedError, Rule, Severity
from schemas.model import Location
from schemas.printable import printable

LIMIT = Rule("CW001", "over-the-limit", "A package is larger than what is taken; the limit is named.")


def about(  # noqa: PLR0917 - reads like the sentence it becomes
    rule: Rule, place: str, found: str, expected: str, mend: str, severity: Severity = "error"
) -> Finding:
    return Finding(
        rule=rule,
        location=Location(printable(place)),
        found=printable(found),
        expected=expected,
        mend=mend,
        severity=severity,
    )


def refused(rule: Rule, place: str, found: str, expected: str, mend: str) -> RefusedError:
    """One finding as the exception that carries it."""
    return RefusedError([about(rule, place, found, expected, mend)])

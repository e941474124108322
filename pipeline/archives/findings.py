"""Findings about containers, with the member's name made printable where it enters them."""

from __future__ import annotations

from schemas.findings import Finding, RefusedError, Rule, Severity
from schemas.model import Location
from schemas.printable import printable

LIMIT = Rule("CW001", "over-the-limit", "A package is larger than what is taken; the limit is named.")


def about(
    rule: Rule,
    place: str,
    found: str,
    expected: str,
    mend: str,
    *,
    severity: Severity = "error",
    related: str | None = None,
) -> Finding:
    """`place` and `related` are shown as they are, but for what a terminal would obey."""
    return Finding(
        rule=rule,
        location=Location(printable(place)),
        found=printable(found),
        expected=expected,
        mend=mend,
        severity=severity,
        related=(Location(printable(related)),) if related else (),
    )


def refused(rule: Rule, place: str, found: str, expected: str, mend: str) -> RefusedError:
    """One finding as the exception that carries it."""
    return RefusedError([about(rule, place, found, expected, mend)])


def too_long(place: str, size: int, limit: int) -> RefusedError:
    """For `Source.read`, whose caller sets a limit for the kind of file."""
    expected = f"at most {limit:,} for a file of this kind"
    return refused(LIMIT, place, f"{size:,} bytes", expected, "Make it smaller, or split it.")

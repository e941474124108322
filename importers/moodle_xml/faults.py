"""What makes a file of questions unfit as a whole."""

from __future__ import annotations

from typing import Final

from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location

NO_QUESTIONS: Final = Rule("CW576", "no-questions", "A file of questions holds questions.")


def refused(rule: Rule, location: Location, found: str, expected: str) -> RefusedError:
    mend = "export the category of the question bank again, as Moodle XML"
    return RefusedError([Finding(rule=rule, location=location, found=found, expected=expected, mend=mend)])

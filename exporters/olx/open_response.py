"""What a person grades → open response assessments (`openassessment`), graded by the course's staff.

Their definition stands in the unit itself: the platform follows no pointers to blocks of this kind.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from exporters.olx import names
from exporters.shared.xml import Element, Text, element
from schemas.model import Assignment

WHOLE_POINTS: Final = "points of an open response are whole numbers: rounded"


def of_assignment(assignment: Assignment, html: str) -> Element:
    points = [Decimal(0), assignment.passing_score, assignment.max_score]
    given = [each for each in points if each is not None]
    return response(assignment.key, assignment.title, html, given, due=assignment.due, files=True)


def response(
    url_name: str,
    title: str,
    html: str,
    points: list[Decimal],
    *,
    due: datetime | None = None,
    files: bool = False,
) -> Element:
    """`points` are those that the staff can give, the most last; learners type, or send a file too."""
    return element(
        "openassessment",
        {
            "url_name": url_name,
            "prompts_type": "html",
            "submission_start": names.STARTED,
            "submission_due": moment(due) if due else names.ENDED,
            "text_response": "optional" if files else "required",
            "text_response_editor": "text",
            "file_upload_response": "optional" if files else None,
            "file_upload_type": "pdf-and-image" if files else None,
        },
        _told("title", title),
        element("assessments", {}, element("assessment", {"name": "staff-assessment", "required": "True"})),
        element("prompts", {}, element("prompt", {}, _told("description", html))),
        element("rubric", {}, _criterion(points)),
    )


def _criterion(points: list[Decimal]) -> Element:
    whole = sorted({each.quantize(Decimal(1), ROUND_HALF_UP) for each in points})
    return element(
        "criterion",
        {"feedback": "optional"},
        _told("name", "Points"),
        _told("label", "Points"),
        _told("prompt", ""),
        *(_option(str(each)) for each in whole),
    )


def _option(points: str) -> Element:
    said = (_told(name, text) for name, text in (("name", points), ("label", points), ("explanation", "")))
    return element("option", {"points": points}, *said)


def _told(name: str, text: str) -> Element:
    return element(name, {}, Text(text)) if text else element(name)


def moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def notes(points: list[Decimal | None]) -> str:
    fractions = any(each is not None and each != each.to_integral() for each in points)
    return WHOLE_POINTS if fractions else ""

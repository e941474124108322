"""What becomes of every part of a bundle that is played by the player: the notes of an account."""

from __future__ import annotations

from typing import Final

from exporters.shared.ledger import Ledger
from exporters.shared.player.size import LIMITS
from exporters.shared.player.unit import Tracking, Unit
from schemas.model import Assignment, Content, Course, Essay, Question, QuizContent, Resource, Section

_DOWNLOAD: Final = "a package inside the package: learners download it, nothing starts it"
_CARD: Final = "shown; work is handed in and graded elsewhere"
_ESSAY: Final = "shown and recorded, and graded by nobody: it has no points"
_SHORT_ESSAY: Final = f"{_ESSAY}; SCORM 1.2 keeps 255 characters of an answer"


def settle_course(ledger: Ledger, course: Course, tracking: Tracking, left_out: str, *notes: str) -> None:
    """The course with all that is in it. `left_out` says where what is not published went."""
    draft = "" if course.status == "published" else f"its status {course.status!r} is not said"
    ledger.course(course, draft, *notes)
    for section in course.sections:
        _settle_section(ledger, course, section, tracking, left_out)


def _settle_section(
    ledger: Ledger, course: Course, section: Section, tracking: Tracking, left_out: str
) -> None:
    if not section.published:
        ledger.skip_section(course, section, f"not published: {left_out}")
    elif not any(content.published for content in section.contents):
        ledger.skip_section(course, section, f"nothing in it is published: {left_out}")
    else:
        ledger.section(course, section)
    for content in section.contents:
        if section.published and content.published:
            ledger.item(course, content, _item(content))
            _settle_questions(ledger, course, content, tracking)
        else:
            ledger.skip_item(course, content, f"not published: {left_out}")


def _settle_questions(ledger: Ledger, course: Course, content: Content, tracking: Tracking) -> None:
    if isinstance(content, QuizContent):
        for question in content.quiz.questions:
            ledger.question(course, content, question, _question(question, tracking))


def _item(content: Content) -> str:
    match content:
        case Resource() if content.launch:
            return _DOWNLOAD
        case Assignment():
            return _CARD
        case _:
            return ""


def _question(question: Question, tracking: Tracking) -> str:
    if not isinstance(question, Essay):
        return ""
    return _SHORT_ESSAY if tracking == "scorm-1.2" else _ESSAY


def room(unit: Unit, remedy: str) -> str:
    """What does not fit into the state that every platform keeps; `remedy` is what the user can do."""
    limit = LIMITS.get(unit.tracking)
    if limit is None or unit.size.most <= limit:
        return ""
    if unit.size.least > limit:
        return (
            f"{unit.title!r} needs {unit.size.least:,} characters of state, {unit.size.least - limit:,} more"
            f" than the {limit:,} that every platform keeps: what was read may be forgotten; {remedy}"
        )
    return (
        f"{unit.title!r} may need {unit.size.most:,} characters of state, {unit.size.most - limit:,} more"
        f" than the {limit:,} that every platform keeps: results stay, but answers of finished attempts, then"
        f" long typed ones, may be forgotten between visits; {remedy}"
    )

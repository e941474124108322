"""Activities that learners hand something in for."""

from __future__ import annotations

from decimal import Decimal

from importers.moodle.activities.texts import moment
from importers.moodle.backup import Activity
from importers.moodle.shop import Made, Shop
from importers.shared.moodle_questions.quizzes import cut
from importers.shared.moodle_questions.texts import number, plain
from importers.shared.outcome import changed
from schemas.model import Assignment, Content


def assignment(shop: Shop, activity: Activity) -> Made:
    """An assignment, its files behind it; a workshop without what learners do for one another."""
    above = shop.introduction(activity)
    more = shop.page(_instructions(activity), activity.name)
    instructions = "\n\n".join(filter(None, (above.description, more.text)))
    due = plain(activity.node, "duedate", "timedue", "submissionend")
    most, notes = _points(plain(activity.node, "grade"))
    passing = _score(activity.grade_to_pass)
    content = Assignment(
        key=shop.key(activity),
        title=cut(activity.title),
        published=activity.visible,
        instructions=instructions or activity.title,
        max_score=most,
        passing_score=passing if passing and most and passing <= most else None,
        due=moment(due),
        location=activity.location,
    )
    files = [
        made
        for area in _areas(activity)
        for each in shop.backup.files.of(area)
        if (made := shop.download(activity, each))
    ]
    contents: list[Content] = [*above.before, content, *files]
    return Made(contents, changed(*above.notes, *more.notes, *notes, *_left_out(activity)))


def _instructions(activity: Activity) -> str:
    if activity.kind == "workshop":
        return activity.text("instructauthors", "instructauthors")
    return activity.text("activity", "activityattachment") if activity.kind == "assign" else ""


def _areas(activity: Activity) -> list[str]:
    return [
        f"{activity.context}/mod_{activity.kind}/{area}/0"
        for area in ("introattachment", "activityattachment")
    ]


def _points(grade: str) -> tuple[Decimal | None, list[str]]:
    """A negative grade names a scale, zero is none."""
    found = number(grade)
    if found < 0:
        return None, ["graded on a scale in the source: without points"]
    return (_score(grade) if found else None), []


def _score(text: str) -> Decimal | None:
    found = number(text)
    return Decimal(f"{found:.2f}").normalize() + 0 if 0 < found < 100_000_000 else None


def _left_out(activity: Activity) -> list[str]:
    notes = []
    if moment(plain(activity.node, "cutoffdate")):
        notes.append("the last day to hand in left out")
    if moment(plain(activity.node, "allowsubmissionsfromdate", "timeavailable", "submissionstart")):
        notes.append("the first day to hand in left out")
    if plain(activity.node, "teamsubmission") == "1":
        notes.append("handed in by groups in the source")
    if activity.kind == "workshop":
        notes.append("a workshop: learners do not assess one another here")
    return notes

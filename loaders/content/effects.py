"""How many people's records hang on what a plan touches. Reads only: one query for each kind of item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import LiteralString

from loaders.content.known import in_schema
from loaders.content.plan import Change, Plan
from loaders.content.rows.tables import ITEMS, Kind
from loaders.tenants.connect import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """People, each counted once; archived records and dropped enrolments are left out.

    `enrolled` in a program that has the item, `certified` by one; with `progress` on it or on what is below;
    who `attempted` the quiz, or answered the question; who `submitted` an assignment. Of an option the five
    are those of its question; `chose` are those who picked it, and `right` says that it is a right answer.
    """

    enrolled: int = 0
    progress: int = 0
    attempted: int = 0
    submitted: int = 0
    certified: int = 0
    chose: int = 0
    right: bool = False

    @property
    def learned(self) -> int:
        """At least so many people left a record of learning on it."""
        return max(self.progress, self.attempted, self.submitted)

    @property
    def anybody(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self) if each.name != "right")

    def __add__(self, other: Effects) -> Effects:
        """The people of two tenants, for the same change."""
        both = ((each.name, getattr(self, each.name), getattr(other, each.name)) for each in fields(self))
        return Effects(**{name: one or two if name == "right" else one + two for name, one, two in both})


def effects(connection: Connection, schema: str, plan: Plan) -> list[Effects]:
    """Of each of the plan's changes, in their order.

    A new question is judged by those who took its quiz, an option by those who answered its question.
    """
    subjects = [_subject(change) for change in plan.changes]
    moves = _moves(plan)
    people = {
        kind: _people(connection, schema, kind, {"rows": sorted(rows), **moves})
        for kind, rows in _by_kind(subjects).items()
    }
    choices = _choices(connection, schema, plan.changes)
    found = []
    for change, subject in zip(plan.changes, subjects, strict=True):
        right, chose = choices.get(change.row, (False, 0)) if change.kind == "option" else (False, 0)
        records = people[subject[0]][subject[1]] if subject else {}
        found.append(Effects(**records, chose=chose, right=right))
    return found


def _subject(change: Change) -> tuple[Kind, int] | None:
    """Whose people count: the item's own, or those of what it stands in. None when there are none yet."""
    kind, row = change.kind, change.row
    if kind == "option":
        kind, row = "question", change.above
    elif kind == "question" and row is None:
        kind, row = "quiz", change.above
    if row is None or kind not in ITEMS:
        return None
    return kind, row


def _by_kind(subjects: Iterable[tuple[Kind, int] | None]) -> dict[Kind, set[int]]:
    found: defaultdict[Kind, set[int]] = defaultdict(set)
    for subject in subjects:
        if subject:
            found[subject[0]].add(subject[1])
    return found


# ── the queries ──────────────────────────────────────────────────────────────────────────────────

# The contents that an item is, has, or belongs to. What moves to another course is not its course's any more.
_CONTENTS: dict[Kind, LiteralString] = {
    "program": """
        SELECT link."trainingProgramId", content.id FROM {s}.training_program_course AS link
        JOIN {s}.course_section AS section
            ON section."courseId" = link."courseId" AND NOT section."isArchived"
        JOIN {s}.course_content AS content ON content."sectionId" = section.id AND NOT content."isArchived"
        WHERE link."trainingProgramId" = ANY (%(rows)s) AND NOT link."isArchived"
    """,
    "course": """
        SELECT section."courseId", content.id FROM {s}.course_section AS section
        JOIN {s}.course_content AS content ON content."sectionId" = section.id AND NOT content."isArchived"
        WHERE section."courseId" = ANY (%(rows)s) AND NOT section."isArchived"
        AND NOT EXISTS (
            SELECT FROM unnest(%(moved)s::int[], %(courses)s::int[]) AS move (content, course)
            WHERE move.content = content.id AND move.course <> section."courseId")
    """,
    "section": """
        SELECT "sectionId", id FROM {s}.course_content WHERE "sectionId" = ANY (%(rows)s) AND NOT "isArchived"
    """,
    "content": "SELECT id, id FROM {s}.course_content WHERE id = ANY (%(rows)s)",
    "quiz": """
        SELECT "quizId", "contentId" FROM {s}.course_content_detail WHERE "quizId" = ANY (%(rows)s)
    """,
    "question": """
        SELECT question.id, detail."contentId" FROM {s}.quiz_question AS question
        JOIN {s}.course_content_detail AS detail ON detail."quizId" = question."quizId"
        WHERE question.id = ANY (%(rows)s)
    """,
}
# The programs that have it; of contents and what is in them, by way of `part`.
_PROGRAMS: dict[Kind, LiteralString] = {
    "program": "SELECT id, id FROM {s}.training_program WHERE id = ANY (%(rows)s)",
    "course": """
        SELECT "courseId", "trainingProgramId" FROM {s}.training_program_course
        WHERE "courseId" = ANY (%(rows)s) AND NOT "isArchived"
    """,
    "section": """
        SELECT section.id, link."trainingProgramId" FROM {s}.course_section AS section
        JOIN {s}.training_program_course AS link
            ON link."courseId" = section."courseId" AND NOT link."isArchived"
        WHERE section.id = ANY (%(rows)s)
    """,
}
_PROGRAMS_OF_PARTS: LiteralString = """
    SELECT part.item, link."trainingProgramId" FROM part
    JOIN {s}.course_content AS content ON content.id = part.content
    JOIN {s}.course_section AS section ON section.id = content."sectionId"
    JOIN {s}.training_program_course AS link
        ON link."courseId" = section."courseId" AND NOT link."isArchived"
"""
_ATTEMPTS: LiteralString = """
    SELECT part.item, 'attempted', count(DISTINCT attempt."userId") FROM part
    JOIN {s}.course_content_detail AS detail ON detail."contentId" = part.content
    JOIN {s}.quiz_attempt AS attempt ON attempt."quizId" = detail."quizId" AND NOT attempt."isArchived"
    GROUP BY part.item
"""
_ANSWERS: LiteralString = """
    SELECT answer."questionId", 'attempted', count(DISTINCT attempt."userId")
    FROM {s}.quiz_attempt_answer AS answer
    JOIN {s}.quiz_attempt AS attempt
        ON attempt.id = answer."attemptId" AND attempt."createdAt" = answer."attemptCreatedAt"
    WHERE answer."questionId" = ANY (%(rows)s) AND NOT answer."isArchived"
    GROUP BY answer."questionId"
"""
_RECORDS: LiteralString = """
    SELECT place.item, 'enrolled', count(DISTINCT enrollment."userId") FROM place
    JOIN {s}.training_program_enrollment AS enrollment ON enrollment."trainingProgramId" = place.program
        AND enrollment.status <> 'dropped' AND NOT enrollment."isArchived"
    GROUP BY place.item
    UNION ALL
    SELECT place.item, 'certified', count(DISTINCT certificate."userId") FROM place
    JOIN {s}.certificate ON certificate."trainingProgramId" = place.program
        AND certificate.status = 'issued' AND NOT certificate."isArchived"
    GROUP BY place.item
    UNION ALL
    SELECT part.item, 'progress', count(DISTINCT progress."userId") FROM part
    JOIN {s}.course_content_progress AS progress ON progress."contentId" = part.content
        AND progress.status <> 'not_started' AND NOT progress."isArchived"
    GROUP BY part.item
    UNION ALL
    SELECT part.item, 'submitted', count(DISTINCT submission."userId") FROM part
    JOIN {s}.assignment_submission AS submission ON submission."contentId" = part.content
        AND NOT submission."isArchived"
    GROUP BY part.item
    UNION ALL
"""
_CHOICES: LiteralString = """
    SELECT option.id, option."isCorrect", count(DISTINCT attempt."userId")
    FROM {s}.quiz_question_option AS option
    LEFT JOIN {s}.quiz_attempt_answer AS answer
        ON answer."questionId" = option."questionId" AND answer."selectedOptionId" = option.id
        AND NOT answer."isArchived"
    LEFT JOIN {s}.quiz_attempt AS attempt
        ON attempt.id = answer."attemptId" AND attempt."createdAt" = answer."attemptCreatedAt"
    WHERE option.id = ANY (%(rows)s)
    GROUP BY option.id
"""


def _moves(plan: Plan) -> dict[str, list[int]]:
    """Contents that get another address, and the course of it; 0 is one that does not exist yet."""
    found = [change for change in plan.changes if change.kind == "content" and change.was]
    return {"moved": [one.row or 0 for one in found], "courses": [one.above or 0 for one in found]}


def _people(
    connection: Connection, schema: str, kind: Kind, values: dict[str, list[int]]
) -> dict[int, dict[str, int]]:
    statement = (
        f"WITH part (item, content) AS ({_CONTENTS[kind]}),"
        f" place (item, program) AS ({_PROGRAMS.get(kind, _PROGRAMS_OF_PARTS)})"
        f" {_RECORDS} {_ANSWERS if kind == 'question' else _ATTEMPTS}"
    )
    found: dict[int, dict[str, int]] = {row: {} for row in values["rows"]}
    for item, name, number in connection.execute(in_schema(schema, statement), values):
        found[item][name] = number
    return found


def _choices(
    connection: Connection, schema: str, changes: Iterable[Change]
) -> dict[int | None, tuple[bool, int]]:
    """Of options that exist: whether they are right, and how many picked them."""
    rows = [change.row for change in changes if change.kind == "option" and change.row is not None]
    if not rows:
        return {}
    found = connection.execute(in_schema(schema, _CHOICES), {"rows": rows})
    return {option: (right, chose) for option, right, chose in found}

"""Publishing as a user does it, and what to look at afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

from psycopg import sql

from loaders.content.apply import apply
from loaders.content.compare import compare
from loaders.content.plan import Plan, Release
from loaders.content.read import read
from loaders.tenants.connect import Connection, connect
from loaders.tenants.tenant import Tenant
from schemas.model import Bundle

PUBLISHER = "publisher@example.org"
PEOPLE = (
    PUBLISHER,
    "ann@example.org",
    "bo+x@example.org",
    "çé@example.org",
    "o'neil@example.org",
)
LEARNER_TABLES = (
    "training_program_enrollment",
    "course_content_progress",
    "quiz_attempt",
    "quiz_attempt_answer",
    "assignment_submission",
    "training_program_rating",
    "certificate",
)


def plan_for(tenant: Tenant, bundle: Bundle) -> Plan:
    with connect(tenant) as connection:
        return compare(connection, tenant, bundle)


def publish(tenant: Tenant, bundle: Bundle) -> tuple[Plan, Release]:
    with connect(tenant) as connection:
        plan = compare(connection, tenant, bundle)
        return plan, apply(connection, tenant, plan, user=PUBLISHER, git_commit=None)


def published(tenant: Tenant, key: str) -> Bundle:
    with connect(tenant) as connection:
        connection.execute("SET TRANSACTION READ ONLY")
        return read(connection, tenant, key)


def fetch(tenant: Tenant, statement: LiteralString, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a statement in which `{s}` is the tenant's schema."""
    with connect(tenant) as connection:
        return connection.execute(_in(tenant, statement), values).fetchall()


def run(tenant: Tenant, statement: LiteralString, *values: Any) -> int:
    """Executes, commits, and returns how many rows were touched."""
    with connect(tenant) as connection:
        return connection.execute(_in(tenant, statement), values).rowcount


@contextmanager
def open_publish(tenant: Tenant, bundle: Bundle) -> Iterator[Connection]:
    """A publish that has written everything and not committed yet."""
    with connect(tenant) as connection:
        plan = compare(connection, tenant, bundle)
        apply(connection, tenant, plan, user=PUBLISHER, git_commit=None)
        yield connection


def _in(tenant: Tenant, statement: LiteralString) -> sql.Composed:
    return sql.SQL(statement).format(s=sql.Identifier(tenant.schema))


# ── what the tenant holds ────────────────────────────────────────────────────────────────────────

_PLACES: LiteralString = """
    WITH RECURSIVE place AS (
        SELECT item.*, NOT item.archived AS live, CASE kind WHEN 'p' THEN 'program:' WHEN 'c' THEN 'course:' ELSE 'lookup:' END || item.key AS address
        FROM {s}.coursewright_item AS item JOIN {s}.coursewright_bundle AS bundle ON bundle.id = item."parentId"
        WHERE bundle.key = %s AND item.kind IN ('p', 'c', 'l')
        UNION ALL
        SELECT item.*, place.live AND NOT item.archived, place.address || CASE item.kind WHEN 's' THEN '/section:' WHEN 't' THEN '/content:'
            WHEN 'z' THEN '/quiz:' WHEN 'q' THEN '/question:' ELSE '/option:' END || item.key
        FROM place JOIN {s}.coursewright_item AS item ON item."parentId" = place."rowId"
            AND (place.kind, item.kind) IN (('c', 's'), ('c', 't'), ('t', 'z'), ('z', 'q'), ('q', 'o'))
    )
"""


def row_ids(tenant: Tenant, bundle: str, *, live: bool = True) -> dict[str, int]:
    """Row ids by address (a quiz has `/quiz:` here): of what is in use, or of what is archived or below that."""
    statement: LiteralString = _PLACES + 'SELECT address, "rowId" FROM place WHERE live = %s'
    return {address.replace("/quiz:/", "/"): row for address, row in fetch(tenant, statement, bundle, live)}


_CONTENT: tuple[LiteralString, ...] = (
    "training_program",
    "course",
    "course_section",
    "course_content",
    "quiz",
    "quiz_question",
    "quiz_question_option",
)


def content_state(tenant: Tenant, bundle: str) -> dict[str, Any]:
    """Every live row by address, without ids and audit columns, and what the mapping says of it."""
    state: dict[str, Any] = {}
    for table, kind in zip(_CONTENT, "pcstzqo", strict=True):
        statement = sql.SQL(
            _PLACES
            + """SELECT address, to_jsonb(t) - 'id' - 'createdAt' - 'createdBy' - 'updatedAt' - 'updatedBy' - 'archivedAt'
                - 'archivedBy' - 'publishedAt' - 'rating' - 'totalRatings' - 'totalEnrollments' - 'totalCompletions' - 'courseId' - 'sectionId' - 'quizId' - 'questionId'
                - 'prerequisiteCourseId' - 'categoryId' - 'difficultyLevelId', place.digest, place."treeDigest", place.files,
                to_jsonb(d) - 'id' - 'contentId' - 'createdAt' - 'createdBy' - 'updatedAt' - 'updatedBy' - 'quizId'
            FROM place JOIN {s}.{t} AS t ON t.id = place."rowId"
            LEFT JOIN {s}.course_content_detail AS d ON place.kind = 't' AND d."contentId" = t.id
            WHERE place.kind = %s::"char" AND place.live"""
        ).format(s=sql.Identifier(tenant.schema), t=sql.Identifier(table))
        with connect(tenant) as connection:
            for address, *rest in connection.execute(statement, (bundle, kind)):
                state[address] = rest
    return state


# ── learners ─────────────────────────────────────────────────────────────────────────────────────

_LEARN: tuple[LiteralString, ...] = (
    """INSERT INTO {s}.training_program_enrollment ("trainingProgramId", "userId", status, "progressPercentage")
        SELECT id, %(user)s, 'in_progress', 12.5 FROM {s}.training_program WHERE id %% %(every)s = 0 ON CONFLICT DO NOTHING""",
    """INSERT INTO {s}.course_content_progress ("contentId", "userId", status, "timeSpent")
        SELECT id, %(user)s, 'in_progress', 7 FROM {s}.course_content AS c WHERE id %% %(every)s = 0 AND NOT EXISTS (
            SELECT FROM {s}.course_content_progress AS p WHERE p."contentId" = c.id AND p."userId" = %(user)s)""",
    """WITH attempt AS (
        INSERT INTO {s}.quiz_attempt ("quizId", "userId", "attemptNumber", score)
        SELECT id, %(user)s, 1, 50 FROM {s}.quiz AS q WHERE id %% %(every)s = 0 AND NOT EXISTS (
            SELECT FROM {s}.quiz_attempt AS a WHERE a."quizId" = q.id AND a."userId" = %(user)s)
        RETURNING id, "createdAt", "quizId")
    INSERT INTO {s}.quiz_attempt_answer ("attemptId", "attemptCreatedAt", "questionId", "selectedOptionId", "pointsEarned")
        SELECT attempt.id, attempt."createdAt", question.id, (
            SELECT min(id) FROM {s}.quiz_question_option WHERE "questionId" = question.id), 1
        FROM attempt JOIN {s}.quiz_question AS question ON question."quizId" = attempt."quizId" """,
    """INSERT INTO {s}.assignment_submission ("contentId", "userId", "submissionText")
        SELECT id, %(user)s, 'My work.' FROM {s}.course_content AS c
        WHERE "contentType" = 'assignment' AND id %% %(every)s = 0 AND NOT EXISTS (
            SELECT FROM {s}.assignment_submission AS a WHERE a."contentId" = c.id AND a."userId" = %(user)s)""",
    """INSERT INTO {s}.training_program_rating ("trainingProgramId", "userId", rating, review)
        SELECT id, %(user)s, 4, 'good' FROM {s}.training_program ON CONFLICT DO NOTHING""",
    """INSERT INTO {s}.certificate ("trainingProgramId", "userId", "enrollmentId", "certificateNumber")
        SELECT "trainingProgramId", "userId", id, 'C-' || id FROM {s}.training_program_enrollment ON CONFLICT DO NOTHING""",
    """UPDATE {s}.training_program SET rating = 4.25, "totalRatings" = 3, "totalEnrollments" = 11, "totalCompletions" = 2""",
)


def learn(tenant: Tenant, learner: int, *, every: int = 1) -> None:
    """A learner goes through everything there is, or through every so-manieth thing, and leaves rows everywhere."""
    with connect(tenant) as connection:
        for statement in _LEARN:
            connection.execute(_in(tenant, statement), {"user": learner, "every": every})


def forget(tenant: Tenant) -> None:
    """No learner was ever here."""
    with connect(tenant) as connection:
        for table in LEARNER_TABLES:
            statement = sql.SQL("DELETE FROM {}").format(sql.Identifier(tenant.schema, table))
            connection.execute(statement)


def learned(tenant: Tenant) -> dict[str, list[Any]]:
    """Everything that belongs to learners, row by row."""
    state = {}
    with connect(tenant) as connection:
        for table in LEARNER_TABLES:
            statement = sql.SQL("SELECT to_jsonb(t) FROM {} AS t ORDER BY id")
            rows = connection.execute(statement.format(sql.Identifier(tenant.schema, table)))
            state[table] = [row for (row,) in rows]
        totals: LiteralString = 'SELECT id, rating, "totalRatings", "totalEnrollments", "totalCompletions" FROM {s}.training_program ORDER BY id'
        state["totals"] = connection.execute(_in(tenant, totals)).fetchall()
    return state

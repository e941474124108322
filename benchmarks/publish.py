"""Publishing 110,000 rows against a plain COPY of the same rows: `python -m benchmarks.publish`.

What is counted is database time: the seconds inside psycopg calls (execute with its answer, and COPY from
its start to the server's answer), summed over compare, apply and COMMIT. The server works while Python
turns rows into text for COPY, so that is counted as well, against us; flattening the bundle and comparing
digests is not, and the note gives the wall-clock time, which has everything. The peer is handed finished
bytes: one COPY a table, of the very rows the first publish left in the owner's tables, into the same
tables of an empty tenant, with all their indexes, foreign keys and triggers, and COMMIT. Our mapping,
digests and history are extra work that the peer does not have. Rounds alternate; medians are compared.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.table import Ratio, markdown
from loaders.content.apply import apply
from loaders.content.compare import compare
from loaders.content.rows.tables import DETAIL, ITEMS
from loaders.embedded.server import ensure_local, stop
from loaders.tenants.connect import Connection, connect
from loaders.tenants.migrate import migrate
from loaders.tenants.tenant import Tenant
from schemas.model import Bundle, Course, MultipleChoice, Option, Quiz, QuizContent, Section

ROUNDS = 5
_PUBLISHER = "publisher@example.org"
_TABLES = [*(table.name for table in ITEMS.values()), DETAIL.name]


def run() -> list[Ratio]:
    """First publish, unchanged republish and a publish with one quiz changed."""
    with tempfile.TemporaryDirectory(prefix="coursewright-bench-") as folder:
        place = Path(folder) / "postgres"
        dsn = ensure_local(place)
        try:
            return _measured(dsn)
        finally:
            stop(place)


def _measured(dsn: str) -> list[Ratio]:
    bundle = generated()
    changed = _with_one_quiz_changed(bundle)
    peer, first, again, edited = [], [], [], []
    rows = 0
    for number in range(ROUNDS):
        ours, theirs = (_tenant(dsn, f"{side}_{number}") for side in ("ours", "plain"))
        first.append(_publish(ours, bundle))
        again.append(_publish(ours, bundle))
        edited.append(_publish(ours, changed))
        _publish(ours, bundle)  # back, so that the peer copies the rows of the first publish
        copies = _copied_out(ours)
        rows = sum(data.count(b"\n") for _, data in copies.values())
        peer.append(_copy_in(theirs, copies))
        _drop(dsn, ours, theirs)
    whole = median(clock.database for clock in first)
    return [
        Ratio(
            f"first publish of {rows:,} rows ÷ plain COPY of them (database time)",
            whole / median(clock.database for clock in peer),
            2.0,
            note=f"{_seconds(first)} against {_seconds(peer)}",
        ),
        Ratio(
            "publish again, nothing changed ÷ first publish (database time)",
            median(clock.database for clock in again) / whole,
            0.02,
            note=_seconds(again),
        ),
        Ratio(
            "publish with one quiz changed ÷ first publish (database time)",
            median(clock.database for clock in edited) / whole,
            0.05,
            note=_seconds(edited),
        ),
    ]


def _seconds(clocks: list[_Clock]) -> str:
    return f"{median(c.database for c in clocks):.3f} s (wall clock {median(c.wall for c in clocks):.3f} s)"


# ── what is published ────────────────────────────────────────────────────────────────────────────


def generated(courses: int = 20, quizzes: int = 100, questions: int = 10, options: int = 4) -> Bundle:
    """A bundle of quizzes, ten to a section."""
    return Bundle(
        key="generated",
        title="Generated",
        courses=tuple(_course(f"course-{n:02}", quizzes, questions, options) for n in range(courses)),
    )


def _course(key: str, quizzes: int, questions: int, options: int) -> Course:
    contents = [_quiz(f"quiz-{n:03}", questions, options) for n in range(quizzes)]
    sections = tuple(
        Section(key=f"section-{n}", title=f"Section {n}", contents=tuple(contents[n : n + 10]))
        for n in range(0, quizzes, 10)
    )
    return Course(key=key, title=f"The course {key}", instructor=_PUBLISHER, sections=sections)


def _quiz(key: str, questions: int, options: int) -> QuizContent:
    asked = tuple(_question(n, options) for n in range(questions))
    return QuizContent(key=key, title=f"The quiz {key}", quiz=Quiz(title=f"The quiz {key}", questions=asked))


def _question(number: int, options: int) -> MultipleChoice:
    return MultipleChoice(
        key=f"question-{number}",
        text=f"Question {number}: which of these statements about ladders and steps is right?",
        explanation="See the page before this quiz.",
        options=tuple(
            Option(key=f"option-{n}", text=f"Statement {n} of question {number}", correct=n == 0)
            for n in range(options)
        ),
    )


def _with_one_quiz_changed(bundle: Bundle) -> Bundle:
    """Another wording of one question and of one of its options."""
    course = bundle.courses[7]
    section = course.sections[3]
    content = section.contents[5]
    assert isinstance(content, QuizContent)
    question = content.quiz.questions[2]
    assert isinstance(question, MultipleChoice)
    options = (replace(question.options[0], text="Other words"), *question.options[1:])
    questions = tuple(
        replace(question, text="Another wording", options=options) if each is question else each
        for each in content.quiz.questions
    )
    quiz = replace(content, quiz=replace(content.quiz, questions=questions))
    contents = tuple(quiz if each is content else each for each in section.contents)
    sections = tuple(
        replace(section, contents=contents) if each is section else each for each in course.sections
    )
    edited = replace(course, sections=sections)
    return replace(bundle, courses=tuple(edited if each is course else each for each in bundle.courses))


# ── ours ─────────────────────────────────────────────────────────────────────────────────────────


class _Clock:
    """Seconds inside database calls, and from beginning to end."""

    def __init__(self) -> None:
        self.database = self.wall = 0.0

    @contextmanager
    def inside(self) -> Iterator[None]:
        began = perf_counter()
        try:
            yield
        finally:
            self.database += perf_counter() - began


_clock = _Clock()


class _TimedCursor(psycopg.Cursor[Any]):
    def execute(self, *args: Any, **more: Any) -> _TimedCursor:
        with _clock.inside():
            super().execute(*args, **more)
        return self

    @contextmanager
    def copy(self, *args: Any, **more: Any) -> Iterator[Any]:
        with _clock.inside(), super().copy(*args, **more) as copying:
            yield copying


def _publish(tenant: Tenant, bundle: Bundle) -> _Clock:
    global _clock  # noqa: PLW0603  # one measurement at a time
    _clock = _Clock()
    began = perf_counter()
    with connect(tenant, statement_seconds=600) as connection:
        connection.cursor_factory = _TimedCursor
        plan = compare(connection, tenant, bundle)
        apply(connection, tenant, plan, user=_PUBLISHER, git_commit=None)
        with _clock.inside():
            connection.commit()
    _clock.wall = perf_counter() - began
    return _clock


# ── the peer ─────────────────────────────────────────────────────────────────────────────────────


def _copied_out(tenant: Tenant) -> dict[str, tuple[list[str], bytes]]:
    """The rows of the owner's tables as COPY wants them back, with their columns."""
    with connect(tenant) as connection:
        return {table: _copy_out(connection, tenant.schema, table) for table in _TABLES}


def _copy_out(connection: Connection, schema: str, table: str) -> tuple[list[str], bytes]:
    empty = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(sql.Identifier(schema, table)))
    columns = [column.name for column in empty.description or ()]
    statement = sql.SQL("COPY (SELECT * FROM {} ORDER BY id) TO STDOUT").format(sql.Identifier(schema, table))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return columns, b"".join(bytes(block) for block in copy)


def _copy_in(tenant: Tenant, copies: dict[str, tuple[list[str], bytes]]) -> _Clock:
    clock = _Clock()
    with connect(tenant, statement_seconds=600) as connection:
        began = perf_counter()
        with clock.inside():
            for table, (columns, data) in copies.items():
                names = sql.SQL(", ").join(map(sql.Identifier, columns))
                statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                    sql.Identifier(tenant.schema, table), names
                )
                with connection.cursor() as cursor, cursor.copy(statement) as copy:
                    copy.write(data)
            connection.commit()
        clock.wall = perf_counter() - began
    return clock


# ── tenants ──────────────────────────────────────────────────────────────────────────────────────


def _tenant(dsn: str, name: str) -> Tenant:
    """An empty tenant in a database of its own, checkpointed so that no round pays for the one before."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    tenant = Tenant(name=name, dsn=dsn.replace("/postgres?", f"/{name}?"), schema="tenant", media="")
    migrate(tenant, bootstrap=True)
    with psycopg.connect(tenant.dsn, autocommit=True) as connection:
        connection.execute("INSERT INTO main.users (email) VALUES (%s)", (_PUBLISHER,))
        connection.execute("CHECKPOINT")
    return tenant


def _drop(dsn: str, *tenants: Tenant) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for tenant in tenants:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(tenant.name)))


if __name__ == "__main__":
    print(markdown(run()))

"""Learners' rows: unique across months, never lost or refused for want of a month, whoever writes at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from threading import Barrier, Event
from typing import Any

import psycopg
import pytest
from psycopg import errors

from loaders.tenants.tenant import Tenant

Connection = psycopg.Connection[tuple[Any, ...]]
Connect = Callable[[], Connection]

PROGRESS = 'INSERT INTO course_content_progress ("contentId", "userId", "createdAt") VALUES (%s, %s, %s)'
ATTEMPT = 'INSERT INTO quiz_attempt ("quizId", "userId", "attemptNumber", "createdAt") VALUES (1, 1, %s, %s) RETURNING id'
ANSWER = (
    'INSERT INTO quiz_attempt_answer ("attemptId", "attemptCreatedAt", "questionId", "textAnswer", "createdAt")'
    " VALUES (%s, %s, %s, %s, %s)"
)
MARCH, APRIL = datetime(2031, 3, 5, 6, 7, 8, 901234), datetime(2031, 4, 30, 23, 59, 59, 999999)  # noqa: DTZ001
PARTITIONED = ("course_content_progress", "quiz_attempt", "quiz_attempt_answer", "assignment_submission")


@pytest.fixture
def connect(tenant: Tenant, users: Callable[..., list[int]]) -> Iterator[Connect]:
    """Opens sessions on a tenant with two users, contents 1 to 400, and a quiz with two questions."""
    opened: list[Connection] = []

    def open_session() -> Connection:
        session = psycopg.connect(tenant.dsn, options=f"-c search_path={tenant.schema}")
        opened.append(session)
        return session

    users("ann@example.org", "bob@example.org")
    with open_session() as session:
        session.execute(
            """
            INSERT INTO course (title, "instructorId") VALUES ('A', 1);
            INSERT INTO course_section ("courseId", title) VALUES (1, 'S');
            INSERT INTO course_content ("sectionId", title, "contentType")
            SELECT 1, 'C', 'quiz' FROM generate_series(1, 400);
            INSERT INTO quiz (title) VALUES ('Q');
            INSERT INTO quiz_question ("quizId", question, "questionType")
            VALUES (1, '1?', 'essay'), (1, '2?', 'essay');
            """
        )
    yield open_session
    for session in opened:
        session.close()


def rows(session: Connection, query: str) -> list[tuple[Any, ...]]:
    return session.execute(query.encode()).fetchall()


def one(session: Connection, query: str) -> Any:
    return rows(session, query)[0][0]


def place(session: Connection, table: str) -> list[str]:
    """The partitions that the rows of `table` are in."""
    return [
        str(name) for (name,) in rows(session, f"SELECT tableoid::regclass::text FROM {table} ORDER BY id")
    ]


def keys_are_right(session: Connection) -> bool:
    """Every row has its key row and the other way round."""
    return all(
        not rows(
            session,
            f'(SELECT id, "createdAt" FROM {table} EXCEPT ALL SELECT id, "createdAt" FROM {table}_key) UNION ALL'
            f' (SELECT id, "createdAt" FROM {table}_key EXCEPT ALL SELECT id, "createdAt" FROM {table})',
        )
        for table in PARTITIONED
    )


# ── months make themselves ───────────────────────────────────────────────────────────────────────


def test_the_first_row_of_a_month_makes_the_month(connect: Connect) -> None:
    session = connect()
    session.execute(PROGRESS, (1, 1, MARCH))
    session.commit()
    assert place(session, "course_content_progress") == ["course_content_progress_2031_03"]
    assert keys_are_right(session)


def test_a_row_at_the_last_microsecond_belongs_to_its_month(connect: Connect) -> None:
    session = connect()
    session.execute(PROGRESS, (1, 1, APRIL))
    session.commit()
    assert place(session, "course_content_progress") == ["course_content_progress_2031_04"]


def test_an_attempt_and_its_answers_move_together_in_the_transaction_that_wrote_them(
    connect: Connect,
) -> None:
    session = connect()
    attempt = session.execute(ATTEMPT, (1, MARCH)).fetchone()
    assert attempt
    for question, text in ((1, "one"), (2, "two")):
        session.execute(ANSWER, (attempt[0], MARCH, question, text, APRIL))
    before = rows(session, "SELECT * FROM quiz_attempt_answer ORDER BY id")
    session.commit()
    assert rows(session, "SELECT * FROM quiz_attempt_answer ORDER BY id") == before
    assert place(session, "quiz_attempt") == ["quiz_attempt_2031_03"]
    assert place(session, "quiz_attempt_answer") == ["quiz_attempt_answer_2031_04"] * 2
    assert keys_are_right(session)


def test_copying_rows_of_many_months_leaves_none_behind(connect: Connect) -> None:
    session = connect()
    copy = 'COPY course_content_progress ("contentId", "userId", "createdAt") FROM STDIN'
    with session.cursor().copy(copy) as stream:
        for content in range(1, 401):
            stream.write_row((content, 1, MARCH.replace(year=2020 + content % 3, month=1 + content % 8)))
    session.commit()
    assert len(set(place(session, "course_content_progress"))) == 24
    assert one(session, "SELECT count(*) FROM course_content_progress") == 400
    assert one(session, "SELECT count(*) FROM course_content_progress_default") == 0
    assert keys_are_right(session)


@pytest.mark.parametrize(
    "moment", ["infinity", "-infinity", "0044-03-15 BC", "9999-12-31", "1899-12-31 23:59:59"]
)
def test_an_impossible_date_is_kept_without_a_month_of_its_own(connect: Connect, moment: str) -> None:
    session = connect()
    session.execute(PROGRESS, (1, 1, moment))
    session.commit()
    assert place(session, "course_content_progress") == ["course_content_progress_default"]


def test_months_can_be_prepared_ahead(connect: Connect) -> None:
    session = connect()
    for table in PARTITIONED:
        assert one(session, f"SELECT prepare_{table}_partitions(2)") == 3
        assert one(session, f"SELECT prepare_{table}_partitions(2)") == 0
        assert one(session, f"SELECT create_{table}_partition('2040-02-29')") is True
        assert one(session, f"SELECT create_{table}_partition('2040-02-01')") is False


def test_the_functions_work_whatever_the_search_path_and_after_a_rename(connect: Connect) -> None:
    session = connect()
    session.execute("ALTER SCHEMA acme RENAME TO umbrella")
    session.execute("SET search_path = pg_catalog")
    session.execute(
        'INSERT INTO umbrella.quiz_attempt ("quizId", "userId", "createdAt") VALUES (1, 1, %s)', (MARCH,)
    )
    session.commit()
    assert one(session, "SELECT umbrella.create_quiz_attempt_partition('2040-01-01')") is True
    assert place(session, "umbrella.quiz_attempt") == ["umbrella.quiz_attempt_2031_03"]


def test_an_application_needs_rights_on_the_large_tables_only(connect: Connect) -> None:
    session = connect()
    session.execute(
        "CREATE ROLE app; GRANT USAGE ON SCHEMA acme TO app;"
        " GRANT ALL ON course_content_progress, course_content_progress_id_seq TO app; SET ROLE app"
    )
    try:
        session.execute(PROGRESS, (1, 1, MARCH))
        session.execute('UPDATE course_content_progress SET "createdAt" = %s', (APRIL,))
        session.execute("COMMIT; BEGIN")
        session.execute("RESET ROLE")
        assert place(session, "course_content_progress") == ["course_content_progress_2031_04"]
        session.execute("SET ROLE app; DELETE FROM course_content_progress; RESET ROLE")
        assert keys_are_right(session)
    finally:
        session.rollback()
        session.execute("RESET ROLE; DROP OWNED BY app; DROP ROLE app")
        session.commit()


# ── changed dates ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("prepared", [True, False])
def test_changing_the_date_of_an_attempt_keeps_its_answers(connect: Connect, prepared: bool) -> None:  # noqa: FBT001
    session = connect()
    if prepared:
        session.execute("SELECT create_quiz_attempt_partition('2031-04-01')")
    attempt = session.execute(ATTEMPT, (1, MARCH)).fetchone()
    assert attempt
    session.execute(ANSWER, (attempt[0], MARCH, 1, "kept", MARCH))
    session.commit()
    session.execute('UPDATE quiz_attempt SET "createdAt" = %s', (APRIL,))
    session.commit()
    assert place(session, "quiz_attempt") == ["quiz_attempt_2031_04"]
    found = rows(
        session, 'SELECT "attemptId", "attemptCreatedAt", "textAnswer", "createdAt" FROM quiz_attempt_answer'
    )
    assert found == [(attempt[0], APRIL, "kept", MARCH)]
    assert keys_are_right(session)


def test_changing_the_date_of_a_progress_row_moves_it(connect: Connect) -> None:
    session = connect()
    session.execute(PROGRESS, (1, 1, MARCH))
    session.commit()
    session.execute('UPDATE course_content_progress SET "createdAt" = %s, "timeSpent" = 60', (APRIL,))
    session.commit()
    assert place(session, "course_content_progress") == ["course_content_progress_2031_04"]
    assert keys_are_right(session)


def test_a_changed_key_is_checked_and_the_old_one_is_free_again(connect: Connect) -> None:
    session = connect()
    session.execute(PROGRESS, (1, 1, MARCH))
    session.execute(PROGRESS, (2, 1, APRIL))
    session.commit()
    with pytest.raises(errors.UniqueViolation) as refusal:
        session.execute('UPDATE course_content_progress SET "contentId" = 2 WHERE "contentId" = 1')
    assert refusal.value.diag.constraint_name == "unique_content_user_progress"
    session.rollback()
    session.execute('UPDATE course_content_progress SET "contentId" = 3 WHERE "contentId" = 1')
    session.execute(PROGRESS, (1, 1, APRIL))
    session.commit()
    assert keys_are_right(session)


# ── true uniqueness ──────────────────────────────────────────────────────────────────────────────

_TWICE = [
    ("unique_content_user_progress", PROGRESS, (1, 1, MARCH), (1, 1, APRIL)),
    ("unique_quiz_user_attempt", ATTEMPT, (1, MARCH), (1, APRIL)),
    (
        "unique_content_user_submission",
        'INSERT INTO assignment_submission ("contentId", "userId", "createdAt") VALUES (%s, %s, %s)',
        (1, 1, MARCH),
        (1, 1, APRIL),
    ),
]


@pytest.mark.parametrize(
    ("constraint", "insert", "first", "second"), _TWICE, ids=[case[0] for case in _TWICE]
)
def test_a_second_row_is_refused_in_another_month_by_the_owners_constraint(
    connect: Connect, constraint: str, insert: str, first: tuple[Any, ...], second: tuple[Any, ...]
) -> None:
    session = connect()
    session.execute(insert.encode(), first)
    session.commit()
    with pytest.raises(errors.UniqueViolation) as refusal:
        session.execute(insert.encode(), second)
    assert refusal.value.diag.constraint_name == constraint


def test_a_question_is_answered_once_in_an_attempt_whatever_the_month(connect: Connect) -> None:
    session = connect()
    attempt = session.execute(ATTEMPT, (1, MARCH)).fetchone()
    assert attempt
    session.execute(ANSWER, (attempt[0], MARCH, 1, "first", MARCH))
    session.commit()
    with pytest.raises(errors.UniqueViolation) as refusal:
        session.execute(ANSWER, (attempt[0], MARCH, 1, "second", APRIL))
    assert refusal.value.diag.constraint_name == "unique_attempt_question_answer"


def test_of_racing_duplicates_exactly_one_gets_in(connect: Connect) -> None:
    sessions = [connect() for _ in range(4)]
    start = Barrier(len(sessions))

    def race(session: Connection, month: int) -> int:
        start.wait()
        stored = 0
        for content in range(1, 31):
            with suppress(errors.UniqueViolation), session.transaction():
                session.execute(PROGRESS, (content, 1, MARCH.replace(month=month)))
                stored += 1
        session.commit()
        return stored

    with ThreadPoolExecutor(len(sessions)) as threads:
        assert sum(threads.map(race, sessions, range(1, 5))) == 30
    assert keys_are_right(sessions[0])


# ── several sessions ─────────────────────────────────────────────────────────────────────────────


def test_two_sessions_writing_the_first_row_of_a_month_both_succeed(connect: Connect) -> None:
    sessions = [connect(), connect()]
    start = Barrier(2)

    def write(session: Connection, user: int) -> None:
        for month in range(1, 13):
            start.wait()
            session.execute(PROGRESS, (month, user, MARCH.replace(month=month)))
            session.commit()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, sessions, (1, 2)))
    sessions[0].execute("SELECT prepare_course_content_progress_partitions(0)")
    assert one(sessions[0], "SELECT count(*) FROM course_content_progress") == 24
    assert one(sessions[0], "SELECT count(*) FROM course_content_progress_default") == 0
    assert keys_are_right(sessions[0])


def test_attempts_with_answers_written_by_many_sessions_lose_nothing(connect: Connect) -> None:
    sessions = [connect() for _ in range(4)]

    def write(session: Connection, writer: int) -> None:
        for number in range(12):
            moment = MARCH.replace(month=1 + number)
            attempt = session.execute(ATTEMPT, (writer * 100 + number, moment)).fetchone()
            assert attempt
            for question in (1, 2):
                session.execute(ANSWER, (attempt[0], moment, question, "x", moment))
            session.commit()

    with ThreadPoolExecutor(len(sessions)) as threads:
        list(threads.map(write, sessions, range(len(sessions))))
    session = sessions[0]
    session.execute("SELECT prepare_quiz_attempt_partitions(0), prepare_quiz_attempt_answer_partitions(0)")
    assert one(session, "SELECT count(*) FROM quiz_attempt") == 48
    assert one(session, "SELECT count(*) FROM quiz_attempt_answer") == 96
    assert one(session, "SELECT count(*) FROM quiz_attempt_default") == 0
    assert one(session, "SELECT count(*) FROM quiz_attempt_answer_default") == 0
    assert keys_are_right(session)


def test_a_long_reader_delays_the_move_and_nothing_else(connect: Connect) -> None:
    reader, writer = connect(), connect()
    rows(reader, "SELECT count(*) FROM course_content_progress")
    writer.execute(PROGRESS, (1, 1, MARCH))
    writer.commit()
    assert place(writer, "course_content_progress") == ["course_content_progress_default"]
    reader.rollback()
    assert one(writer, "SELECT prepare_course_content_progress_partitions(0)") == 2
    assert place(writer, "course_content_progress") == ["course_content_progress_2031_03"]


def test_a_writer_that_waits_while_a_month_is_made_is_not_refused(connect: Connect) -> None:
    maker, writer = connect(), connect()
    maker.execute("SELECT create_course_content_progress_partition(%s)", (MARCH.date(),))
    started = Event()

    def write() -> None:
        started.set()
        writer.execute(PROGRESS, (1, 1, MARCH))
        writer.commit()

    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(write)
        started.wait()
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while not one(maker, waits):
            pass
        maker.commit()
        waiting.result()
    assert place(maker, "course_content_progress") == ["course_content_progress_2031_03"]


def test_a_move_in_a_repeatable_read_transaction_never_fails_it(connect: Connect) -> None:
    first, second = connect(), connect()
    first.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    rows(first, "SELECT 1")
    with second.transaction():
        second.execute(
            "SELECT setval('training_month_retry', 9999999999999)"
        )  # the second row stays in default
        second.execute(PROGRESS, (2, 1, MARCH))
    second.execute("SELECT setval('training_month_retry', 0)")
    second.commit()
    first.execute(PROGRESS, (1, 1, MARCH))
    first.commit()
    assert one(first, "SELECT count(*) FROM course_content_progress") == 2


def test_constraints_made_immediate_leave_the_row_for_a_later_move(connect: Connect) -> None:
    """Inside the INSERT the month cannot be made (55006): the row stays, and nothing fails."""
    session = connect()
    session.execute("SET CONSTRAINTS ALL IMMEDIATE")
    session.execute(PROGRESS, (1, 1, MARCH))
    session.commit()
    session.execute("SELECT prepare_course_content_progress_partitions(0)")
    assert place(session, "course_content_progress") == ["course_content_progress_2031_03"]


# ── deleting ─────────────────────────────────────────────────────────────────────────────────────


def test_deleting_a_user_takes_their_rows_and_keys_and_nobody_elses(connect: Connect) -> None:
    session = connect()
    for user in (1, 2):
        session.execute(PROGRESS, (1, user, MARCH))
    attempt = session.execute(ATTEMPT, (1, MARCH)).fetchone()
    assert attempt
    session.execute(ANSWER, (attempt[0], MARCH, 1, "x", MARCH))
    session.execute('UPDATE course SET "instructorId" = 2')
    session.commit()
    session.execute("DELETE FROM main.users WHERE id = 1")
    session.commit()
    assert rows(session, 'SELECT "userId" FROM course_content_progress') == [(2,)]
    assert one(session, "SELECT count(*) FROM quiz_attempt_answer") == 0
    assert keys_are_right(session)


def test_deleting_a_content_frees_its_keys(connect: Connect) -> None:
    session = connect()
    session.execute(PROGRESS, (1, 1, MARCH))
    session.commit()
    session.execute("DELETE FROM course_content WHERE id = 1")
    session.commit()
    assert one(session, "SELECT count(*) FROM course_content_progress") == 0
    assert keys_are_right(session)


def test_deleting_an_attempt_still_takes_its_answers(connect: Connect) -> None:
    session = connect()
    attempt = session.execute(ATTEMPT, (1, MARCH)).fetchone()
    assert attempt
    session.execute(ANSWER, (attempt[0], MARCH, 1, "x", APRIL))
    session.commit()
    session.execute("DELETE FROM quiz_attempt")
    session.commit()
    assert one(session, "SELECT count(*) FROM quiz_attempt_answer") == 0
    assert keys_are_right(session)


def test_a_row_can_be_replaced_in_one_statement(connect: Connect) -> None:
    session = connect()
    session.execute(PROGRESS, (1, 1, MARCH))
    session.execute(
        """
        WITH gone AS (DELETE FROM course_content_progress RETURNING "contentId", "userId")
        INSERT INTO course_content_progress ("contentId", "userId", "createdAt") SELECT *, '2031-04-01' FROM gone
        """
    )
    session.commit()
    assert place(session, "course_content_progress") == ["course_content_progress_2031_04"]
    assert keys_are_right(session)


def test_emptying_a_table_frees_its_keys(connect: Connect) -> None:
    session = connect()
    session.execute(ATTEMPT, (1, MARCH))
    session.commit()
    session.execute("TRUNCATE quiz_attempt CASCADE")
    session.execute(ATTEMPT, (1, APRIL))
    session.commit()
    assert keys_are_right(session)


def test_an_enrollment_and_its_certificate_can_be_deleted_from_either_side(connect: Connect) -> None:
    session = connect()
    session.execute(
        """
        INSERT INTO training_program (title, "instructorId") VALUES ('P', 2);
        INSERT INTO training_program_enrollment ("trainingProgramId", "userId") VALUES (1, 1), (1, 2);
        INSERT INTO certificate ("trainingProgramId", "userId", "enrollmentId", "certificateNumber")
        VALUES (1, 1, 1, 'one'), (1, 2, 2, 'two');
        UPDATE training_program_enrollment SET "certificateId" = id;
        DELETE FROM certificate WHERE id = 1;
        DELETE FROM training_program_enrollment WHERE id = 2;
        """
    )
    assert rows(session, 'SELECT id, "certificateId" FROM training_program_enrollment') == [(1, None)]
    assert one(session, "SELECT count(*) FROM certificate") == 0


# ── time ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_default_timestamp_is_utc_in_every_session(connect: Connect) -> None:
    session = connect()
    session.execute("SET timezone = 'Pacific/Kiritimati'")
    session.execute('INSERT INTO course_content_progress ("contentId", "userId") VALUES (1, 1)')
    apart = one(session, """SELECT "createdAt" - (now() AT TIME ZONE 'UTC') FROM course_content_progress""")
    assert apart.total_seconds() == 0

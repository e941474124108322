"""Learners at work in a tenant while it is published to: `python -m benchmarks.learners`.

Four learners, each with a connection, in a process of their own, take one quiz after the other: they read its
questions and options, record an attempt with an answer to every question, note their progress on the content
and read it back, in one transaction through the owner's tables, keys and triggers; then they pause for 20 ms.
Meanwhile, in the same tenant,

- a big bundle is published: every question is worded anew and back, which updates the very rows that the
  learners' records refer to, and then all of it is published once more as another bundle, 110,000 new rows;
- a small change is published: one quiz, over and over. The plan is made anew each time.

PostgreSQL, the publisher and the learners share two cores, so learners are slower beside whatever computes.
The control is a process that does nothing but compute, on one core: as much as a publish takes, which either
computes or waits for the server to. What is slower than beside that is the publish's doing: its rows go
through the same buffers, the same log and the same disk. Half as slow again is taken for the limit, because
that still is no wait for a lock, which would last until COMMIT. The server itself counts such waits, from
1 ms on: `log_lock_waits`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread

import psycopg
from psycopg import sql

from benchmarks import schools
from benchmarks.publish import generated
from benchmarks.schools import Server, publish_one, scaled
from benchmarks.table import Ratio, markdown
from loaders.tenants.tenant import Tenant
from pipeline.publishing import Opened, opened
from schemas.steps import heard

LEARNERS = 4
PAUSE = 0.02
SECONDS = max(3.0, 20 * schools.SCALE)
BESIDE_COMPUTING = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What learners met: seconds of each transaction, what failed, how many waits for a lock."""

    seconds: list[float]
    failures: list[str]
    waits: int

    def percentile(self, percent: int) -> float:
        return quantiles(self.seconds, n=100)[percent - 1]

    def __str__(self) -> str:
        times = (f"p{percent} {1000 * self.percentile(percent):.1f} ms" for percent in (50, 99))
        return f"{', '.join(times)} of {len(self.seconds):,}"


def run() -> list[Ratio]:
    with schools.server() as postgres:
        return _measured(postgres)


def _measured(postgres: Server) -> list[Ratio]:
    bundle = generated(courses=scaled(20))
    path = schools.written(bundle, Path("first"))
    quizzes = sorted(quiz.relative_to(path) for quiz in path.rglob("*.quiz.yaml"))
    paths = (
        path,
        schools.edited(path, Path("reworded"), quizzes, "is right?", "is true?"),
        schools.edited(path, Path("one-quiz"), quizzes[:1], "is right?", "is true?"),
        schools.written(replace(bundle, key="other"), Path("other")),
    )
    (tenant,) = schools.migrated(postgres, ["school"])
    _enrol(tenant)
    with ExitStack() as stack, heard(lambda _: None):
        first, reworded, one_quiz, other = (stack.enter_context(opened(path)) for path in paths)
        publish_one(first, tenant)
        assert _beside(postgres, tenant, lambda: _lock_out(tenant)).waits, "a wait for a lock is counted"
        alone = _beside(postgres, tenant, lambda: time.sleep(SECONDS))
        computing = _beside(postgres, tenant, _compute)
        big = _beside(postgres, tenant, lambda: _publish(tenant, reworded, first, other))
        small = _beside(postgres, tenant, lambda: _publish_on(tenant, one_quiz, first))
    context = f"alone {alone}; beside a core that computes {computing}"
    return [
        *_slowdown("a big publish", big, computing, context),
        *_slowdown("small publishes", small, computing, context),
        Ratio(
            "learners' transactions that failed or waited 1 ms for a lock, beside both",
            len([*big.failures, *small.failures]) + big.waits + small.waits,
            0,
            unit="",
            note=f"of {len(big.seconds) + len(small.seconds):,}; without a publish {alone.waits} waited"
            + "".join(set(big.failures + small.failures)),
        ),
    ]


def _slowdown(beside: str, met: Load, computing: Load, context: str) -> Iterator[Ratio]:
    for percent in (50, 99):
        yield Ratio(
            f"learners beside {beside} ÷ beside a core that computes, p{percent}",
            met.percentile(percent) / computing.percentile(percent),
            BESIDE_COMPUTING,
            note=f"{met}; {context}",
        )


# ── what goes on beside them ─────────────────────────────────────────────────────────────────────


def _publish(tenant: Tenant, *bundles: Opened) -> None:
    for bundle in bundles:
        publish_one(bundle, tenant)


def _publish_on(tenant: Tenant, *bundles: Opened) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        _publish(tenant, *bundles)


def _lock_out(tenant: Tenant) -> None:
    """What no publish does."""
    lock = sql.SQL("LOCK TABLE {}").format(sql.Identifier(tenant.schema, "quiz_attempt"))
    with psycopg.connect(tenant.dsn) as connection:
        connection.execute(lock)
        time.sleep(0.5)


def _compute() -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        sum(range(10_000))


def _beside(postgres: Server, tenant: Tenant, work: Callable[[], None]) -> Load:
    """What learners meet while `work` goes on in this process."""
    log = postgres.place / "log"
    before = log.stat().st_size
    with _learners(tenant) as (stop, told):
        work()
        stop()
        found = json.loads(told())
    said = log.read_bytes()[before:].decode()
    return Load(seconds=found["seconds"], failures=found["failures"], waits=said.count(" still waiting for "))


@contextmanager
def _learners(tenant: Tenant) -> Iterator[tuple[Callable[[], None], Callable[[], str]]]:
    """A process of learners at work: how to stop them, and how to have what they tell."""
    command = [sys.executable, "-m", "benchmarks.learners", tenant.dsn, tenant.schema]
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None
        assert stdout is not None
        assert stdout.readline() == "at work\n"
        yield stdin.close, stdout.read


# ── learners, in a process of their own ──────────────────────────────────────────────────────────


def _enrol(tenant: Tenant) -> None:
    """The learners, and this month's partitions, which the first rows would have to make."""
    with psycopg.connect(tenant.dsn) as connection:
        connection.execute(
            "INSERT INTO main.users (email) SELECT 'learner-' || n FROM generate_series(1, %s) AS n",
            (LEARNERS,),
        )
        for table in ("course_content_progress", "quiz_attempt", "quiz_attempt_answer"):
            function = sql.Identifier(tenant.schema, f"prepare_{table}_partitions")
            connection.execute(sql.SQL("SELECT {}()").format(function))


_QUIZZES = """
    SELECT d."quizId" AS quiz, d."contentId" AS content, u.id AS user
    FROM {s}.course_content_detail AS d, main.users AS u
    WHERE d."quizId" IS NOT NULL AND u.email = %s ORDER BY d.id
"""
_TAKE_ONE = (
    """SELECT q.id, q.question, o.id, o.option_text FROM {s}.quiz_question AS q
        JOIN {s}.quiz_question_option AS o ON o."questionId" = q.id WHERE q."quizId" = %(quiz)s""",
    """WITH attempt AS (
        INSERT INTO {s}.quiz_attempt ("quizId", "userId", "attemptNumber", score)
        SELECT %(quiz)s, %(user)s, 1 + count(*), 50 FROM {s}.quiz_attempt
        WHERE "quizId" = %(quiz)s AND "userId" = %(user)s RETURNING id, "createdAt")
    INSERT INTO {s}.quiz_attempt_answer ("attemptId", "attemptCreatedAt", "questionId", "selectedOptionId")
        SELECT attempt.id, attempt."createdAt", q.id, (
            SELECT min(id) FROM {s}.quiz_question_option WHERE "questionId" = q.id)
        FROM attempt, {s}.quiz_question AS q WHERE q."quizId" = %(quiz)s""",
    """WITH known AS (
        UPDATE {s}.course_content_progress SET "timeSpent" = "timeSpent" + 7
        WHERE "contentId" = %(content)s AND "userId" = %(user)s RETURNING id)
    INSERT INTO {s}.course_content_progress ("contentId", "userId", status)
        SELECT %(content)s, %(user)s, 'in_progress' WHERE NOT EXISTS (SELECT FROM known)""",
    """SELECT status, "timeSpent" FROM {s}.course_content_progress
        WHERE "contentId" = %(content)s AND "userId" = %(user)s""",
)


class _Learners:
    """Threads that learn until somebody stops them."""

    def __init__(self, dsn: str, schema: str) -> None:
        self.seconds: list[float] = []
        self.failures: list[str] = []
        self._dsn, self._schema = dsn, sql.Identifier(schema)
        self._stop = Event()
        self._threads = [Thread(target=self._learn, args=(number,)) for number in range(1, LEARNERS + 1)]

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _learn(self, number: int) -> None:
        """All begin with the same quiz: the one that the small publish changes is among their first."""
        take_one = [sql.SQL(text).format(s=self._schema) for text in _TAKE_ONE]
        options = "-c log_lock_waits=on -c deadlock_timeout=1ms"
        with psycopg.connect(self._dsn, options=options) as connection:
            find = sql.SQL(_QUIZZES).format(s=self._schema)
            quizzes = connection.execute(find, (f"learner-{number}",)).fetchall()
            connection.commit()
            taken = 0
            while not self._stop.wait(PAUSE):
                quiz, content, user = quizzes[taken % len(quizzes)]
                began = time.perf_counter()
                try:
                    for statement in take_one:
                        connection.execute(statement, {"quiz": quiz, "content": content, "user": user})
                    connection.commit()
                except psycopg.Error as error:
                    self.failures.append(str(error))
                    connection.rollback()
                self.seconds.append(time.perf_counter() - began)
                taken += 1


def _learn_until_told() -> None:
    learners = _Learners(sys.argv[1], sys.argv[2])
    learners.begin()
    print("at work", flush=True)
    sys.stdin.read()
    learners.end()
    json.dump({"seconds": learners.seconds, "failures": learners.failures}, sys.stdout)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print(markdown(run()))
    else:
        _learn_until_told()

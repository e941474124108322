r"""A million enrolments as CSV, against `psql \copy` of the very same query on the same server.

The server does the same work for both, so this measures what the client adds. Both write to a file; runs
alternate, and the fastest of five counts: noise only ever adds.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.table import Ratio, markdown
from exporters import records as writer
from loaders.embedded import server
from loaders.records import stream as records
from loaders.records.query import rows_query
from loaders.tenants.connect import connect
from loaders.tenants.migrate import migrate
from loaders.tenants.tenant import Tenant
from schemas.records import ENROLLMENTS, Selection

ROWS = 1_000_000
USERS = 200_000
ROUNDS = 5


def run() -> list[Ratio]:
    with tempfile.TemporaryDirectory(prefix="coursewright-records-") as place:
        folder = Path(place)
        dsn = server.ensure_local(folder / "postgres")
        try:
            return _measured(_filled(dsn), folder)
        finally:
            server.stop(folder / "postgres")


def _measured(tenant: Tenant, folder: Path) -> list[Ratio]:
    query = _query_text(tenant)
    ours, theirs = _alternating(
        lambda: _export(tenant, folder / "ours.csv"), lambda: _psql(tenant, query, folder / "psql.csv")
    )
    size = (folder / "ours.csv").stat().st_size / 1e6
    with (folder / "ours.csv").open("rb") as written:
        assert sum(1 for _ in written) == ROWS + 1, "every row was written"
    return [
        Ratio(
            f"CSV of {ROWS:,} enrolments ÷ psql \\copy",
            ours / theirs,
            1.15,
            note=f"{ours:.2f} s, {ROWS / ours / 1000:.0f},000 rows/s, {size:.0f} MB",
        ),
        Ratio("peak memory of that export", _peak_memory(tenant, folder), 150, unit="MB"),
    ]


def _alternating(first: Callable[[], None], second: Callable[[], None]) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for job, taken in zip((first, second), times, strict=True):
            start = time.perf_counter()
            job()
            taken.append(time.perf_counter() - start)
    return min(times[0]), min(times[1])


def _export(tenant: Tenant, output: Path) -> None:
    with connect(tenant) as connection, output.open("wb") as out:
        writer.write(ENROLLMENTS, records.stream(connection, tenant, ENROLLMENTS, Selection()), out)


def _query_text(tenant: Tenant) -> str:
    with connect(tenant) as connection:
        query = rows_query(connection, tenant, ENROLLMENTS, Selection(), raw=False)
        return " ".join(query.as_string(connection).split("\n"))


def _psql(tenant: Tenant, query: str, output: Path) -> None:
    program = server._programs() / "psql"  # noqa: SLF001  the one beside the embedded server
    command = f"\\copy ({query}) TO '{output}' (FORMAT csv, HEADER)"
    subprocess.run([program, "-X", "-q", tenant.dsn, "-c", command], check=True)


def _peak_memory(tenant: Tenant, folder: Path) -> float:
    """MB of the whole process: a fresh one, since a peak never falls."""
    arguments = [sys.executable, "-m", "benchmarks.records", tenant.dsn, str(folder / "memory.csv")]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)
    return float(done.stdout)


def _tenant(dsn: str) -> Tenant:
    return Tenant(name="benchmark", dsn=dsn, schema="benchmark", media="")


# ── the data ─────────────────────────────────────────────────────────────────────────────────────

_FILL = """
INSERT INTO main.users (email, name)
    SELECT 'learner' || n || '@example.org',
        CASE WHEN n % 10 = 0 THEN 'Ünal, Zoë ' ELSE 'Anna Example ' END || n
    FROM generate_series(1, {users}) n;
INSERT INTO {schema}.training_program (title, "instructorId")
    SELECT 'Program ' || n || ': first aid, for everyone', 1 FROM generate_series(1, {programs}) n;
INSERT INTO {schema}.coursewright_bundle (key, title) VALUES ('catalogue', 'Catalogue');
INSERT INTO {schema}.coursewright_item ("parentId", "rowId", kind, key)
    SELECT 1, id, 'p', 'program-' || id FROM {schema}.training_program;
INSERT INTO {schema}.training_program_enrollment
    ("trainingProgramId", "userId", status, "progressPercentage", "enrolledAt", "startedAt", "lastAccessedAt",
     "completedAt")
    SELECT n % {programs} + 1, n / {programs} + 1,
        (CASE WHEN n % 3 = 0 THEN 'completed' ELSE 'in_progress' END)::{schema}.enrollment_status_enum,
        n % 101, day, day + interval '1 hour', day + interval '9 days 3 microseconds',
        CASE WHEN n % 3 = 0 THEN day + interval '9 days' END
    FROM generate_series(0, {rows} - 1) n,
        LATERAL (SELECT timestamp '2025-01-01' + n * interval '9 seconds' AS day) days;
"""


def _filled(dsn: str) -> Tenant:
    tenant = _tenant(dsn)
    migrate(tenant, bootstrap=True)
    fill = sql.SQL(_FILL).format(
        schema=sql.Identifier(tenant.schema),
        users=sql.Literal(USERS),
        programs=sql.Literal(ROWS // USERS),
        rows=sql.Literal(ROWS),
    )
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(fill)
        connection.execute("VACUUM ANALYZE")
    return tenant


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print(markdown(run()))
    else:
        _export(_tenant(sys.argv[1]), Path(sys.argv[2]))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)

"""The bundle of 110,000 rows for 50 tenants of one database: `python -m benchmarks.fleet`.

All goes the way of `coursewright publish --all`, with as many jobs as by default, to the embedded server,
which shares the cores with us. What is compared is wall-clock time a tenant: of all tenants together from
asking who is behind to the last COMMIT, divided by their number; of those that are published to alone, one
after the other, from comparing to COMMIT, the median. Before that, for both, the bundle is read; the fleet
also takes a digest of it then, once for all tenants, which the notes tell and the ratios leave out.

The bare `INSERT … SELECT` copies the eight content tables of a tenant that was published to, ids and all,
into an empty tenant with the same indexes, foreign keys and triggers, and commits; one tenant after the
other. Enums go through text, because each tenant has types of its own. Our comparison, ids, mapping and
history are extra work that it does not have, and several jobs are what it does not have either, so the
note tells what one takes.

One changed quiz is published to ten of the tenants and then to the others, there and back five times. What
is done once for a run does not grow with the tenants (the bundle is packed to be kept, 0.8 s of one core),
so from the two figures we have what each further tenant takes, and what a tenant's share is in a thousand:
that many of this size would fill 50 GB.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

import psycopg
from psycopg import sql

from benchmarks import schools
from benchmarks.publish import generated
from benchmarks.schools import Server, Spent, publish_alone, publish_to_all, scaled
from benchmarks.table import Ratio, markdown
from loaders.content.rows.tables import DETAIL, ITEMS
from loaders.content.standing import target
from loaders.tenants.connect import Connection
from loaders.tenants.tenant import Tenant

TENANTS = scaled(50)
FEW = scaled(10)
ALONE = 5
JOBS = 4  # as by default
_TABLES = [*(table.name for table in ITEMS.values()), DETAIL.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one tenant takes, in seconds: `first` by the number of jobs, `edit` without what is done once.

    `edit_of_others` has it: seconds a tenant, when the quiz is published to the others.
    """

    rows: int
    digest: float
    alone: float
    bare: float
    first: Mapping[int, Spent]
    edit: Spent
    once: float
    edit_of_others: float


def run() -> list[Ratio]:
    with schools.server() as postgres:
        found = _measured(postgres)
    return [*_first(found), _edit(found)]


def _measured(postgres: Server) -> Found:
    content = generated(courses=scaled(20))
    bundle = schools.written(content, Path("bundle"))
    quiz = Path("courses/course-01/quiz-035.quiz.yaml")
    changed = schools.edited(bundle, Path("changed"), [quiz], "Question 2: which", "Question 2: say which")
    names = (f"school_{number:03}" for number in range(1 + ALONE + 3 * FEW + TENANTS))
    source, *tenants = schools.migrated(postgres, list(names))
    publish_alone(postgres, bundle, source)  # which imports what there is to import, too
    alone, few, fewer, bare, many = _parts(tenants, ALONE, FEW, FEW, FEW, TENANTS)

    def fleet(path: Path, to: Sequence[Tenant], jobs: int = JOBS) -> Spent:
        return publish_to_all(postgres, path, to, jobs=jobs)

    began = time.perf_counter()
    target(content)
    digest = time.perf_counter() - began
    first = {
        JOBS: fleet(bundle, many).each_of(TENANTS),
        1: fleet(bundle, few, 1).each_of(FEW),
        2: fleet(bundle, fewer, 2).each_of(FEW),
    }
    edits = [
        (fleet(path, many[:FEW]), fleet(path, many[FEW:]))
        for path in (changed, bundle, changed, bundle, changed)
    ]
    of_few, of_others = map(_middle, zip(*edits, strict=True))
    edit, once = _without_once(of_few, of_others)
    return Found(
        rows=_rows(source),
        digest=digest,
        alone=median(publish_alone(postgres, bundle, tenant).wall for tenant in alone),
        bare=_insert_select(postgres, source, bare),
        first=first,
        edit=edit,
        once=once,
        edit_of_others=of_others.wall / (TENANTS - FEW),
    )


def _middle(taken: Sequence[Spent]) -> Spent:
    return Spent(
        wall=median(each.wall for each in taken),
        ours=median(each.ours for each in taken),
        server=median(each.server for each in taken),
    )


def _without_once(few: Spent, others: Spent) -> tuple[Spent, float]:
    """What each further tenant took, and the seconds that the number of tenants does not change."""
    more = TENANTS - FEW - FEW
    each = Spent(
        wall=(others.wall - few.wall) / more,
        ours=(others.ours - few.ours) / more,
        server=(others.server - few.server) / more,
    )
    assert each.wall > 0, "something else took more time than the tenants: measure on a quiet machine"
    return each, few.wall - FEW * each.wall


def _parts(tenants: Sequence[Tenant], *sizes: int) -> Iterator[Sequence[Tenant]]:
    for size in sizes:
        yield tenants[:size]
        tenants = tenants[size:]


def _first(found: Found) -> list[Ratio]:
    fleet = found.first[JOBS]
    what = f"{found.rows:,} rows to {TENANTS} tenants, a tenant's share"
    by_jobs = ", ".join(f"{jobs}: {taken}" for jobs, taken in sorted(found.first.items()))
    return [
        Ratio(
            f"{what} ÷ publishing to one alone",
            fleet.wall / found.alone,
            0.6,
            note=f"{fleet.wall:.2f} s against {found.alone:.2f} s; digest, once: {found.digest:.2f} s",
        ),
        Ratio(
            f"{what} ÷ bare INSERT … SELECT of them",
            fleet.wall / found.bare,
            2.0,
            note=f"{fleet.wall:.2f} s against {found.bare:.2f} s; by jobs: {by_jobs}",
        ),
    ]


def _edit(found: Found) -> Ratio:
    share = found.edit.wall + found.once / 1000
    return Ratio(
        f"one quiz of it changed, a tenant's share in 1,000 ÷ first publish to {TENANTS}",
        share / found.first[JOBS].wall,
        0.02,
        note=f"each further tenant {found.edit}, once {found.once:.2f} s;"
        f" with {TENANTS - FEW} tenants, all counted: {found.edit_of_others:.3f} s",
    )


# ── the peer ─────────────────────────────────────────────────────────────────────────────────────


def _rows(tenant: Tenant) -> int:
    """Of the content tables."""
    counts = sql.SQL(" + ").join(
        sql.SQL("(SELECT count(*) FROM {})").format(sql.Identifier(tenant.schema, table)) for table in _TABLES
    )
    with psycopg.connect(tenant.dsn) as connection:
        (rows,) = connection.execute(sql.SQL("SELECT {}").format(counts)).fetchone() or (0,)
        return int(rows)


def _insert_select(postgres: Server, source: Tenant, into: Sequence[Tenant]) -> float:
    """Seconds a tenant."""
    postgres.run("CHECKPOINT")
    return mean(_copied(source, tenant) for tenant in into)


def _copied(source: Tenant, tenant: Tenant) -> float:
    with psycopg.connect(tenant.dsn) as connection:
        statements = [_statement(connection, source.schema, tenant.schema, table) for table in _TABLES]
        began = time.perf_counter()
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        return time.perf_counter() - began


_COLUMNS = """
    SELECT attname, CASE typtype WHEN 'e' THEN typname END
    FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
"""


def _statement(connection: Connection, source: str, schema: str, table: str) -> sql.Composed:
    columns = connection.execute(_COLUMNS, (f"{schema}.{table}",)).fetchall()
    names = [sql.Identifier(name) for name, _ in columns]
    values = [
        sql.SQL("{}::text::{}").format(name, sql.Identifier(schema, enum)) if enum else name
        for name, (_, enum) in zip(names, columns, strict=True)
    ]
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
        sql.Identifier(schema, table),
        sql.SQL(", ").join(names),
        sql.SQL(", ").join(values),
        sql.Identifier(source, table),
    )


if __name__ == "__main__":
    print(markdown(run()))

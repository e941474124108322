"""Others at work at the same time, and other tenants beside: nobody mixes with anybody."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psycopg
from psycopg import sql

from loaders.tenants.migrate import migrate
from loaders.tenants.tenant import Tenant
from tests.faults.judge import complete, judge
from tests.faults.kills import side_by_side
from tests.faults.place import HASTE, SCHOOLS, Ground, Place, clean
from tests.faults.publisher import Fault
from tests.faults.servers import pooled
from tests.faults.state import states
from tests.faults.tally import Tally

_NEIGHBOURS = 20
_ROLE = "faults_publisher"
_PATIENT = {**HASTE, "pipeline.fleet.retrying:FIRST_SECONDS": 0.5}
_HOLDER = re.compile(r"being published right now by .*process \d+")


def together(ground: Ground, rounds: int, publishers: int, *, versions: tuple[int, ...] = (2,)) -> Tally:
    """Several publishers begin at once, with one version of the bundle or with several.

    What stands at the end is one of them, whole; whoever was told to be published was, in some order.
    """
    several = len(versions) > 1
    tally = Tally(
        "P6", f"{publishers} publishers at once, {'different versions' if several else 'the same bundle'}"
    )
    for version in versions:
        clean(ground, version)
    waited = [0]

    def one(place: Place, _: int) -> None:
        began = time.monotonic()
        runs = []
        for number in range(publishers):
            folder = place.folder / f"publisher-{number}"
            folder.mkdir(exist_ok=True)
            version = versions[number % len(versions)]
            runs.append(place.publish(version, fault=Fault(settings=_PATIENT), folder=folder))
        codes = [run.end() for run in runs]
        said = [str(run.events) for run in runs]
        with tally.counting():
            tally.seconds.append(time.monotonic() - began)
            tally.wrong += [f"a deadlock came up: {text[-500:]}" for text in said if "40P01" in text]
            waited[0] += sum(bool(_HOLDER.search(text)) for text in said)
            if not any(code == 0 for code in codes):
                tally.wrong.append(f"nobody came through: {said[0][-500:]}")
        if several:
            _judge_several(tally, place, versions)
        else:
            judge(tally, place, runs[0], codes[0], whom=())  # what one was refused, another has done
            complete(tally, place)

    side_by_side(ground, rounds, one)
    tally.note = f"{waited[0]} publishers were told who holds the lock"
    return tally


def _judge_several(tally: Tally, place: Place, versions: tuple[int, ...]) -> None:
    """Later versions were written onto earlier ones, so the live content is compared, not archived rows."""
    after = place.look()
    with tally.counting():
        tally.injected += 1
        tally.tenants += len(SCHOOLS)
    for name, tenant in zip(SCHOOLS, place.tenants(), strict=True):
        found = _published(tenant)
        whole = any(found == _read(place.ground, version) for version in versions)
        before = place.ground.before[name]
        with tally.counting():
            tally.half += not whole
            tally.learners += after[name].learners != before.learners
            tally.lost += len(before.rows - after[name].rows)
            tally.dangling += len(after[name].keys - place.stored())


def _published(tenant: Tenant) -> object:
    from tests.faults.bundles import KEY
    from tests.publishing import published

    return published(tenant, KEY)


def _read(ground: Ground, version: int) -> object:
    """What a clean publish of that version reads back as."""
    from pipeline import publishing

    with publishing.opened(ground.bundle(version)) as bundle:
        return bundle.reading.bundle


# ── other tenants ────────────────────────────────────────────────────────────────────────────────


def apart(ground: Ground, rounds: int, *, pooler: Path | None = None) -> Tally:
    """20 tenants of one database: publishing to one changes none of the others, nor is a search path ever set.

    The account may use the schemas of the first only in every second round. With a folder for a `pooler`, all
    go through PgBouncer in transaction mode.
    """
    tally = Tally("P7", f"publish beside {_NEIGHBOURS} tenants{', behind PgBouncer' if pooler else ''}")
    database = "neighbours"
    names = [f"town_{n:02}" for n in range(_NEIGHBOURS)]
    with (
        _town(ground, database, names) as place,
        pooled(ground.postgres, pooler) if pooler else nullcontext(0) as port,
    ):
        if port:
            place.dsn = ground.postgres.network(database, "127.0.0.1", port)
        log = len(ground.postgres.log())
        for number in range(rounds):
            _round(tally, place, names, number)
        said = ground.postgres.log()[log:]
    statements = [line for line in said.splitlines() if "|coursewright|" in line]
    if paths := [line for line in statements if "search_path" in line]:
        tally.wrong += paths[:3]
    tally.note = f"{len(statements):,} lines of the server's statement log without a search_path"
    return tally


def _round(tally: Tally, place: Place, names: list[str], number: int) -> None:
    chosen = names[number % len(names)]
    with place.connect() as connection:
        before = states(connection, names)
        run = place.publish(1 + number // len(names) % 2, whom=("--tenant", chosen))
        code = run.end()
        after = states(connection, names)
    touched = [name for name in names if name != chosen and before[name].exact != after[name].exact]
    tally.injected += 1
    tally.tenants += len(names)
    tally.half += len(touched)
    if code or before[chosen].exact == after[chosen].exact:
        tally.wrong.append(f"{chosen} was not published: {run.complaints} {run.events[-2:]}")


@contextmanager
def _town(ground: Ground, database: str, names: list[str]) -> Iterator[Place]:
    """A database of many tenants, whose every statement is logged."""
    folder = ground.folder / database
    folder.mkdir(exist_ok=True)
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
    with ground.postgres.connect() as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        connection.execute(f"ALTER DATABASE {database} SET log_statement = 'all'".encode())
    dsn = ground.postgres.dsn(database)
    with psycopg.connect(dsn) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    for name in names:
        migrate(Tenant(name=name, dsn=dsn, schema=name, media=""), bootstrap=True)
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "INSERT INTO main.users (email) VALUES ('anna@example.com'), ('ben@example.com'), ('ops@example.com')"
        )
    place = Place(
        ground=ground, folder=folder, database=database, media=str(folder / "media"), schemas="town_*"
    )
    yield place
    with ground.postgres.connect() as connection:
        connection.execute(drop)

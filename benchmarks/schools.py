"""Many tenants of one database, and publishing to them by the same way as `coursewright publish --all`.

`BENCH_SCALE=0.1` makes all of it smaller, for whoever works on a benchmark; the limits are meant for 1.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import psutil
import psycopg

from exporters import bundle as writer
from loaders.embedded.server import ensure_local, stop
from loaders.tenants.migrate import migrate
from loaders.tenants.tenant import Tenant
from pipeline import publishing
from pipeline.archives import open_sink
from pipeline.fleet import publish as fleet
from pipeline.fleet.run import End, Limits, News
from pipeline.fleet.selection import Wave
from schemas.model import Bundle
from schemas.steps import heard

SCALE = float(os.environ.get("BENCH_SCALE", "1"))
PUBLISHER = "publisher@example.org"
_MADE_TOGETHER = 5
_SETTLING = 0.5  # seconds until the server has taken leave of processes whose connections were just closed


def scaled(number: int, least: int = 2) -> int:
    return max(least, round(number * SCALE))


@dataclass(frozen=True, slots=True)
class Server:
    """An embedded PostgreSQL with its own settings, in `place`."""

    dsn: str
    place: Path

    def run(self, *statements: str) -> None:
        """Outside of any transaction."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def cpu(self) -> float:
        """CPU seconds that its processes have used, those that ended included."""
        first = psutil.Process(int((self.place / "data/postmaster.pid").read_text().split()[0]))
        times = first.cpu_times()
        spent = times.user + times.system + times.children_user + times.children_system
        for child in first.children():
            try:
                spent += sum(child.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue
        return float(spent)


@contextmanager
def server() -> Iterator[Server]:
    """The server lives in a folder of its own, which is the current one as well: runs are recorded there."""
    with tempfile.TemporaryDirectory(prefix="coursewright-bench-") as folder, chdir(folder):
        place = Path(folder) / "postgres"
        try:
            yield Server(ensure_local(place), place)
        finally:
            stop(place)


# ── tenants ──────────────────────────────────────────────────────────────────────────────────────


def migrated(postgres: Server, names: Sequence[str]) -> list[Tenant]:
    """Empty tenants, each a schema of the one database, in which the publisher is known.

    A tenant's foreign keys put 146 triggers on `main.users`, and PostgreSQL loads all that there are after
    each one it adds: the thousandth tenant would take many seconds. So a few at a time get a table of users
    of their own, and the foreign keys of all are led to one table at the end.
    """
    tenants = [Tenant(name=n, dsn=postgres.dsn, schema=n, media=f"media/{n}") for n in names]
    postgres.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    for number, tenant in enumerate(tenants):
        if number and number % _MADE_TOGETHER == 0:
            postgres.run(f"ALTER TABLE main.users RENAME TO users_{number}")
        migrate(tenant, bootstrap=True)
    postgres.run("SET allow_system_table_mods = on", _ONE_TABLE_OF_USERS)
    others = range(_MADE_TOGETHER, len(tenants), _MADE_TOGETHER)
    postgres.run(
        *(f"DROP TABLE main.users_{number}" for number in others),
        f"INSERT INTO main.users (email) VALUES ('{PUBLISHER}')",
        "VACUUM ANALYZE pg_trigger, pg_constraint, pg_depend, pg_class, pg_attribute",
        "ALTER SYSTEM RESET fsync",
        "SELECT pg_reload_conf()",
        "CHECKPOINT",
    )
    return tenants


_ONE_TABLE_OF_USERS = r"""
BEGIN;
CREATE TEMPORARY TABLE twin ON COMMIT DROP AS
    SELECT indrelid AS old, indexrelid AS old_key, kept.relation AS one, kept.key AS one_key
    FROM pg_index JOIN pg_class ON pg_class.oid = indrelid, LATERAL (
        SELECT indrelid AS relation, indexrelid AS key FROM pg_index
        WHERE indrelid = 'main.users'::regclass AND indisprimary) AS kept
    WHERE relnamespace = 'main'::regnamespace AND relname LIKE 'users\_%' AND indisprimary;
ANALYZE twin;
UPDATE pg_constraint SET confrelid = one, conindid = one_key FROM twin WHERE confrelid = old;
UPDATE pg_trigger SET tgrelid = one FROM twin WHERE tgrelid = old;
UPDATE pg_trigger SET tgconstrrelid = one FROM twin WHERE tgconstrrelid = old;
UPDATE pg_trigger SET tgconstrindid = one_key FROM twin WHERE tgconstrindid = old_key;
UPDATE pg_depend SET refobjid = one FROM twin
    WHERE refclassid = 'pg_class'::regclass AND refobjid = old
    AND classid = 'pg_constraint'::regclass AND deptype = 'n'; -- its own constraints depend on it as parts
UPDATE pg_depend SET refobjid = one_key FROM twin
    WHERE refclassid = 'pg_class'::regclass AND refobjid = old_key AND deptype = 'n';
COMMIT
"""


# ── bundles ──────────────────────────────────────────────────────────────────────────────────────


def written(bundle: Bundle, folder: Path) -> Path:
    """The bundle as files; it has no media."""
    with open_sink(folder) as sink:
        writer.write(bundle, _NoFiles(), sink)
    return folder


class _NoFiles:
    def open(self, name: str) -> BinaryIO:
        raise KeyError(name)


def edited(folder: Path, copy: Path, quizzes: Iterable[Path], old: str, new: str) -> Path:
    """A copy of a bundle in which these of its files say `new` for `old`."""
    shutil.copytree(folder, copy)
    for quiz in quizzes:
        text = (folder / quiz).read_text()
        assert old in text, quiz
        (copy / quiz).write_text(text.replace(old, new))
    return copy


# ── publishing ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds: by the clock, of this process's CPU, of the server's."""

    wall: float
    ours: float
    server: float

    def each_of(self, number: int) -> Spent:
        """What one of so many tenants took."""
        return Spent(wall=self.wall / number, ours=self.ours / number, server=self.server / number)

    def __str__(self) -> str:
        return f"{self.wall:.3f} s (CPU {self.ours:.3f} s here, {self.server:.3f} s in the server)"


def spent(postgres: Server, work: Callable[[], object]) -> Spent:
    wall, ours, theirs = time.perf_counter(), time.process_time(), postgres.cpu()
    work()
    wall, ours = time.perf_counter() - wall, time.process_time() - ours
    time.sleep(_SETTLING)
    return Spent(wall=wall, ours=ours, server=postgres.cpu() - theirs)


publish_one = partial(publishing.publish, user=PUBLISHER, dry_run=False, show=lambda _: None)


def publish_alone(postgres: Server, path: Path, tenant: Tenant) -> Spent:
    """To one tenant, from comparing to the answer to COMMIT. The bundle is read before."""
    with publishing.opened(path) as bundle, heard(lambda _: None):
        postgres.run("CHECKPOINT")
        return spent(postgres, lambda: publish_one(bundle, tenant))


def publish_to_all(
    postgres: Server, path: Path, tenants: Sequence[Tenant], *, jobs: int | None = None
) -> Spent:
    """To all of them, from asking who is behind to the last COMMIT. The bundle is read before."""
    ends: Counter[End] = Counter()

    def tell(news: News) -> None:
        assert news.end != "failed", news.text
        ends.update([news.end] if news.end else [])

    with fleet.opened([path], [Wave(name="", tenants=tuple(tenants))]) as job:
        postgres.run("CHECKPOINT")
        taken = spent(
            postgres, lambda: fleet.publish(job, publish_one, Limits(jobs=jobs), tell, dry_run=False)
        )
    assert ends == {"done": len(tenants)}, ends
    return taken

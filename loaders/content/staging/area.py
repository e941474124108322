"""The staging areas of a run over many tenants: made when needed, kept while it lasts, swept up after it.

A run holds an advisory lock on what it staged, in a transaction that stays open as long as the run. So what
a killed run left is told from what another one uses: nobody holds its lock. No clock decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from itertools import groupby
from threading import Event, Lock, Thread
from typing import Final, Self

import psycopg
from psycopg import sql

from loaders.content.rows.items import Tree
from loaders.content.staging.fill import fill
from loaders.content.staging.stage import Stage, lock_key
from loaders.content.work import Work
from loaders.tenants.connect import Connection, begin, open_transaction
from loaders.tenants.tenant import STAGING, Tenant
from schemas.findings import CoursewrightError
from schemas.words import counted

WORTH_ROWS: Final = 1000  # fewer are sent to each tenant as fast as they are copied there
_SECONDS: Final = 600
_PULSE_SECONDS: Final = 10.0  # a transaction may be idle for 30

_USABLE = "SELECT coalesce(has_schema_privilege(to_regnamespace(%s), 'USAGE, CREATE'), false)"
_LEFT = """
    SELECT relname::text FROM pg_catalog.pg_class
    WHERE relnamespace = to_regnamespace(%s) AND relkind = 'r' AND pg_has_role(relowner, 'USAGE')
    ORDER BY relname COLLATE "C"
"""


class Areas:
    """For each database and bundle of a run one area, for all threads; a context manager.

    `tell` gets a line when rows are staged, and when a database has no place for them.
    """

    def __init__(self, tenants: Sequence[Tenant], tell: Callable[[str], None]) -> None:
        self._databases = {tenant.dsn: tenant for tenant in tenants}
        self._tenants = Counter(tenant.dsn for tenant in tenants)
        self._locks = {dsn: Lock() for dsn in self._databases}
        self._areas: dict[tuple[str, bytes], _Area | None] = {}
        self._tell = tell

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Removes what this run staged and what killed ones left; what it cannot remove, the next run can."""
        for area in self._areas.values():
            if area:
                area.close()
        for tenant in self._databases.values():
            with suppress(CoursewrightError), open_transaction(tenant) as connection:
                _sweep(connection)

    def stage(self, tenant: Tenant, tree: Tree, work: Work) -> Stage | None:
        """Where the tenant can copy its new courses from; None when they are better sent to it."""
        rows = sum(course.below.total() for course in work.new_courses if course.below)
        if rows < WORTH_ROWS or self._tenants[tenant.dsn] < 2:
            return None
        with self._locks[tenant.dsn]:
            area = self._areas.get((tenant.dsn, tree.digest))
            if area and area.lost:
                area.close()
                del self._areas[tenant.dsn, tree.digest]
            if (tenant.dsn, tree.digest) not in self._areas:
                self._areas[tenant.dsn, tree.digest] = self._made(tenant, tree)
            area = self._areas[tenant.dsn, tree.digest]
            return area.stage if area else None

    def _made(self, tenant: Tenant, tree: Tree) -> _Area | None:
        """Staging is for speed: when it fails, the rows are sent, and nobody fails for it."""
        try:
            area = _Area(tenant, tree)
        except CoursewrightError as error:
            self._tell(f"rows are sent to each tenant by itself: {error}")
            return None
        self._tell(f"staged {tree.key} once for {counted(self._tenants[tenant.dsn], 'tenant')}")
        return area


class _Area:
    """What one bundle staged in one database. `lost`: the server was restarted, or the connection cut."""

    def __init__(self, tenant: Tenant, tree: Tree) -> None:
        self.lost = False
        self._open, self._end = ExitStack(), Event()
        with ExitStack() as opening:
            self._connection = opening.enter_context(open_transaction(tenant, statement_seconds=_SECONDS))
            _require_usable(self._connection, tenant)
            _sweep(self._connection)
            self.stage = fill(self._connection, tenant.schema, tree)
            self._hold()
            self._connection.commit()
            begin(self._connection)
            self._hold()
            self._open = opening.pop_all()
        self._pulse = Thread(target=self._beat, name="staging", daemon=True)
        self._pulse.start()

    def _hold(self) -> None:
        self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (lock_key(self.stage.batch),))

    def _beat(self) -> None:
        while not self._end.wait(_PULSE_SECONDS):
            try:
                self._connection.execute("SELECT")
            except psycopg.Error:
                self.lost = True
                return

    def close(self) -> None:
        """Lets go of the lock: from then on it is anybody's to sweep up."""
        self._end.set()
        self._pulse.join()
        with suppress(CoursewrightError):
            self._open.close()


def _require_usable(connection: Connection, tenant: Tenant) -> None:
    if connection.execute(_USABLE, (STAGING,)).fetchone() != (True,):
        raise CoursewrightError(
            f"Tenant {tenant.name}: the account may not make tables in the schema {STAGING} of its database.",
            "docs/operate.md, “Who may do what”, has the two lines that are missing.",
        )


def _sweep(connection: Connection) -> None:
    """Drops every batch of this account that no run holds. One that is in use a second from now is left."""
    connection.execute("SELECT set_config('lock_timeout', '1s', true)")
    names = [name for (name,) in connection.execute(_LEFT, (STAGING,))]
    for batch, tables in groupby(names, lambda name: name.partition("_")[0]):
        with suppress(psycopg.errors.LockNotAvailable), connection.transaction():
            free = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (lock_key(batch),)).fetchone()
            if free == (True,):
                drop = sql.SQL(", ").join(sql.Identifier(STAGING, table) for table in tables)
                connection.execute(sql.SQL("DROP TABLE {}").format(drop))

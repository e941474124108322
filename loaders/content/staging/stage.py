"""What is staged: the courses of one bundle, their rows numbered, in tables of a schema of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

from loaders.content.rows.tables import DETAIL as DETAIL_TABLE
from loaders.content.rows.tables import ITEMS, Kind, Table
from loaders.content.writing import lock
from loaders.tenants.connect import Connection
from loaders.tenants.tenant import STAGING

KINDS: Final[tuple[Kind, ...]] = ("section", "content", "quiz", "question", "option")
DETAIL: Final = "detail"
TABLES: Final[Mapping[str, Table]] = {**{kind: ITEMS[kind] for kind in KINDS}, DETAIL: DETAIL_TABLE}


@dataclass(frozen=True, slots=True)
class Span:
    """One course: its number in the staged tables, and which rows of each kind are its own."""

    number: int
    rows: Mapping[Kind, range]


@dataclass(frozen=True, slots=True)
class Stage:
    """A bundle's courses by key, staged in one database as `batch`. It can be sent to other processes."""

    batch: str
    courses: Mapping[str, Span]

    def name(self, name: str) -> str:
        """The table with the rows of a kind of item, or of `DETAIL`."""
        return f"{self.batch}_{name}"

    def table(self, name: str) -> sql.Identifier:
        return sql.Identifier(STAGING, self.name(name))

    @property
    def marker(self) -> sql.Identifier:
        """The table with one row that says that the others are whole. Who drops them begins with it."""
        return sql.Identifier(STAGING, self.batch)

    def held(self, connection: Connection) -> bool:
        """Whether it is all there still; if so, until the transaction ends.

        A server that crashed empties unlogged tables, and a run whose connection was lost may be swept up.
        """
        try:
            with connection.transaction():
                found = connection.execute(sql.SQL("SELECT FROM {}").format(self.marker))
                return found.fetchone() is not None
        except psycopg.errors.UndefinedTable:
            return False


def lock_key(batch: str) -> int:
    """Of the advisory lock that a run holds on what it staged. No tenant has a schema of that name."""
    return lock.key(STAGING, batch)

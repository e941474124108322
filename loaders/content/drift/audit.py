"""Who touched a row last, by the audit columns of the host's tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import sql

from loaders.content.known import Published
from loaders.content.rows.tables import DETAIL, ITEMS, LINKS, Kind, Table

Touch = tuple[datetime | None, str | None]


@dataclass(frozen=True, slots=True)
class Audit:
    """Reads the columns of one bundle's rows. Moments of its own publishes say nothing about edits."""

    published: Published

    def archived(self, kind: Kind, rows: Iterable[int]) -> dict[int, Touch]:
        """The rows that are archived, with when and by whom."""
        statement = sql.SQL(
            'SELECT t.id, t."archivedAt", u.email FROM {table} AS t'
            ' LEFT JOIN main.users AS u ON u.id = t."archivedBy" WHERE t.id = ANY (%s) AND t."isArchived"'
        ).format(table=sql.Identifier(self.published.schema, ITEMS[kind].name))
        found = self.published.connection.execute(statement, (list(rows),))
        return {row_id: (moment and moment.replace(tzinfo=UTC), email) for row_id, moment, email in found}

    def last(self, kind: Kind, rows: Iterable[int]) -> dict[int, Touch]:
        """The last edit of each row, or of one that belongs to it; without rows that only publishes wrote."""
        ids, found = list(rows), dict[int, Touch]()
        for table, key in _tables(kind):
            for row_id, moment, email in self._touched(table, key, ids):
                known = found.get(row_id, (None, None))[0]
                if known is None or (moment and moment > known):
                    found[row_id] = (moment, email)
        return found

    def _touched(
        self, table: Table, key: str, ids: list[int]
    ) -> list[tuple[int, datetime | None, str | None]]:
        statement = sql.SQL(
            "SELECT t.{key}, t.\"updatedAt\" AT TIME ZONE 'UTC', u.email FROM {table} AS t"
            ' LEFT JOIN main.users AS u ON u.id = t."updatedBy" WHERE t.{key} = ANY (%s)'
            ' AND t."updatedAt" NOT IN (SELECT r."publishedAt" FROM {releases} AS r WHERE r."bundleId" = %s)'
        ).format(
            key=sql.Identifier(key),
            table=sql.Identifier(self.published.schema, table.name),
            releases=sql.Identifier(self.published.schema, "coursewright_release"),
        )
        rows = self.published.connection.execute(statement, (ids, self.published.bundle_id))
        return rows.fetchall()


def _tables(kind: Kind) -> list[tuple[Table, str]]:
    match kind:
        case "content":
            return [(ITEMS[kind], "id"), (DETAIL, "contentId")]
        case "program":
            return [(ITEMS[kind], "id"), *((table, "trainingProgramId") for table in LINKS.values())]
        case _:
            return [(ITEMS[kind], "id")]

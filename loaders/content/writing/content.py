"""Content rows of one publish: new ones by COPY, changed ones through a temporary table, flags by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import sql

from loaders.content.rows.items import Item
from loaders.content.rows.tables import DETAIL, ITEMS, LINKS, Kind, Table
from loaders.content.work import Work
from loaders.content.writing.bulk import copy_rows, insist, update_rows
from loaders.content.writing.ids import Ids
from loaders.tenants.connect import Connection
from schemas.steps import reached

# Parents first, as the foreign keys of the tables want it; a content's detail refers to its quiz.
_ORDER: tuple[Kind, ...] = ("program", "course", "section", "content", "quiz", "question", "option")
_NOTHING = sql.SQL("")


@dataclass(slots=True)
class Writing:
    """One publish: `user` and `moment` (naive UTC, as the tables want it) go into every row it touches."""

    connection: Connection
    schema: str
    work: Work
    ids: Ids
    user: int
    moment: datetime

    def rows(self) -> None:
        """New rows first, so that changed ones may refer to them."""
        for kind in _ORDER:
            self._insert(kind)
        self._insert_details()
        self._insert_links()
        for kind in _ORDER:
            self._update(kind)
        self._update_details()
        self._update_links()
        for table, ids in self.work.archives.items():
            self._flag(table, ids, archived=True)
        for table, ids in self.work.restores.items():
            self._flag(table, ids, archived=False)

    def _insert(self, kind: Kind) -> None:
        placed = self.work.created.get(kind)
        if not placed:
            return
        table = ITEMS[kind]
        columns = ("id", *_written(table), "createdBy", "updatedBy", *_date_of(table))
        rows = (
            (item.row_id, *self._values(table, item, parent), self.user, self.user, *self._date(table, item))
            for parent, item in placed
        )
        copy_rows(self.connection, self.schema, table.name, columns, rows, planned=len(placed))

    def _date(self, table: Table, item: Item) -> list[datetime | None]:
        if not table.dated:
            return []
        return [self.moment if item.row.published else None]  # type: ignore[attr-defined]  # of dated kinds

    def _insert_details(self) -> None:
        items = self.work.new_details
        rows = ((item.row_id, *self._detail(item), self.user, self.user) for item in items)
        columns = (*_written(DETAIL), "createdBy", "updatedBy")
        copy_rows(self.connection, self.schema, DETAIL.name, columns, rows, planned=len(items))

    def _insert_links(self) -> None:
        by_table: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for link in self.work.new_links:
            other = self.ids.other(LINKS[link.table], link.other)
            by_table[link.table].append((link.program.row_id, other, *link.row, self.user, self.user))
        for name, rows in by_table.items():
            columns = (*_written(LINKS[name]), "createdBy", "updatedBy")
            copy_rows(self.connection, self.schema, LINKS[name].name, columns, rows, planned=len(rows))

    def _update(self, kind: Kind) -> None:
        table = ITEMS[kind]
        rows = [
            (item.row_id, *self._values(table, item, parent))
            for parent, item in self.work.updated.get(kind, ())
        ]
        self._change(table.name, _written(table), rows, also=self._dated() if table.dated else _NOTHING)

    def _dated(self) -> sql.Composed:
        """The moment of first publication is written once."""
        return sql.SQL(
            ', "publishedAt" = CASE WHEN new."isPublished"'
            ' THEN coalesce(old."publishedAt", {}) ELSE old."publishedAt" END'
        ).format(self.moment)

    def _update_details(self) -> None:
        rows = [(item.row_id, *self._detail(item)) for item in self.work.changed_details]
        self._change(DETAIL.name, _written(DETAIL)[1:], rows, key="contentId")

    def _update_links(self) -> None:
        by_table: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for link in self.work.changed_links:
            by_table[link.table].append((link.row_id, *link.row))
        for name, rows in by_table.items():
            table = LINKS[name]
            self._change(table.name, _written(table)[2:], rows)

    def _change(
        self,
        table: str,
        columns: tuple[str, ...],
        rows: list[tuple[Any, ...]],
        *,
        key: str = "id",
        also: sql.Composable = _NOTHING,
    ) -> None:
        audit = sql.SQL('"updatedAt" = {}, "updatedBy" = {}{}').format(self.moment, self.user, also)
        update_rows(self.connection, self.schema, table, columns, rows, keys=(key,), also=audit)

    def _flag(self, table: str, ids: list[int], *, archived: bool) -> None:
        """Archiving writes its three columns and nothing else, and a return takes exactly these back."""
        statement = sql.SQL(
            'UPDATE {} SET "isArchived" = %s, "archivedAt" = %s, "archivedBy" = %s WHERE id = ANY (%s)'
        ).format(sql.Identifier(self.schema, table))
        values = (True, self.moment, self.user) if archived else (False, None, None)
        insist(table, self.connection.execute(statement, (*values, ids)).rowcount, len(ids))
        reached(f"{'archived' if archived else 'restored'} in {table}")

    def _values(self, table: Table, item: Item, parent: Item | None) -> Iterator[Any]:
        if table.parent:
            assert parent is not None
            yield parent.row_id
        yield from self.ids.row(table, item.row, item, parent)

    def _detail(self, item: Item) -> Iterator[Any]:
        assert item.detail is not None
        return self.ids.row(DETAIL, item.detail, item, None)


def _date_of(table: Table) -> list[str]:
    return ["publishedAt"] if table.dated else []


def _written(table: Table) -> tuple[str, ...]:
    names = tuple(column.name for column in table.columns)
    return (table.parent, *names) if table.parent else names

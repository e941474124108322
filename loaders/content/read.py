"""A bundle out of the tenant's tables, equal to the one that was published; archived items are left out.

One query a table, level by level. Run it in one REPEATABLE READ READ ONLY transaction, so that all
levels are of the same moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from psycopg import sql

from loaders.content.collector import paused
from loaders.content.known import in_schema, published, read_media
from loaders.content.people import People, spell
from loaders.content.rows.items import Item
from loaders.content.rows.rebuild import rebuild
from loaders.content.rows.tables import (
    DETAIL,
    ITEMS,
    LETTERS,
    LINKS,
    ContentRow,
    CourseRow,
    DetailRow,
    Kind,
    LookupRow,
    OptionRow,
    ProgramRow,
    QuestionRow,
    QuizRow,
    Row,
    SectionRow,
    Table,
)
from loaders.tenants.connect import Connection
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError
from schemas.model import Bundle

Level = list[tuple[int, Item]]

_ROWS: dict[Kind, Callable[..., Row]] = {
    "program": ProgramRow,
    "course": CourseRow,
    "section": SectionRow,
    "content": ContentRow,
    "quiz": QuizRow,
    "question": QuestionRow,
    "option": OptionRow,
}


def bundle_keys(connection: Connection, tenant: Tenant) -> list[str]:
    """The keys of every bundle published to the tenant, sorted."""
    rows = connection.execute(
        in_schema(tenant.schema, "SELECT key FROM {s}.coursewright_bundle ORDER BY key")
    )
    return [key for (key,) in rows]


def bundles_with(connection: Connection, tenant: Tenant, course_key: str) -> list[str]:
    """The keys of the bundles that have a course of that key in the tenant, sorted."""
    rows = connection.execute(
        in_schema(
            tenant.schema,
            "SELECT bundle.key FROM {s}.coursewright_bundle AS bundle JOIN {s}.coursewright_item AS item"
            ' ON item."parentId" = bundle.id AND item.kind = %s::"char"'
            " WHERE item.key = %s AND NOT item.archived ORDER BY bundle.key",
        ),
        (LETTERS["course"], course_key),
    )
    return [key for (key,) in rows]


def read(connection: Connection, tenant: Tenant, bundle_key: str) -> Bundle:
    """The bundle with that key. Raises CoursewrightError when the tenant does not have it.

    An instructor's e-mail address and a lookup's title come back as the tenant writes them now.
    """
    found = published(connection, tenant.schema, bundle_key)
    if found.bundle_id is None:
        names = ", ".join(bundle_keys(connection, tenant)) or "none"
        raise CoursewrightError(
            f"Tenant {tenant.name} has no bundle {bundle_key!r}.", f"Bundles it has: {names}."
        )
    with paused():
        media = read_media(connection, tenant.schema, found.bundle_id)
        reading = _Reading(connection, tenant.schema, found.bundle_id)
        return rebuild(bundle_key, found.title, reading.items(), media)


class _Reading:
    """Builds the items top-down. What rows refer to by id is turned into keys, which are known by then."""

    def __init__(self, connection: Connection, schema: str, bundle_id: int) -> None:
        self._connection, self._schema, self._bundle_id = connection, schema, bundle_id
        self._people = People()
        self._keys: dict[tuple[str, int], str] = {}

    def items(self) -> list[Item]:
        bundle = [self._bundle_id]
        lookups = self._lookups()
        programs, courses = self._level("program", bundle), self._level("course", bundle)
        self._attach_links(_by_id(item for _, item in programs))
        sections = self._level("section", _ids(courses))
        contents = self._level("content", _ids(courses))
        self._attach_details(_by_id(item for _, item in contents))
        quizzes = self._level("quiz", _ids(contents))
        questions = self._level("question", _ids(quizzes))
        options = self._level("option", _ids(questions))
        for parents, children in ((questions, options), (quizzes, questions), (contents, quizzes)):
            _attach(parents, children)
        _attach(courses, [*sections, *contents])
        return [*lookups, *(item for _, item in programs), *(item for _, item in courses)]

    # ── tables ───────────────────────────────────────────────────────────────────────────────────

    def _level(self, kind: Kind, parents: list[int]) -> Level:
        """Everything of one kind below `parents` that is not archived, with the id of what it is below."""
        table = ITEMS[kind]
        statement = sql.SQL(
            'SELECT item."parentId", item."rowId", item.key, item.files, {columns}'
            ' FROM {mapping} AS item JOIN {table} AS t ON t.id = item."rowId"'
            ' WHERE item."parentId" = ANY (%s) AND item.kind = %s::"char" AND NOT item.archived'
        ).format(
            columns=sql.SQL(", ").join(sql.Identifier("t", column.name) for column in table.columns),
            mapping=sql.Identifier(self._schema, "coursewright_item"),
            table=sql.Identifier(self._schema, table.name),
        )
        rows = self._connection.execute(statement, (parents, LETTERS[kind])).fetchall()
        self._keys.update({(kind, row[1]): row[2] for row in rows})
        values = self._symbolic(table, [row[4:] for row in rows])
        make = _ROWS[kind]
        return [
            (row[0], Item(kind, row[2], make(*columns), paths=row[3], row_id=row[1]))
            for row, columns in zip(rows, values, strict=True)
        ]

    def _lookups(self) -> list[Item]:
        rows = self._connection.execute(
            in_schema(
                self._schema,
                'SELECT item.key, t.id, t."lookupType", t.value FROM {s}.coursewright_item AS item'
                ' JOIN {s}.tenant_lookups AS t ON t.id = item."rowId"'
                ' WHERE item."parentId" = %s AND item.kind = %s::"char" AND NOT item.archived',
            ),
            (self._bundle_id, LETTERS["lookup"]),
        ).fetchall()
        self._keys.update({("lookup", row_id): key for key, row_id, _, _ in rows})
        return [
            Item("lookup", key, LookupRow(kind, title), row_id=row_id) for key, row_id, kind, title in rows
        ]

    def _attach_details(self, contents: dict[int, Item]) -> None:
        for content, *values in self._beside(DETAIL, contents, archived=True):
            contents[content].detail = DetailRow(*values)

    def _attach_links(self, programs: dict[int, Item]) -> None:
        for name, table in LINKS.items():
            for program in programs.values():
                program.links[name] = {}
            for program_id, other, *values in self._beside(table, programs, archived=False):
                if other is not None:  # joined by the host with something that is not in the bundle
                    programs[program_id].links[name][other] = tuple(values)

    def _beside(self, table: Table, parents: dict[int, Item], *, archived: bool) -> Iterator[Row]:
        """Rows without a key that belong to `parents`, after their parent's id; archived ones if asked."""
        assert table.parent is not None
        statement = sql.SQL("SELECT {parent}, {columns} FROM {table} WHERE {parent} = ANY (%s){live}").format(
            parent=sql.Identifier(table.parent),
            columns=sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns),
            table=sql.Identifier(self._schema, table.name),
            live=sql.SQL("" if archived else ' AND NOT "isArchived"'),
        )
        rows = self._connection.execute(statement, (list(parents),)).fetchall()
        values = self._symbolic(table, [row[1:] for row in rows])
        return ((row[0], *columns) for row, columns in zip(rows, values, strict=True))

    # ── ids to keys ──────────────────────────────────────────────────────────────────────────────

    def _symbolic(self, table: Table, rows: list[Row]) -> Iterable[Row]:
        """The rows with keys and addresses for ids, and times in UTC."""
        users = [n for n, column in enumerate(table.columns) if column.refers == "user"]
        spell(self._connection, self._people, {row[n] for row in rows for n in users})
        if all(column.refers is None for column in table.columns):
            return rows
        return (
            tuple(
                self._symbol(column.refers, value) for column, value in zip(table.columns, row, strict=True)
            )
            for row in rows
        )

    def _symbol(self, refers: str | None, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.replace(tzinfo=UTC)
        if value is None or refers is None:
            return value
        if refers == "user":
            return self._people.spelled[value]
        if refers == "quiz":
            return ""
        return self._keys.get((refers, value))


def _ids(level: Level) -> list[int]:
    return [item.row_id for _, item in level if item.row_id is not None]


def _by_id(items: Iterable[Item]) -> dict[int, Item]:
    return {item.row_id: item for item in items if item.row_id is not None}


def _attach(parents: Level, children: Level) -> None:
    below: defaultdict[int | None, list[Item]] = defaultdict(list)
    for parent_id, item in children:
        below[parent_id].append(item)
    for _, parent in parents:
        parent.children = tuple(below[parent.row_id])

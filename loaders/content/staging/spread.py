"""What is staged into one tenant: INSERT … SELECT, a number and an offset making an id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

from loaders.content.known import ABOVE
from loaders.content.rows.items import Item
from loaders.content.rows.tables import LETTERS, Column, Kind, Table
from loaders.content.staging.stage import DETAIL, KINDS, TABLES, Span, Stage
from loaders.content.writing.bulk import insist
from loaders.content.writing.ids import reserve_runs
from loaders.tenants.connect import Connection
from schemas.steps import reached


@dataclass(frozen=True, slots=True)
class Spread:
    """New courses of one tenant, and the first of the ids that were drawn for what is in them."""

    stage: Stage
    courses: Sequence[tuple[Item, Span]]
    first: Mapping[Kind, int]

    def write(self, connection: Connection, schema: str, user: int) -> None:
        """Rows and mapping of all that is in the courses, whose own rows are there already.

        Raises CoursewrightError when the tenant did not take every row.
        """
        placed = self._placed()
        for name in TABLES:
            statement = _rows(self.stage, schema, name, user, placed)
            self._insist(TABLES[name].name, name, connection.execute(statement).rowcount)
        for kind in KINDS:
            done = connection.execute(_mapping(self.stage, schema, kind, placed)).rowcount
            self._insist("coursewright_item", kind, done)

    def _insist(self, table: str, name: str, done: int) -> None:
        kind: Kind = "content" if name == DETAIL else name  # type: ignore[assignment]  # the rest are kinds
        insist(table, done, sum(len(span.rows[kind]) for _, span in self.courses))
        reached(f"copied {name} to {table}")

    def _placed(self) -> sql.Composed:
        """A row a course: its number, its id, and what makes an id of a number, kind by kind."""
        following = dict(self.first)
        rows = []
        for course, span in self.courses:
            offsets = {kind: following[kind] - span.rows[kind].start for kind in KINDS}
            for kind in KINDS:
                following[kind] += len(span.rows[kind])
            values = map(sql.Literal, (span.number, course.row_id, *offsets.values()))
            rows.append(sql.SQL("({})").format(sql.SQL(", ").join(values)))
        return sql.SQL("(VALUES {}) AS placed (course, id, {})").format(
            sql.SQL(", ").join(rows), sql.SQL(", ").join(map(sql.Identifier, KINDS))
        )


def spread(connection: Connection, schema: str, stage: Stage, courses: Sequence[Item]) -> Spread | None:
    """Draws the ids for what is in new courses. None when it is not staged any more, or ids do not follow

    one another because somebody else draws at the same time: then the rows have to be sent.
    """
    if not courses or not stage.held(connection):
        return None
    spans = [(course, stage.courses[course.key]) for course in courses]
    counts = {kind: sum(len(span.rows[kind]) for _, span in spans) for kind in KINDS}
    first = reserve_runs(connection, schema, counts)
    return Spread(stage, spans, first) if first else None


def _rows(stage: Stage, schema: str, name: str, user: int, placed: sql.Composed) -> sql.Composed:
    table = TABLES[name]
    values = dict(_own(name, table))
    values |= {column.name: _value(column, schema) for column in table.columns}
    values |= {"createdBy": sql.Literal(user), "updatedBy": sql.Literal(user)}
    return _insert(sql.Identifier(schema, table.name), values, stage.table(name), placed)


def _own(name: str, table: Table) -> Iterator[tuple[str, sql.Composable]]:
    """A detail row draws its id itself: nothing refers to it."""
    if name == DETAIL:
        assert table.parent is not None
        yield table.parent, _id("n", "content")
        return
    kind: Kind = name  # type: ignore[assignment]  # the rest are kinds
    yield "id", _id("n", kind)
    if table.parent is not None:
        yield table.parent, _parent(kind)


def _value(column: Column, schema: str) -> sql.Composable:
    if column.refers is not None:
        return _id(column.name, column.refers)
    value = sql.SQL("staged.{}").format(sql.Identifier(column.name))
    return sql.SQL("{}::{}").format(value, sql.Identifier(schema, column.enum)) if column.enum else value


def _id(column: str, kind: str) -> sql.Composed:
    return sql.SQL("staged.{} + placed.{}").format(sql.Identifier(column), sql.Identifier(kind))


def _parent(kind: Kind) -> sql.Composable:
    above = ABOVE[kind]
    return sql.SQL("placed.id") if above == "course" else _id("parent", above)


def _mapping(stage: Stage, schema: str, kind: Kind, placed: sql.Composed) -> sql.Composed:
    values: dict[str, sql.Composable] = {
        "parentId": _parent(kind),
        "rowId": _id("n", kind),
        "kind": sql.Literal(LETTERS[kind]),
        "key": sql.SQL("staged.key"),
        "digest": sql.SQL("staged.digest"),
        "treeDigest": sql.SQL("staged.tree"),
        "files": sql.SQL("staged.files"),
    }
    return _insert(sql.Identifier(schema, "coursewright_item"), values, stage.table(kind), placed)


def _insert(
    target: sql.Identifier, values: Mapping[str, sql.Composable], staged: sql.Identifier, placed: sql.Composed
) -> sql.Composed:
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} AS staged JOIN {} USING (course)").format(
        target,
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(values.values()),
        staged,
        placed,
    )

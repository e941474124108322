"""What a tenant put into published courses by itself: rows that no bundle has. They are never touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from psycopg import sql

from loaders.content.known import child_address, letter_above
from loaders.content.rows.tables import ITEMS, KINDS, LETTERS, Kind
from loaders.tenants.connect import Connection

# What can be put into what, the column that says into which, and what people call it by.
_PLACES: Final[tuple[tuple[Kind, Kind, str, str], ...]] = (
    ("section", "course", "courseId", "title"),
    ("content", "section", "sectionId", "title"),
    ("question", "quiz", "quizId", "question"),
    ("option", "question", "questionId", "option_text"),
)
# Each is followed up to its bundle, by the parents that the mapping has: a content's is its course.
_QUERY: Final = """
    WITH RECURSIVE climbing AS (
        SELECT added.kind, added.id, added.title,
            item."parentId", item.kind AS at, ARRAY[item.kind::text, item.key] AS steps
        FROM ({added}) AS added (kind, id, title, above, "aboveId")
        JOIN {s}.coursewright_item AS item
            ON item."rowId" = added."aboveId" AND item.kind = added.above AND NOT item.archived
        UNION ALL
        SELECT climbing.kind, climbing.id, climbing.title,
            item."parentId", item.kind, ARRAY[item.kind::text, item.key] || steps
        FROM climbing JOIN {s}.coursewright_item AS item
            ON item."rowId" = climbing."parentId" AND NOT item.archived AND item.kind
                = ({above})::"char"
    )
    SELECT climbing.kind::text, climbing.title, steps
    FROM climbing JOIN {s}.coursewright_bundle AS bundle ON bundle.id = "parentId"
    WHERE at = 'c' AND bundle.key = %s ORDER BY steps COLLATE "C", climbing.kind, climbing.id
"""
_ADDED: Final = """
    SELECT {kind}::"char", id, {title}, {above}::"char", {column} FROM {table} AS t
    WHERE NOT "isArchived" AND NOT EXISTS (
        SELECT FROM {s}.coursewright_item AS item
        WHERE item."rowId" = t.id AND item.kind = {kind}::"char")
"""

_ABOVE: Final = sql.SQL(letter_above("at"))


@dataclass(frozen=True, slots=True)
class Added:
    """A row that is in use and of no bundle; `above` is the address of the published item it was put into."""

    kind: Kind
    above: str
    title: str


def added(connection: Connection, schema: str, bundle: str) -> list[Added]:
    """What was put into a bundle's items; not what was put into that in turn. Reads only."""
    rows = sql.SQL(" UNION ALL ").join(_added(schema, *place) for place in _PLACES)
    query = sql.SQL(_QUERY).format(added=rows, s=sql.Identifier(schema), above=_ABOVE)
    return [
        Added(KINDS[letter], _address(steps), title)
        for letter, title, steps in connection.execute(query, (bundle,))
    ]


def _added(schema: str, kind: Kind, above: Kind, column: str, title: str) -> sql.Composed:
    return sql.SQL(_ADDED).format(
        s=sql.Identifier(schema),
        kind=sql.Literal(LETTERS[kind]),
        above=sql.Literal(LETTERS[above]),
        table=sql.Identifier(schema, ITEMS[kind].name),
        column=sql.Identifier(column),
        title=sql.Identifier(title),
    )


def _address(steps: list[str]) -> str:
    address = ""
    for letter, key in zip(steps[::2], steps[1::2], strict=True):
        address = child_address(address, KINDS[letter], key)
    return address

"""How much of a bundle a plan takes out of use, everything below included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from loaders.content.known import in_schema
from loaders.content.plan import Noun, Plan
from loaders.content.rows.tables import LETTERS
from loaders.tenants.connect import Connection

_COUNTED: tuple[Noun, ...] = ("program", "course", "section", "content", "quiz", "question")

_BELOW: LiteralString = """
    WITH RECURSIVE leaving (kind, id) AS (
        SELECT kind::"char", id FROM unnest(%s::text[], %s::int[]) AS top (kind, id)
        UNION ALL
        SELECT item.kind, item."rowId" FROM leaving
        JOIN {s}.coursewright_item AS item ON item."parentId" = leaving.id AND NOT item.archived
            AND (leaving.kind, item.kind) IN (('c', 's'), ('c', 't'), ('t', 'z'), ('z', 'q'))
        WHERE (item."parentId", item.kind::text, item.key) NOT IN (
            SELECT * FROM unnest(%s::int[], %s::text[], %s::text[]))
    )
    SELECT count(*) FROM leaving
"""


@dataclass(frozen=True, slots=True)
class Leaving:
    """`items` of the `of` that are in use, options and lookups aside."""

    items: int
    of: int

    @property
    def everything(self) -> bool:
        """Nothing that was published stays."""
        return 0 < self.items == self.of


def leaving(connection: Connection, schema: str, plan: Plan) -> Leaving:
    """Counts what would be archived. What moved away from under it stays in use and is not counted."""
    tops = [change for change in plan.changes if change.action == "archive" and change.kind in _COUNTED]
    if not tops:
        return Leaving(0, _kept(plan))
    uprooted = plan.work.uprooted
    row = connection.execute(
        in_schema(schema, _BELOW),
        (
            [LETTERS[change.kind] for change in tops],  # type: ignore[index]  # the counted ones are kinds
            [change.row for change in tops],
            [parent for parent, _, _ in uprooted],
            [LETTERS[kind] for _, kind, _ in uprooted],
            [key for _, _, key in uprooted],
        ),
    ).fetchone()
    assert row is not None
    return Leaving(row[0], row[0] + _kept(plan))


def _kept(plan: Plan) -> int:
    counts = [plan.counts[kind] for kind in _COUNTED if kind in plan.counts]
    return sum(each.changed + each.moved + each.unchanged for each in counts)

"""Whether somebody wrote to published rows since: what the audit columns tell, for many tenants at once.

A publish writes its own moment into the rows it touches, so any other moment is an edit's. What leaves these
columns alone is found by comparing (`drift`); of a program's own row they say nothing, because the host
counts learners there.
"""

from __future__ import annotations

from typing import Final

from loaders.content.known import letter_above
from loaders.content.rows.tables import DETAIL, ITEMS, LETTERS, LINKS


def _touched() -> str:
    """Rows with another moment than a release's: letter and id of the item they belong to, when, by whom."""
    tables = [(LETTERS[kind], "id", table.name) for kind, table in ITEMS.items() if kind != "program"]
    tables.append((LETTERS["content"], '"contentId"', DETAIL.name))
    tables += [(LETTERS["program"], '"trainingProgramId"', table.name) for table in LINKS.values()]
    found = [
        f'SELECT \'{letter}\' AS kind, {item} AS id, "updatedAt" AS at, "updatedBy" AS by'
        f' FROM %1$I.{name} WHERE "updatedAt" NOT IN (SELECT at FROM releases)'
        for letter, item, name in tables
    ]
    found += [
        f'SELECT \'{LETTERS[kind]}\', id, "archivedAt", "archivedBy" FROM %1$I.{table.name}'
        f' WHERE "isArchived" AND "archivedAt" NOT IN (SELECT at FROM releases)'
        for kind, table in ITEMS.items()
    ]
    return " UNION ALL ".join(found)


QUERY: Final = f"""
    WITH RECURSIVE releases AS (SELECT "publishedAt" AS at FROM %1$I.coursewright_release),
    touched AS ({_touched()}),
    climbing AS (
        SELECT kind, id, at, by, id AS row, kind AS letter FROM touched
        UNION ALL
        SELECT {letter_above("climbing.kind")}, item."parentId",
            climbing.at, climbing.by, climbing.row, climbing.letter
        FROM climbing JOIN %1$I.coursewright_item AS item
            ON item."rowId" = climbing.id AND item.kind = climbing.kind::"char"
        WHERE climbing.kind IS NOT NULL
    ),
    edits AS (
        SELECT bundle.key, climbing.row, climbing.letter, climbing.at, climbing.by
        FROM climbing JOIN %1$I.coursewright_bundle AS bundle ON bundle.id = climbing.id
        WHERE climbing.kind IS NULL
    )
    SELECT jsonb_object_agg(key, told) FROM (
        SELECT key, jsonb_build_object(
            'items', count(DISTINCT (letter, row)), 'at', max(at),
            'by', (SELECT u.email FROM main.users AS u WHERE u.id = (array_agg(by ORDER BY at DESC))[1])
        ) AS told
        FROM edits GROUP BY key
    ) AS bundles
"""
"""A statement for `format()`: by bundle, how many items were edited, when last and by whom."""

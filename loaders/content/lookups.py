"""The tenant's lists (categories, levels, tags, languages): rows of the host, found by type and title.

A key is bound to a row once and then keeps it, so a tenant may translate its lists. A title that
changes in the bundle is another value: the key is bound to the row with that title. Rows are
created where absent, and never changed nor archived: other things of the host use them as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from loaders.content.comparing.decide import Decisions
from loaders.content.comparing.match import Pair
from loaders.content.known import Known, Published, in_schema
from loaders.content.plan import Change, FieldChange
from loaders.content.rows.items import Item
from loaders.tenants.connect import Connection


def settle_lookups(
    pairs: Sequence[Pair], gone: Iterable[Known], published: Published, to: Decisions
) -> dict[int, str]:
    """Decides what each key is bound to. Returns the symbols of row ids, as rows are to be read."""
    symbols = {known.row_id: known.key for known in gone if known.kind == "lookup" and known.row_id}
    open_pairs = []
    for pair in pairs:
        if pair.exists and not pair.suspect:
            _keep(pair, to)
        else:
            open_pairs.append(pair)
    titles = _titles(published, [pair.item.row_id for pair in open_pairs if pair.item.row_id])
    symbols.update({row_id: f"{kind}/{title}" for row_id, (kind, title) in titles.items()})
    bound = {pair.item.row_id for pair in pairs if pair not in open_pairs}
    bind(published.connection, published.schema, [pair.item for pair in open_pairs], bound)
    for pair in open_pairs:
        _tell(pair, titles, to)
    symbols.update({pair.item.row_id: pair.item.key for pair in pairs if pair.item.row_id})
    return symbols


def bind(connection: Connection, schema: str, items: Sequence[Item], bound: Collection[int | None]) -> None:
    """Gives items the row with their type and title, the oldest first, and None where there is none left.

    `bound` rows belong to other keys of the bundle: two keys with one title are two rows.
    """
    if not items:
        return
    rows = connection.execute(
        in_schema(
            schema,
            'SELECT id, "lookupType", value FROM {s}.tenant_lookups'
            ' WHERE ("lookupType", value) IN (SELECT * FROM unnest(%s::text[], %s::text[])) ORDER BY id DESC',
        ),
        ([item.row[0] for item in items], [item.row[1] for item in items]),
    )
    free: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row_id, kind, title in rows:
        if row_id not in bound:
            free[kind, title].append(row_id)
    for item in items:
        found = free[item.row[0], item.row[1]]
        item.row_id = found.pop() if found else None


def _titles(published: Published, ids: list[int]) -> dict[int, tuple[str, str]]:
    if not ids:
        return {}
    rows = published.connection.execute(
        in_schema(
            published.schema, 'SELECT id, "lookupType", value FROM {s}.tenant_lookups WHERE id = ANY (%s)'
        ),
        (ids,),
    )
    return {row_id: (kind, title) for row_id, kind, title in rows}


def _keep(pair: Pair, to: Decisions) -> None:
    to.counts["lookup"].unchanged += 1
    if pair.returns:
        to.work.mapped.append((None, pair.item))


def _tell(pair: Pair, titles: dict[int, tuple[str, str]], to: Decisions) -> None:
    item, counts = pair.item, to.counts["lookup"]
    (to.work.mapped if pair.known else to.work.planted).append((None, item))
    if item.row_id is None:
        to.work.lookups.append(item)
    if pair.known is not None:
        counts.changed += 1
        old = titles.get(pair.known.row_id or 0, ("", None))[1]
        change = Change(
            action="update",
            kind="lookup",
            address=pair.address,
            title=item.row[1],
            fields=(FieldChange("title", old, item.row[1]),),
        )
        to.changes.append(change)
    elif item.row_id is None:
        counts.created += 1
        to.changes.append(Change(action="create", kind="lookup", address=pair.address, title=item.row[1]))
    else:
        counts.unchanged += 1

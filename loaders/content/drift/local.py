"""Three-way comparison of the rows a publish looks at: as published, as the bundle wants them, as they are.

A column that only the tenant changed is an edit; one that both changed, to different values, a conflict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from loaders.content.comparing.live import Live, listed, shown
from loaders.content.comparing.match import LinkChanges, Pair
from loaders.content.drift.audit import Audit
from loaders.content.drift.columns import Cell, merged
from loaders.content.drift.edits import Conflict, Edit
from loaders.content.known import Known, Published
from loaders.content.plan import FieldChange
from loaders.content.rows.flatten import flatten
from loaders.content.rows.items import Item, digest
from loaders.content.rows.tables import DETAIL, ITEMS, LINKS, Column, Kind, OptionRow, Row, Table
from schemas.model import Bundle

OnDrift = Literal["refuse", "keep", "overwrite"]


@dataclass(slots=True)
class Local:
    """What a publish does about edits: `refuse` and `overwrite` leave the wanted rows as they are, `keep`

    puts the tenant's value into columns that the bundle did not change. `base` gives the bundle of the
    last release, None when that is not kept; it is asked for only when a row differs from its digest.
    `edits` are those of the rows that were looked at, `blind` says that they cannot be told.
    """

    base: Callable[[], Bundle | None]
    policy: OnDrift = "refuse"
    edits: list[Edit] = field(default_factory=list)
    blind: bool = False

    def look(self, pairs: Iterable[Pair], live: Live) -> None:
        """Fills `edits`. Under `keep` the pairs' rows are changed; under `overwrite` archived ones return."""
        pairs = list(pairs)
        doubtful = [pair for pair in pairs if pair.known and pair.exists and _doubtful(pair)]
        base = self.base() if doubtful else None
        if base is None:
            self.blind = bool(doubtful)
            return
        names = frozenset((pair.item.kind, pair.item.key) for pair in pairs if pair.parent is None)
        looking = _Looking(live, _by_address(base), names, keep=self.policy == "keep")
        self.edits.extend(looking.edits(doubtful))
        if self.policy == "overwrite":
            for pair in doubtful:
                if pair.known and pair.item.row_id in looking.archived[pair.item.kind]:
                    pair.known.archived = True


def _doubtful(pair: Pair) -> bool:
    """Whether the row may not be as published. A digest proves that it is, where it is of this row alone."""
    known = pair.known
    assert known is not None
    if pair.item.kind == "lookup" or known.archived:
        return False
    if pair.live is None:
        return pair.suspect
    if pair.item.kind == "option" and pair.parent and pair.parent.live is not None:
        return _doubtful(pair.parent)
    if pair.item.kind == "program" or known.doubted:
        return True  # a program's digest has the titles of its lookups in it, which rows do not tell
    if pair.item.kind == "question":
        return _question_digest(pair) != known.digest
    return digest(pair.live, known.paths, pair.live_detail, {}) != known.digest


def _question_digest(pair: Pair) -> bytes | None:
    """Of the rows as they are, with the options that were published; None when not all of these were read."""
    options = [child for child in pair.children if child.known and not child.known.archived]
    if any(option.live is None for option in options) or any(not known.archived for known in pair.gone):
        return None
    parts = []
    for option in options:
        assert option.known is not None
        assert option.live is not None
        key = option.known.origin[2] if option.known.origin else option.known.key
        parts.append((OptionRow(*option.live), key, option.known.paths))
    parts.sort(key=lambda part: part[0].order)
    return digest(pair.live, [(key, row, paths) for row, key, paths in parts])


def _by_address(base: Bundle) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for item in flatten(base).items:
        _collect(item, "", found)
    return found


def _collect(item: Item, above: str, found: dict[str, Item]) -> None:
    """Addresses of their own kind: a quiz, which shares its content's, is told apart."""
    address = f"{above}/{item.kind}:{item.key}"
    found[address] = item
    for child in item.children:
        _collect(child, address, found)


@dataclass(slots=True)
class _Looking:
    live: Live
    base: Mapping[str, Item]
    names: frozenset[tuple[str, str]]
    keep: bool
    archived: defaultdict[Kind, dict[int, Any]] = field(default_factory=lambda: defaultdict(dict))

    def edits(self, pairs: list[Pair]) -> list[Edit]:
        audit = Audit(self.live.published)
        by_kind: defaultdict[Kind, list[int]] = defaultdict(list)
        for pair in pairs:
            assert pair.item.row_id is not None
            by_kind[pair.item.kind].append(pair.item.row_id)
        for kind, rows in by_kind.items():
            self.archived[kind] = audit.archived(kind, rows)
        found = [(pair, edit) for pair in pairs if (edit := self._edit(pair))]
        touched: dict[Kind, dict[int, Any]] = {
            kind: audit.last(
                kind, [pair.item.row_id for pair, _ in found if pair.item.kind == kind and pair.item.row_id]
            )
            for kind in {pair.item.kind for pair, _ in found}
        }
        return [_signed(pair, edit, self.archived, touched) for pair, edit in found]

    def _edit(self, pair: Pair) -> Edit | None:
        before = self.base.get(_published_address(pair.known, self.live.published))
        if pair.live is None:
            return _told(pair, "deleted")
        if before is None:
            return None
        cells = self._row(pair, before) + self._detail(pair, before) + self._links(pair, before)
        _settle_agreed(pair, cells)
        cells = [cell for cell in cells if not cell.agreed]
        archived = pair.item.row_id in self.archived[pair.item.kind]
        if not cells and not archived:
            return None
        return _told(pair, "archived" if archived else "edited", cells)

    def _row(self, pair: Pair, before: Item) -> list[Cell]:
        table = ITEMS[pair.item.kind]
        assert pair.live is not None
        wanted = self.live.spelled(table, pair.item.row)
        base = self._as_now(table, before.row, pair)
        row, cells = merged(table, base, wanted, pair.live, sayable=self._sayable(pair), skip=_carried(pair))
        _display(cells, before, pair)
        if self.keep:
            pair.item.row = type(pair.item.row)(*row)
            pair.stale = pair.adopted or row != pair.live
            _forget(pair, cells)
        return cells

    def _detail(self, pair: Pair, before: Item) -> list[Cell]:
        if pair.live_detail is None or pair.item.detail is None or before.detail is None:
            return []
        row, cells = merged(
            DETAIL, before.detail, pair.item.detail, pair.live_detail, sayable=self._sayable(pair)
        )
        _display(cells, before, pair)
        if self.keep:
            pair.item.detail = type(pair.item.detail)(*row)
            pair.detail = "as it is" if row == pair.live_detail else "stale"
            _forget(pair, cells)
        return cells

    def _links(self, pair: Pair, before: Item) -> list[Cell]:
        cells = []
        for name, there in pair.live_links.items():
            base = self._links_as_now(name, before.links[name], pair)
            wanted = self._links_as_now(name, pair.item.links[name], pair)
            if there == base:
                continue
            was, goal, now = (listed(name, rows) for rows in (base, wanted, there))
            agreed = there == wanted
            cell = Cell(name, was, goal, now, clash=not agreed and base != wanted, agreed=agreed)
            cells.append(cell)
            if self.keep and not (cell.clash or agreed):
                _leave_links(pair.links, name)
                _forget(pair, [cell])
        return cells

    def _sayable(self, pair: Pair) -> Callable[[Column, Any], bool]:
        def can_say(column: Column, value: Any) -> bool:
            if value is None or column.refers in (None, "user", "quiz"):
                return not str(value).startswith("#") or column.refers is None
            if column.refers == "section":
                beside = pair.parent.children if pair.parent else []
                return any(one.item.kind == "section" and one.item.key == value for one in beside)
            return (column.refers, value) in self.names

        return can_say

    # ── what was published, in today's names ─────────────────────────────────────────────────────

    def _as_now(self, table: Table, row: Row, pair: Pair) -> Row:
        spelled = self.live.spelled(table, row)
        return tuple(
            self._renamed(column.refers, value, pair)
            for column, value in zip(table.columns, spelled, strict=True)
        )

    def _links_as_now(self, name: str, rows: Mapping[str, Row], pair: Pair) -> dict[str, Row]:
        table = LINKS[name]
        return {self._as_now_first(table, other, pair): row for other, row in rows.items()}

    def _as_now_first(self, table: Table, other: str, pair: Pair) -> str:
        (spelled,) = self.live.spelled(table, (other,))
        name: str = self._renamed(table.columns[0].refers, spelled, pair)
        return name

    def _renamed(self, refers: str | None, value: Any, pair: Pair) -> Any:
        """Keys change with declared moves, a lookup's symbol with its title; neither is an edit."""
        if value is None:
            return None
        published = self.live.published
        if refers == "lookup":
            rows = {known.key: known.row_id for known in published.root.of_kind("lookup")}
            return self.live.lookups.get(rows.get(value) or 0, value)
        if refers in ("course", "program"):
            return _key_now(published.root, refers, value)  # type: ignore[arg-type]
        if refers == "section" and pair.known and pair.known.parent:
            return _key_now(pair.known.parent, "section", value)
        return value


def _key_now(parent: Known, kind: Kind, key: str) -> str:
    return next((known.key for known in parent.of_kind(kind) if known.origin and known.origin[2] == key), key)


def _published_address(known: Known | None, published: Published) -> str:
    """Where it stood before the moves of this publish, in the terms of `_collect`."""
    if known is None or known.parent is None:
        return ""
    parent = known.parent
    if known.origin and known.kind in ("section", "content"):
        courses = published.root.of_kind("course")
        parent = next((course for course in courses if course.row_id == known.origin[0]), parent)
    key = known.origin[2] if known.origin else known.key
    return f"{_published_address(parent, published)}/{known.kind}:{key}"


def _carried(pair: Pair) -> frozenset[str]:
    """What a move decides: a content in another course stands in another section, at another place."""
    return frozenset({"section", "order"}) if pair.adopted else frozenset()


# ── telling ──────────────────────────────────────────────────────────────────────────────────────


def _told(pair: Pair, state: Literal["edited", "archived", "deleted"], cells: Iterable[Cell] = ()) -> Edit:
    cells = list(cells)
    return Edit(
        state=state,
        kind=pair.item.kind,
        address=pair.address,
        title=getattr(pair.item.row, "title", ""),
        fields=tuple(FieldChange(cell.field, cell.published, cell.tenant) for cell in cells),
        conflicts=tuple(
            Conflict(cell.field, cell.published, cell.bundle, cell.tenant) for cell in cells if cell.clash
        ),
        location=pair.item.location,
    )


def _signed(pair: Pair, edit: Edit, archived: Mapping[Kind, Any], touched: Mapping[Kind, Any]) -> Edit:
    nobody = (None, None)
    where = archived if edit.state == "archived" and not edit.fields else touched
    at, by = where[edit.kind].get(pair.item.row_id, nobody)
    place = pair
    while not place.item.location.file and place.parent:
        place = place.parent  # options have no place of their own
    return replace(edit, at=at, by=by, location=place.item.location)


def _display(cells: Iterable[Cell], before: Item, pair: Pair) -> None:
    """Stored files by their paths in the bundle, where they have one."""
    for cell in cells:
        cell.published = shown(cell.field, cell.published, before.paths or {})
        cell.bundle = shown(cell.field, cell.bundle, pair.item.paths or {})


def _settle_agreed(pair: Pair, cells: Iterable[Cell]) -> None:
    """No row changes, but what is published does: without a release the next base is out of date."""
    pair.fields.extend(FieldChange(cell.field, cell.published, cell.bundle) for cell in cells if cell.agreed)


def _forget(pair: Pair, cells: Iterable[Cell]) -> None:
    """What is kept does not change, so the plan does not tell of it."""
    kept = {cell.field for cell in cells if not cell.clash and not cell.agreed}
    pair.fields[:] = [change for change in pair.fields if change.name not in kept]


def _leave_links(links: LinkChanges, name: str) -> None:
    links.new[:] = [link for link in links.new if link.table != name]
    links.changed[:] = [link for link in links.changed if link.table != name]
    links.archive[:] = [entry for entry in links.archive if entry[0] != name]
    links.restore[:] = [entry for entry in links.restore if entry[0] != name]

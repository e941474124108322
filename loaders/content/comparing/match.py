"""Which wanted item is which known one: the pure half of comparing, level by level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from loaders.content.known import Known, child_address
from loaders.content.plan import FieldChange
from loaders.content.rows.items import Item, Tree
from loaders.content.rows.tables import Row
from loaders.content.work import NewLink, OldLink


@dataclass(slots=True)
class LinkChanges:
    """What a program's junction rows need; ids to archive and to restore by table, as in `tables.LINKS`."""

    new: list[NewLink] = field(default_factory=list)
    changed: list[OldLink] = field(default_factory=list)
    archive: list[tuple[str, int]] = field(default_factory=list)
    restore: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Pair:
    """A wanted item and what the tenant has under its key: None when nothing.

    `children` and `gone` (known, but no longer wanted) are filled where the comparison looked below.
    The rest comes from the live rows: `fields`, for people; whether the row itself has to be written
    (`stale`), the detail row too (`detail`), and what to do with junction rows (`links`). `live` is the row
    as it stands in the tenant, `live_detail` and `live_links` those beside it: None where nobody looked.
    """

    item: Item
    known: Known | None
    parent: Pair | None
    address: str
    children: list[Pair] = field(default_factory=list)
    gone: list[Known] = field(default_factory=list)
    fields: list[FieldChange] = field(default_factory=list)
    stale: bool = False
    detail: Literal["as it is", "missing", "stale"] = "as it is"
    links: LinkChanges = field(default_factory=LinkChanges)
    live: Row | None = None
    live_detail: Row | None = None
    live_links: dict[str, dict[str, Row]] = field(default_factory=dict)

    @property
    def above(self) -> Item | None:
        """The item it stands in; None for what stands in the bundle."""
        return self.parent.item if self.parent else None

    @property
    def exists(self) -> bool:
        return self.known is not None and self.known.row_id is not None

    @property
    def moved(self) -> bool:
        return self.known is not None and self.known.origin is not None

    @property
    def returns(self) -> bool:
        return self.known is not None and self.known.archived

    @property
    def suspect(self) -> bool:
        """Its own rows may differ. Options have no digest: theirs is their question's."""
        known = self.known
        if known is None or known.row_id is None:
            return False
        return known.digest != self.item.digest or self.item.kind == "option" or self.adopted or known.doubted

    @property
    def adopted(self) -> bool:
        """It hangs below another row than before."""
        known = self.known
        return (
            known is not None
            and known.origin is not None
            and known.parent is not None
            and known.origin[0] != known.parent.row_id
        )

    @property
    def deep(self) -> bool:
        """Something below may differ."""
        known = self.known
        return known is not None and (known.touched or known.doubted or known.tree != self.item.tree)


def match_roots(wanted: Tree, root: Known) -> tuple[list[Pair], list[Known]]:
    """Pairs for programs, courses and lookups, and what the bundle no longer has."""
    pairs = [_pair(item, root, None) for item in wanted.items]
    return pairs, _gone(root, pairs)


def match_below(pair: Pair) -> list[Pair]:
    """Fills and returns the pairs below one whose known side is loaded."""
    assert pair.known is not None
    pair.children = [_pair(item, pair.known, pair) for item in pair.item.copy_children()]
    pair.gone = _gone(pair.known, pair.children)
    return pair.children


def walk_pairs(pairs: Iterable[Pair]) -> Iterator[Pair]:
    for pair in pairs:
        yield pair
        yield from walk_pairs(pair.children)


def _pair(item: Item, known_parent: Known, parent: Pair | None) -> Pair:
    known = known_parent.below().get((item.kind, item.key))
    pair = Pair(item, known, parent, child_address(parent.address if parent else "", item.kind, item.key))
    if known is not None:
        known.item = item
        item.row_id = known.row_id
    return pair


def _gone(known: Known, pairs: Iterable[Pair]) -> list[Known]:
    wanted = {(pair.item.kind, pair.item.key) for pair in pairs}
    return [child for step, child in known.below().items() if step not in wanted and child.row_id is not None]

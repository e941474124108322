"""From matched pairs to a plan: what changes, how many of each kind, and what has to be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loaders.content.comparing.match import Pair
from loaders.content.known import Known, child_address
from loaders.content.plan import Action, Change, Counts, Noun
from loaders.content.rows.items import Item, census_below
from loaders.content.rows.tables import ITEMS, LINKS, Kind
from loaders.content.work import Work

_LONGEST_TITLE = 80


@dataclass(slots=True)
class Decisions:
    """Collects while walking the pairs in the bundle's order. `archive` takes only the top of what is gone:

    what is below keeps its flags, so that a return brings back exactly what was there.
    """

    work: Work
    changes: list[Change] = field(default_factory=list)
    counts: defaultdict[Noun, Counts] = field(default_factory=lambda: defaultdict(Counts))

    def settle(self, pairs: Iterable[Pair], gone: Iterable[Known], address: str = "") -> None:
        for pair in pairs:
            self._settle(pair)
        for known in gone:
            self._archive(known, child_address(address, known.kind, known.key))

    def _settle(self, pair: Pair) -> None:
        if pair.item.kind == "lookup":
            return  # the tenant's lists are settled by their titles
        if pair.known is None:
            self._create(pair)
            return
        if pair.exists:
            self._keep(pair)
        else:
            self._create_here(pair)
        if not pair.children:
            self._count_unchanged(pair.item)
        self.settle(pair.children, pair.gone, pair.address)

    # ── new ──────────────────────────────────────────────────────────────────────────────────────

    def _create(self, pair: Pair) -> None:
        """An item with everything below it."""
        below = census_below(pair.item)
        self._change(pair, "create", below=below)
        self.counts[pair.item.kind].created += 1
        for kind, number in below.items():
            self.counts[kind].created += number
        self.work.plant(pair.item, pair.above)
        if pair.item.kind == "course":
            self.work.new_courses.append(pair.item)
        else:
            self.work.plant_below(pair.item)

    def _create_here(self, pair: Pair) -> None:
        """A new course into which something was moved: what is below is told one by one."""
        self._change(pair, "create")
        self.counts[pair.item.kind].created += 1
        self.work.plant(pair.item, pair.above)

    # ── known ────────────────────────────────────────────────────────────────────────────────────

    def _keep(self, pair: Pair) -> None:
        counts = self.counts[pair.item.kind]
        if pair.returns:
            counts.restored += 1
            self._change(pair, "restore")
        elif pair.moved:
            counts.moved += 1
            self._change(pair, "move")
        elif pair.fields:
            counts.changed += 1
            self._change(pair, "update")
        else:
            counts.unchanged += 1
        self._write(pair)
        self._map(pair)

    def _write(self, pair: Pair) -> None:
        item, work = pair.item, self.work
        assert item.row_id is not None
        if pair.returns:
            work.restores.setdefault(ITEMS[item.kind].name, []).append(item.row_id)
        if pair.stale:
            work.updated.setdefault(item.kind, []).append((pair.above, item))
        if pair.detail == "missing":
            work.new_details.append(item)
        elif pair.detail == "stale":
            work.changed_details.append(item)
        work.new_links.extend(pair.links.new)
        work.changed_links.extend(pair.links.changed)
        for name, row_id in pair.links.archive:
            work.archives.setdefault(LINKS[name].name, []).append(row_id)
        for name, row_id in pair.links.restore:
            work.restores.setdefault(LINKS[name].name, []).append(row_id)

    def _map(self, pair: Pair) -> None:
        item, known = pair.item, pair.known
        assert known is not None
        place = (pair.above, item)
        if known.origin is not None:
            self.work.uprooted.append(known.origin)
            self.work.planted.append(place)
        elif (known.digest, known.tree, known.paths, known.archived) != (
            item.digest,
            item.tree,
            item.paths,
            False,
        ):
            self.work.mapped.append(place)

    # ── gone ─────────────────────────────────────────────────────────────────────────────────────

    def _archive(self, known: Known, address: str) -> None:
        if known.archived and known.origin is None:
            return
        assert known.kind is not None
        assert known.row_id is not None
        self.work.retired.append(known)
        if known.origin is not None:
            self.work.uprooted.append(known.origin)
        if known.kind == "lookup" or known.archived:
            return  # the tenant's lists belong to the tenant: only the mapping forgets the key
        self.work.archives.setdefault(ITEMS[known.kind].name, []).append(known.row_id)
        self.counts[known.kind].archived += 1
        above = known.parent.row_id if known.parent else None
        self.changes.append(
            Change(action="archive", kind=known.kind, address=address, row=known.row_id, above=above)
        )

    # ── telling ──────────────────────────────────────────────────────────────────────────────────

    def _change(self, pair: Pair, action: Action, below: Mapping[Kind, int] | None = None) -> None:
        self.changes.append(
            Change(
                action=action,
                kind=pair.item.kind,
                address=pair.address,
                title=title_of(pair.item),
                fields=tuple(pair.fields),
                below=below or {},
                was=pair.known.was if pair.known else None,
                row=pair.item.row_id,
                above=pair.above.row_id if pair.above else None,
                item=pair.item,
            )
        )

    def _count_unchanged(self, item: Item) -> None:
        for kind, number in census_below(item).items():
            self.counts[kind].unchanged += number


def title_of(item: Item) -> str:
    """What people call it: the title, or how the question or option begins."""
    text: str = getattr(item.row, "title", "") or getattr(item.row, "text", "")
    return text if len(text) <= _LONGEST_TITLE else f"{text[:_LONGEST_TITLE]}…"

"""What `apply` has to write, table by table. Ids of new rows are not known yet: items stand for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from loaders.content.known import Address, Known
from loaders.content.rows.items import Item, Tree
from loaders.content.rows.tables import Kind, Row
from schemas.model import Media

Placed = tuple[Item | None, Item]  # an item and the item above it (None: the bundle)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A junction row to insert: `table` as in `tables.LINKS`, `other` what the program is joined with."""

    table: str
    program: Item
    other: str
    row: Row


@dataclass(frozen=True, slots=True)
class OldLink:
    """A junction row that exists and gets other values."""

    table: str
    row_id: int
    program: Item
    other: str
    row: Row


@dataclass(slots=True)
class Work:
    """`archives` and `restores` hold row ids by table name. `known` items keep their row, `created` get one.

    `moved` is what the bundle's row is to remember, None when that stays; `replanted` is what a later
    rollback retraces, `rollback_to` the release that this publish goes back to.

    `new_courses` are new with all that is in them: `created` and `planted` have the courses alone, until
    `plant_below` adds the rest or the database's staging area writes it.

    `mapped` are mapping rows to rewrite in place, `planted` to insert (new or moved here), `uprooted`
    to delete because their item moved away, `retired` to flag as archived.
    """

    tree: Tree
    bundle_id: int | None
    created: dict[Kind, list[Placed]] = field(default_factory=dict)
    new_courses: list[Item] = field(default_factory=list)
    updated: dict[Kind, list[Placed]] = field(default_factory=dict)
    new_details: list[Item] = field(default_factory=list)
    changed_details: list[Item] = field(default_factory=list)
    new_links: list[NewLink] = field(default_factory=list)
    changed_links: list[OldLink] = field(default_factory=list)
    archives: dict[str, list[int]] = field(default_factory=dict)
    restores: dict[str, list[int]] = field(default_factory=dict)
    lookups: list[Item] = field(default_factory=list)
    new_users: list[str] = field(default_factory=list)
    planted: list[Placed] = field(default_factory=list)
    mapped: list[Placed] = field(default_factory=list)
    uprooted: list[Address] = field(default_factory=list)
    retired: list[Known] = field(default_factory=list)
    moved: list[tuple[str, str]] | None = None
    replanted: list[tuple[str, str]] = field(default_factory=list)
    rollback_to: int | None = None
    stored: list[Media] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Not even a digest has to be written."""
        return not any(
            getattr(self, each.name)
            for each in fields(self)
            if each.name not in ("tree", "bundle_id", "rollback_to")
        )

    def plant(self, item: Item, parent: Item | None) -> None:
        """A new item, without what is below."""
        self.created.setdefault(item.kind, []).append((parent, item))
        self.planted.append((parent, item))
        if item.detail is not None:
            self.new_details.append(item)
        for table, rows in item.links.items():
            self.new_links.extend(NewLink(table, item, other, row) for other, row in rows.items())

    def plant_below(self, item: Item) -> None:
        """Everything in a new item."""
        for child in item.copy_children():
            self.plant(child, item)
            self.plant_below(child)

    def emails(self) -> Iterator[str]:
        """Everybody the rows to be written refer to."""
        for written in (self.created, self.updated):
            for _, item in (*written.get("program", ()), *written.get("course", ())):
                yield item.row.instructor
        yield from (link.other for link in self.new_links if link.table == "instructors")

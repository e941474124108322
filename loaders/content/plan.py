"""What a publish is going to do: facts, apart from how they are shown and from the SQL that does them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from loaders.content.rows.items import Item
from loaders.content.rows.tables import Kind
from loaders.content.work import Work

Action = Literal["create", "update", "move", "archive", "restore"]
# What a plan counts: the kinds of item, and what a publish writes besides.
Noun = Kind | Literal["bundle", "media", "user"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`name` is the author's word for it; `old` and `new` are plain values, or tuples of them for lists."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One item that will not be as it was.

    `below` counts what is created along with a created item: those have no change of their own.
    A moved or restored item may have changed `fields` as well. `was` is the address it is moved from.
    `row` is the item's row in the tenant, None for a new one; `above` the row of what it stands in. `item` is
    what it is to be, None for what is archived.
    """

    action: Action
    kind: Noun
    address: str
    title: str = ""
    fields: tuple[FieldChange, ...] = ()
    below: Mapping[Kind, int] = field(default_factory=dict)
    was: str | None = None
    row: int | None = field(default=None, compare=False)
    above: int | None = field(default=None, compare=False)
    item: Item | None = field(default=None, compare=False, repr=False)


@dataclass(slots=True)
class Counts:
    """How many items of one kind; each is counted once. Media that nothing uses any more are `archived`."""

    created: int = 0
    changed: int = 0
    moved: int = 0
    restored: int = 0
    archived: int = 0
    unchanged: int = 0

    @property
    def touched(self) -> int:
        return self.created + self.changed + self.moved + self.restored + self.archived

    def as_dict(self) -> dict[str, int]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Changes in the order of the bundle, and how many of each kind.

    `base` is the release it was compared with (None: never published); `apply` refuses when that is no
    longer the last one. `work` is for `apply` alone.
    """

    bundle: str
    title: str
    digest: bytes
    base: int | None
    changes: tuple[Change, ...]
    counts: Mapping[Noun, Counts]
    work: Work = field(repr=False, compare=False)

    @property
    def empty(self) -> bool:
        """Nothing a learner or an author could see would change."""
        return not self.changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One publish that changed something. `digest` is the bundle's; `published_at` is UTC.

    `bundle_file` is the SHA-256 of its documents in the media store, None for releases of earlier versions,
    which did not keep them. `rollback_to` is the release that this one repeats.
    """

    id: int
    bundle: str
    digest: bytes
    published_by: str | None
    published_at: datetime
    git_commit: str | None
    counts: Mapping[str, Mapping[str, int]]
    bundle_file: str | None = None
    rollback_to: int | None = None

"""A bundle as a tree of keyed items, with the digests by which a publish is compared with the last.

`Item.digest` covers an item's own rows, `Item.tree` everything below as well. Both change with
`ENCODING`, so a tool that writes rows differently compares every row again instead of trusting
digests of another making.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import orjson

from loaders.content.rows.tables import DetailRow, Kind, Row
from schemas.model import NOWHERE, Location, Media, Move

ENCODING = b"coursewright 1"
DIGEST_BYTES = 16


@dataclass(slots=True, eq=False)
class Item:
    """One keyed thing: its row, the rows that belong to it alone, and the items below it.

    `paths` says where in the bundle its storage keys come from, by field, and where its page is.
    `detail` is a content's; `links` a program's junction rows, by `tables.LINKS` and then by what
    they lead to. `below` counts what stands in a course. `row_id` is filled in when known: from the mapping,
    or reserved for a new row.

    What `flatten` makes is shared by many tenants and never changed. Comparing with a tenant works on copies
    of the items that it looks at.
    """

    kind: Kind
    key: str
    row: Row
    paths: dict[str, str] | None = None
    detail: DetailRow | None = None
    links: dict[str, dict[str, Row]] = field(default_factory=dict)
    children: tuple[Item, ...] = ()
    digest: bytes | None = None
    tree: bytes | None = None
    location: Location = NOWHERE
    below: Counter[Kind] | None = None
    row_id: int | None = None

    def copied(self) -> Item:
        """The same item for one tenant, above the same children."""
        return replace(self, row_id=None)

    def copy_children(self) -> tuple[Item, ...]:
        """Puts copies in the place of the children."""
        self.children = tuple(child.copied() for child in self.children)
        return self.children


@dataclass(slots=True, eq=False)
class Tree:
    """A whole bundle. `items` are its programs, courses and lookups."""

    key: str
    title: str
    items: tuple[Item, ...]
    media: tuple[Media, ...]
    moved: tuple[Move, ...]
    digest: bytes

    def copied(self) -> Tree:
        """For one tenant: see `Item`."""
        return replace(self, items=tuple(item.copied() for item in self.items))


def walk(items: Iterable[Item]) -> Iterator[Item]:
    """The items and everything below them, parents first."""
    for item in items:
        yield item
        yield from walk(item.children)


def census(items: Iterable[Item]) -> Counter[Kind]:
    """How many there are of each kind, everything below included."""
    found: Counter[Kind] = Counter()
    for item in items:
        if item.below is None:
            found.update(each.kind for each in walk((item,)))
        else:
            found[item.kind] += 1
            found.update(item.below)
    return found


def census_below(item: Item) -> Counter[Kind]:
    """The same, of everything that stands in an item."""
    return census(item.children) if item.below is None else item.below


def by_order(item: Item) -> int:
    """Its place among those like it; for sorting."""
    return item.row.order  # type: ignore[attr-defined,no-any-return]  # of the kinds that have an order


def lookup_symbol(kind: str, key: str) -> str:
    """How rows and the mapping name a lookup."""
    return f"{kind}/{key}"


# ── digests ──────────────────────────────────────────────────────────────────────────────────────


def digest(*parts: Any) -> bytes:
    """Of rows, paths, keys and other digests; equal for equal content on every machine."""
    encoded = orjson.dumps(parts, default=_plain)
    return blake2b(encoded, digest_size=DIGEST_BYTES, person=ENCODING).digest()


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return plain_number(value)
        case tuple():
            return list(value)
        case bytes():
            return value.hex()
    raise TypeError(type(value))


@lru_cache(maxsize=1024)
def plain_number(value: Decimal) -> str:
    """One text for equal numbers: 60, 60.00 and 6E1 are the same score."""
    return f"{value.normalize():f}"


def sealed(item: Item) -> Item:
    """Gives an item its digests, once everything below has its own."""
    item.digest = digest(item.row, item.paths, item.detail, item.links)
    below = [(child.kind, child.key, child.tree) for child in item.children]
    item.tree = digest(item.digest, below) if below else item.digest
    return item

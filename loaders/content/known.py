"""What the tenant holds of a bundle: the mapping from author keys to rows, read only where needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import LiteralString

from psycopg import sql

from loaders.content.rows.items import Item
from loaders.content.rows.tables import KINDS, LETTERS, Kind
from loaders.tenants.connect import Connection
from schemas.model import Media

BELOW: dict[Kind | None, tuple[Kind, ...]] = {
    None: ("program", "course", "lookup"),
    "course": ("section", "content"),
    "content": ("quiz",),
    "quiz": ("question",),
    "question": ("option",),
}
ABOVE: dict[Kind, Kind] = {kind: above for above, kinds in BELOW.items() if above for kind in kinds}
Address = tuple[int, Kind, str]


@dataclass(slots=True, eq=False)
class Known:
    """A row of `coursewright_item`, where the declared moves will have put it.

    `origin` is its primary key when a move took it away, `was` its address then. `touched` asks to look below
    whatever the digests say, because a move put something there; `doubted` asks to look at its own
    rows as well. `row_id` is None for a course that
    will be created and that a move already put something into. `children` is None until loaded.
    """

    kind: Kind | None  # None: the bundle itself
    key: str
    row_id: int | None
    parent: Known | None = None
    digest: bytes | None = None
    tree: bytes | None = None
    paths: dict[str, str] | None = None
    archived: bool = False
    children: dict[tuple[Kind, str], Known] | None = None
    origin: Address | None = None
    was: str | None = None
    touched: bool = False
    doubted: bool = False
    item: Item | None = None

    def below(self) -> dict[tuple[Kind, str], Known]:
        assert self.children is not None, f"the children of {self.kind} {self.key!r} are not loaded"
        return self.children

    def of_kind(self, kind: Kind) -> Iterator[Known]:
        return (known for known in self.below().values() if known.kind == kind)


@dataclass(slots=True)
class Published:
    """One bundle of one tenant: `moved` lists the entries it has honoured, `release` is its last publish.

    `replanted` are the addresses, before and after, of every row that moved since it was read, in order.
    `doubted`: rows may differ from what was published, so equal digests prove nothing.
    """

    connection: Connection
    schema: str
    root: Known
    title: str = ""
    digest: bytes | None = None
    release: int | None = None
    moved: list[tuple[str, str]] = field(default_factory=list)
    replanted: list[tuple[str, str]] = field(default_factory=list)
    doubted: bool = False

    @property
    def bundle_id(self) -> int | None:
        return self.root.row_id

    def load(self, parents: Iterable[Known]) -> None:
        """Reads what is below `parents`, one query for all, unless it was read before."""
        missing = [known for known in parents if known.children is None]
        for known in missing:
            known.children = {}
        for kind, below in BELOW.items():
            of_kind = {known.row_id: known for known in missing if known.kind == kind}
            if of_kind:
                self._load(of_kind, below)

    def _load(self, parents: dict[int | None, Known], kinds: tuple[Kind, ...]) -> None:
        letters = [LETTERS[kind] for kind in kinds]
        for parent_id, letter, *values in self.connection.execute(
            in_schema(
                self.schema,
                'SELECT "parentId", kind::text, key, "rowId", digest, "treeDigest", files, archived'
                " FROM {s}.coursewright_item"
                ' WHERE "parentId" = ANY (%s) AND kind = ANY (%s::text[]::"char"[]) ORDER BY "rowId"',
            ),
            (list(parents), letters),
        ):
            parent, kind = parents[parent_id], KINDS[letter]
            key, row_id, digest, tree, paths, archived = values
            known = Known(kind, key, row_id, parent, digest, tree, paths, archived)
            known.doubted = self.doubted and kind != "lookup"  # the tenant may translate its lists
            parent.below()[kind, key] = known


def published(connection: Connection, schema: str, key: str) -> Published:
    """The bundle as the tenant knows it; `bundle_id` is None when it was never published there."""
    row = connection.execute(
        in_schema(
            schema, 'SELECT id, title, digest, "releaseId", moved FROM {s}.coursewright_bundle WHERE key = %s'
        ),
        (key,),
    ).fetchone()
    if row is None:
        return Published(connection, schema, Known(None, key, None, children={}))
    bundle_id, title, digest, release, moved = row
    honoured = [(old, new) for old, new in moved]
    return Published(connection, schema, Known(None, key, bundle_id), title, digest, release, honoured)


def read_media(connection: Connection, schema: str, bundle_id: int | None) -> list[Media]:
    """The bundle's files as the tenant knows them, sorted by path."""
    rows = connection.execute(
        in_schema(
            schema,
            "SELECT path, encode(digest, 'hex'), size, \"mediaType\" FROM {s}.coursewright_media"
            ' WHERE "bundleId" = %s ORDER BY path',
        ),
        (bundle_id,),
    )
    return [
        Media(path=path, digest=digest, size=size, media_type=media_type)
        for path, digest, size, media_type in rows
    ]


def address_of(known: Known) -> str:
    """As in `schemas.model`; a quiz has the address of its content."""
    if known.parent is None:
        return ""
    return child_address(address_of(known.parent), known.kind, known.key)


def child_address(address: str, kind: str | None, key: str) -> str:
    """What stands below `address`."""
    if kind == "quiz":
        return address
    return f"{address}/{kind}:{key}" if address else f"{kind}:{key}"


def in_schema(schema: str, statement: LiteralString) -> sql.Composed:
    """A statement with `{s}` for the tenant's schema. Nothing relies on search_path."""
    return sql.SQL(statement).format(s=sql.Identifier(schema))


def letter_above(column: str) -> str:
    """SQL for the letter of what an item of the kind in `column` stands in; NULL for what the bundle has."""
    steps = " ".join(f"WHEN '{LETTERS[kind]}' THEN '{LETTERS[above]}'" for kind, above in ABOVE.items())
    return f"CASE {column} {steps} END"

"""What must be true of one tenant, kept beside it: which row every key ever published has, what its columns say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from loaders.tenants.tenant import Tenant
from schemas.model import Bundle, Move
from tests.interleaving.addresses import course_of, kind_of, renamed, row_of
from tests.interleaving.rows import Cells, Connection, Held, Names, Row, held, items, said

Cell = tuple[Row, str]


class TakenError(Exception):
    """A move leads to an address that something else has, or had."""


@dataclass(slots=True)
class Then:
    """A release. `moves` are those that led to it, and those that the tenant made while it was the last."""

    number: int
    bundle: Bundle
    live: dict[str, int]
    honoured: list[tuple[str, str]]
    moves: list[Move] = field(default_factory=list)


@dataclass(slots=True)
class Model:
    """`rows` has the row of every address that was ever published, `said` what a bundle last said of a row.

    `hidden` are rows that somebody archived by hand.
    """

    tenant: Tenant
    connection: Connection
    key: str
    users: dict[str, int]
    rows: dict[str, int] = field(default_factory=dict)
    lookups: dict[str, int] = field(default_factory=dict)
    said: Cells = field(default_factory=dict)
    hidden: set[Row] = field(default_factory=set)
    honoured: list[tuple[str, str]] = field(default_factory=list)
    releases: list[Then] = field(default_factory=list)

    @property
    def base(self) -> Bundle:
        return self.releases[-1].bundle

    def look(self) -> Held:
        return held(self.connection, self.tenant.schema)

    # ── the tenant's edits ───────────────────────────────────────────────────────────────────────

    def live(self) -> dict[str, int]:
        """Rows by address of what the last release had."""
        return self.releases[-1].live if self.releases else {}

    def edits(self, now: Held) -> set[Cell]:
        """Cells that are not what the last release said of them."""
        return {
            (row, name)
            for row in self.live_rows()
            for name, value in self.said[row].items()
            if now.cells[row][name] != value
        }

    def live_rows(self) -> set[Row]:
        if not self.releases:
            return set()
        return set(said(self.base, Names({**self.rows, **self.lookups}, self.users)))

    def disputed(self, wanted: Bundle, rows: dict[str, int], now: Held) -> tuple[set[Cell], set[Cell]]:
        """Edits of which the bundle says something else, and those among them that cannot be kept beside it.

        That is so where the bundle changed the same cell, or took away what it refers to.
        """
        after, adopted = self.wanted(wanted, rows), self.adopted(rows)
        edits, clashes = set(), set()
        for row, name in self.edits(now):
            if row not in after or (row in adopted and name in ("sectionId", "sortOrder")):
                continue
            before, there, goal = self.said[row][name], now.cells[row][name], after[row][name]
            if there == goal:
                continue
            edits.add((row, name))
            homeless = name == "sectionId" and ("course_section", there) not in after
            if before != goal or homeless:
                clashes.add((row, name))
        return edits, clashes

    # ── addresses ────────────────────────────────────────────────────────────────────────────────

    def pending(self, moves: Sequence[Move]) -> list[Move]:
        seen, fresh = Counter(self.honoured), []
        for move in moves:
            if seen[move.old, move.new]:
                seen[move.old, move.new] -= 1
            else:
                fresh.append(move)
        return fresh

    def moved(self, moves: Iterable[Move], wanted: Bundle | None) -> tuple[dict[str, int], list[Move]]:
        """`rows` after the moves, and those that found something to move. Raises TakenError.

        A section takes along what stands in it, unless the bundle `wanted` has it where it was.
        """
        rows, made = self.rows, []
        for move in moves:
            if move.old not in rows:
                continue
            if move.new in rows:
                raise TakenError
            steps = [move, *(self._along(move, rows, wanted) if wanted else ())]
            made += steps
            for step in steps:
                rows = {renamed(address, step): row for address, row in rows.items()}
        return rows, made

    def _along(self, move: Move, rows: dict[str, int], wanted: Bundle) -> Iterable[Move]:
        here, there = course_of(move.old), course_of(move.new)
        if kind_of(move.old) != "section" or here == there:
            return
        stays = {address for address, _, _ in items(wanted)}
        inside = {row for row, cells in self.look().cells.items() if cells.get("sectionId") == rows[move.old]}
        for address, row in rows.items():
            new = there + address.removeprefix(here)
            is_inside = kind_of(address) == "content" and row_of(address, row) in inside
            if is_inside and course_of(address) == here and address not in stays and new not in rows:
                yield Move(old=address, new=new)

    def way_back(self, then: Then) -> list[Move]:
        later = self.releases[self.releases.index(then) + 1 :]
        return [
            Move(old=move.new, new=move.old)
            for release in reversed(later)
            for move in reversed(release.moves)
        ]

    def wanted(self, bundle: Bundle, rows: dict[str, int]) -> Cells:
        """What a bundle says, by the rows it will have here; new ones have ids below zero."""
        new = {address: -n for n, (address, _, _) in enumerate(items(bundle), start=1)}
        return said(bundle, Names({**new, **rows, **self.lookups}, self.users))

    def adopted(self, rows: dict[str, int]) -> set[Row]:
        """Sections and contents that go to another course."""
        before, after = _courses(self.rows), _courses(rows)
        return {row for row, course in after.items() if course != before[row]}

    # ── after a publish ──────────────────────────────────────────────────────────────────────────

    def remember(self, then: Then, after: Cells, rows: dict[str, int], *, fresh: bool) -> None:
        """What a publish did. It is `then` when that was a `fresh` release, and else belongs to the last one."""
        self.rows, self.honoured = rows, then.honoured
        self.said.update(after)
        if fresh:
            self.releases.append(then)
        else:
            self.releases[-1].moves += then.moves
            self.releases[-1].honoured = then.honoured


def _courses(rows: dict[str, int]) -> dict[Row, int | None]:
    """The course that each section and content is in."""
    return {
        row_of(address, row): rows.get(course_of(address))
        for address, row in rows.items()
        if kind_of(address) in ("section", "content")
    }

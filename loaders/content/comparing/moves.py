"""`moved:` entries carried out on the mapping: the row stays, its key or its parent changes.

Entries apply in the order they are written, each to what the ones before it left. Every tenant
remembers which entries it has honoured, so an entry is considered once there: a key that is used
again later, for something new, is not moved again. An entry whose old address holds nothing has
nothing left to do.

A rollback retraces what later releases moved, the last first, so that every row is again where it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from loaders.content.known import Known, Published, address_of, in_schema
from loaders.content.rows.items import Item, Tree
from loaders.content.rows.tables import Kind
from schemas.findings import Finding, Rule
from schemas.model import Move

NOT_AN_ADDRESS = Rule(
    "CW410", "moved-not-an-address", "An entry of `moved` names no thing that can be moved."
)
NOT_COMPARABLE = Rule("CW411", "moved-elsewhere", "A thing can be moved only to a place of its own kind.")
BOTH_EXIST = Rule("CW412", "moved-onto-another", "A thing cannot be moved to an address that is taken.")
TAKEN_SINCE = Rule(
    "CW413", "address-taken-since", "A rollback cannot bring a thing back to an address that was given away."
)

Steps = tuple[tuple[Kind, str], ...]
_SHAPES: frozenset[tuple[str, ...]] = frozenset(
    {
        ("program",),
        ("course",),
        ("course", "section"),
        ("course", "content"),
        ("course", "content", "question"),
        ("course", "content", "question", "option"),
    }
)


def pending(declared: Sequence[Move], honoured: Sequence[tuple[str, str]]) -> list[Move]:
    """The entries this tenant has not seen. The same entry may stand there twice: there and back again."""
    seen = Counter(honoured)
    fresh = []
    for move in declared:
        if seen[move.old, move.new]:
            seen[move.old, move.new] -= 1
        else:
            fresh.append(move)
    return fresh


def carry_out(moves: Sequence[Move], published: Published, wanted: Tree) -> list[Finding]:
    """Rearranges what `published` knows as the entries say. Returns what contradicts them."""
    rearranging = _Rearranging(published, {(item.kind, item.key): item for item in wanted.items})
    return [finding for move in moves if (finding := rearranging.move(move))]


def retrace(back: Sequence[Move], published: Published, wanted: Tree) -> list[Finding]:
    """Undoes moves of single rows, see `releases.way_back`. Returns what stands in the way."""
    items = {(item.kind, item.key): item for item in wanted.items}
    rearranging = _Rearranging(published, items, retracing=True)
    return [finding for move in back if (finding := rearranging.move(move))]


def steps(address: str) -> Steps | None:
    """`course:a/content:b` as (("course", "a"), ("content", "b")); None when it is no address."""
    parts = [part.partition(":") for part in address.split("/", 3)]
    if tuple(kind for kind, _, _ in parts) not in _SHAPES or not all(key for _, _, key in parts):
        return None
    return tuple((kind, key) for kind, _, key in parts)  # type: ignore[misc]  # the shapes hold only kinds


@dataclass(slots=True)
class _Rearranging:
    published: Published
    wanted: dict[tuple[Kind, str], Item]
    retracing: bool = False

    def move(self, move: Move) -> Finding | None:
        old, new = steps(move.old), steps(move.new)
        if old is None or new is None:
            return _not_an_address(move, move.old if old is None else move.new)
        if [kind for kind, _ in old] != [kind for kind, _ in new]:
            return _not_comparable(move, "both addresses of one kind")
        found = self._find(old)
        if found is None:
            return None
        parent = self._parent(new)
        if parent is None or (parent is not found.parent and found.kind not in ("section", "content")):
            return _not_comparable(
                move, "a new place that exists; questions stay in their quiz and options in their question"
            )
        return self._put(found, parent, new[-1], move)

    def _find(self, address: Steps) -> Known | None:
        known = self.published.root
        for kind, key in address:
            if kind == "question":
                quiz = self._child(known, ("quiz", ""))
                if quiz is None:
                    return None
                known = quiz
            child = self._child(known, (kind, key))
            if child is None:
                return None
            known = child
        return known

    def _child(self, known: Known, step: tuple[Kind, str]) -> Known | None:
        self.published.load([known])
        return known.below().get(step)

    def _parent(self, address: Steps) -> Known | None:
        """Where something with this address belongs; a course that is new in the bundle is made room for."""
        if len(address) == 1:
            return self.published.root
        if address[-1][0] == "question":
            content = self._find(address[:-1])
            return content and self._child(content, ("quiz", ""))
        parent = self._find(address[:-1])
        step = address[0]
        if parent is None and step in self.wanted and len(address) == 2:
            parent = Known("course", step[1], None, self.published.root, children={})
            self.published.root.below()[step] = parent
        return parent

    def _put(self, known: Known, parent: Known, step: tuple[Kind, str], move: Move) -> Finding | None:
        self.published.load([parent])
        if step in parent.below():
            return (_taken_since if self.retracing else _both_exist)(move, parent.below()[step])
        before = known.parent
        assert before is not None, "the bundle itself has no address"
        self._replant(known, parent, step)
        if known.kind == "section" and before is not parent and not self.retracing:
            self._bring_contents(known, before, parent)
        return None

    def _bring_contents(self, section: Known, before: Known, after: Known) -> None:
        """A section takes along to another course what stands in it and is not wanted where it was."""
        rows = self.published.connection.execute(
            in_schema(
                self.published.schema, 'SELECT id FROM {s}.course_content WHERE "sectionId" = %s ORDER BY id'
            ),
            (section.row_id,),
        )
        inside = {row_id for (row_id,) in rows}
        course = self.wanted.get(("course", before.key))
        stays = {(child.kind, child.key) for child in course.children} if course else set()
        for content in [known for known in before.of_kind("content") if known.row_id in inside]:
            step: tuple[Kind, str] = ("content", content.key)
            if step not in stays and step not in after.below():
                self._replant(content, after, step)

    def _replant(self, known: Known, parent: Known, step: tuple[Kind, str]) -> None:
        before, old = known.parent, address_of(known)
        assert before is not None
        assert known.kind is not None
        del before.below()[known.kind, known.key]
        if known.origin is None and before.row_id is not None:
            known.origin, known.was = (before.row_id, known.kind, known.key), old
        before.touched = parent.touched = True
        known.parent, known.key = parent, step[1]
        parent.below()[step] = known
        if known.origin == (parent.row_id, *step):
            known.origin = known.was = None  # there and back again
        self.published.replanted.append((old, address_of(known)))


def _not_an_address(move: Move, address: str) -> Finding:
    return Finding(
        rule=NOT_AN_ADDRESS,
        location=move.location,
        found=f"{address!r}",
        expected="an address such as course:first-aid/content:welcome",
        mend="write program:KEY, course:KEY, course:KEY/section:KEY, course:KEY/content:KEY,"
        " …/question:KEY or …/option:KEY",
    )


def _not_comparable(move: Move, expected: str) -> Finding:
    return Finding(
        rule=NOT_COMPARABLE,
        location=move.location,
        found=f"{move.old} is to become {move.new}",
        expected=expected,
        mend="name a place of the same kind, after any moves of what it stands in: entries apply in order",
    )


def _both_exist(move: Move, taken: Known) -> Finding:
    state = "archived there" if taken.archived else "published there too"
    return Finding(
        rule=BOTH_EXIST,
        location=move.location,
        found=f"{move.old} is to become {move.new}, but something else is {state}",
        expected="an address that nothing in the tenant has",
        mend="use a key that was never published, or remove the entry:"
        f" {move.old} is archived then and keeps its learners' records",
    )


def _taken_since(move: Move, taken: Known) -> Finding:
    state = "archived" if taken.archived else "published"
    return Finding(
        rule=TAKEN_SINCE,
        location=move.location,
        found=f"{move.old} was {move.new} then, but something newer is {state} at that address",
        expected="an address that was not used again",
        mend="publish a bundle that has what you want back, under the addresses of today",
    )

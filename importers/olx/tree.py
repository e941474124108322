"""A whole package as one tree: what is published, drafts at their places, and what nothing points to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from importers.olx import settings
from importers.olx.blocks import BLOCKS, CONTAINERS, Block, Builder
from importers.olx.definitions import Definitions, Unread
from importers.olx.faults import NO_COURSE, Fault
from importers.olx.roots import Root
from importers.olx.settings import Policies
from importers.shared.xml import Node
from schemas.findings import RefusedError
from schemas.model import Location
from schemas.source import Source

_CONTAINING_FIRST: Final = ("chapter", "sequential", "videosequence", "vertical", "conditional", "split_test")
_LAST: Final = 999_999


@dataclass(slots=True)
class Package:
    """`course` is the root block, `loose` blocks that no other one holds, `elements` what is no block."""

    root: Root
    course: Block
    definitions: Definitions
    policies: Policies
    loose: list[Block] = field(default_factory=list)
    elements: list[Node] = field(default_factory=list)

    @property
    def run(self) -> str:
        return self.course.url_name

    def blocks(self) -> Iterator[Block]:
        """All but the root, in the order of the course."""
        for child in (*self.course.children, *self.loose):
            yield from child.walk()


def package(source: Source, root: Root) -> Package:
    """Raises RefusedError with every fault (CW590–CW596)."""
    definitions = Definitions(source, frozenset(source.names()))
    pointer = definitions.root(root.name)
    if isinstance(pointer, Unread):
        raise RefusedError(pointer.findings)
    run = pointer.attributes.get("url_name") or pointer.attributes.get("slug") or "course"
    policies = settings.read(source, root.base, run)
    builder = Builder(definitions, policies)
    definitions.used.add(root.name)
    course = builder.block(pointer, [root.base], ())
    if course.file is None and not course.children and not builder.faults:
        raise _no_course(course.location, f"course/{run}.xml is not in the package, and nothing inside")
    found = Package(root, course, definitions, policies)
    for branch in root.branches:
        _hang(found, builder, branch)
    found.loose += _loose(found, builder)
    found.elements += [each for each in builder.elements if each.name != "textbook"]
    _require_sound(found, builder)
    return found


def _require_sound(found: Package, builder: Builder) -> None:
    faults = list(builder.faults)
    where = Location(
        found.definitions.source.place(found.policies.files[0]) if found.policies.files else found.root.name
    )
    for values in found.policies.settings.values():
        faults += settings.require_dates(values, where)
    if faults:
        raise RefusedError([fault.finding() for fault in dict.fromkeys(faults)])
    if found.course.node is None:
        raise _no_course(found.course.location, found.course.problem)


def _no_course(location: Location, reason: str) -> RefusedError:
    return Fault(NO_COURSE, location, f"a course that cannot be read: {reason}", "OLX").refusal()


# ── drafts ───────────────────────────────────────────────────────────────────────────────────────


def _hang(found: Package, builder: Builder, branch: str) -> None:
    """Drafts name their parent and their place in it; those of a new unit hang beside what is published."""
    places = {block.url_name: block for block in found.blocks() if block.holds and not block.same}
    for node, category, url_name in _heads(found.definitions, branch):
        parent = places.get(_last(_parent(node)))
        draft = builder.pointed(category, url_name, [branch, found.root.base], _label(branch))
        if parent is None:
            draft.notes.append("its place in the course is not in the package")
            found.loose.append(draft)
        else:
            parent.children.insert(_place(parent, node, url_name), draft)


def _heads(definitions: Definitions, branch: str) -> list[tuple[Node, str, str]]:
    """The drafts that say where they belong, in the order of their places."""
    found = []
    for name, category, url_name in _files(definitions, branch):
        node = definitions.root(name)
        if isinstance(node, Node) and _parent(node):
            found.append((node, category, url_name))
    return sorted(found, key=lambda each: (_index(each[0]), each[2]))


def _parent(node: Node) -> str:
    return node.attributes.get("parent_sequential_url") or node.attributes.get("parent_url") or ""


def _place(parent: Block, node: Node, url_name: str) -> int:
    """Behind the published one that it revises, or where it says."""
    for index, child in enumerate(parent.children):
        if child.url_name == url_name:
            return index + 1
    return min(_index(node), len(parent.children))


def _index(node: Node) -> int:
    given = node.attributes.get("index_in_children_list", "")
    return int(given) if re.fullmatch(r"[0-9]{1,6}", given) else _LAST


def _last(address: str) -> str:
    """i4x://org/course/sequential/NAME, or block-v1:org+course+run+type@sequential+block@NAME."""
    return re.split(r"[/@]", address)[-1]


# ── what nothing points to ───────────────────────────────────────────────────────────────────────


def _loose(found: Package, builder: Builder) -> Iterator[Block]:
    """Files of blocks that were not reached: those that hold others first, so that these are reached."""
    for branch in ("", *found.root.branches):
        folder = branch or found.root.base
        for name, category, url_name in sorted(_files(found.definitions, folder), key=_rank):
            if name not in found.definitions.used:
                yield builder.pointed(category, url_name, [folder, found.root.base], _label(branch))


def _label(branch: str) -> str:
    """`drafts/` → draft; another branch by its name; "" for what is published."""
    return branch.rstrip("/").rpartition("/")[2].removesuffix("s")


def _rank(file: tuple[str, str, str]) -> tuple[int, str]:
    _, category, _ = file
    known = category in _CONTAINING_FIRST
    return (_CONTAINING_FIRST.index(category) if known else len(_CONTAINING_FIRST), file[0])


def _files(definitions: Definitions, folder: str) -> list[tuple[str, str, str]]:
    """(file, category, url_name) of every definition in a folder."""
    found = []
    for name in sorted(definitions.names):
        inside = name[len(folder) :] if name.startswith(folder) else ""
        category, _, path = inside.partition("/")
        if path.endswith(".xml") and category in BLOCKS - {"course", "library"}:
            found.append((name, category, path.removesuffix(".xml").replace("/", ":")))
    return found


assert set(_CONTAINING_FIRST) <= CONTAINERS

"""Files → the tree of blocks: pointers followed, settings of three places put together.

A block is written inline, or as a pointer (`<html url_name="intro"/>`) to a file of its category, which may
point on to an HTML file; many courses mix all of it. Whoever names a block a second time means the first.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from importers.olx import faults, settings
from importers.olx.definitions import Definitions, Unread
from importers.olx.faults import Fault
from importers.olx.settings import Policies
from importers.shared import hrefs, markup
from importers.shared.xml import Node
from schemas.model import NOWHERE, Location

CONTAINERS: Final = frozenset(
    ("course", "library", "chapter", "sequential", "vertical", "videosequence", "section", "wrapper", "unit",
     "problemset", "randomize", "split_test", "abtest", "library_content", "itembank", "conditional",
     "timelimit", "proctor", "group")
)  # fmt: skip
"""Blocks that hold blocks; the last few are from courses before Studio."""
LEAVES: Final = frozenset(
    ("html", "problem", "video", "discussion", "poll", "survey", "poll_question", "word_cloud", "lti",
     "lti_consumer", "openassessment", "edx_sga", "staffgradedxblock", "drag-and-drop-v2", "recommender",
     "google-document", "google-calendar", "annotatable", "textannotation", "imageannotation",
     "videoannotation", "azure_media_services", "about", "static_tab", "done", "peergrading",
     "combinedopenended", "customtag", "scorm", "h5pxblock", "pdf")
)  # fmt: skip
BLOCKS: Final = CONTAINERS | LEAVES
_NO_BLOCKS: Final = frozenset(("wiki", "textbook", "show", "metadata", "grader", "resources"))
_OF_DRAFTS: Final = frozenset(("parent_sequential_url", "parent_url", "index_in_children_list"))


@dataclass(slots=True, eq=False)
class Block:
    """`node` is its definition (None when it has none that can be read: `problem` says why), `html` the text
    of an HTML file it points to. `same` is the block whose second mention this is. `branch` is "" for what
    is published. `identity` tells it from all other blocks, in later exports too.
    """

    category: str
    url_name: str
    identity: str
    location: Location
    settings: dict[str, str]
    node: Node | None = None
    file: str | None = None
    html: str | None = None
    notes: list[str] = field(default_factory=list)
    problem: str = ""
    branch: str = ""
    same: Block | None = None
    children: list[Block] = field(default_factory=list)
    digest: str = ""

    @property
    def name(self) -> str:
        """How the report calls it."""
        return f"{self.category} {self.url_name or self.identity.rpartition('/')[2]}"

    @property
    def title(self) -> str:
        named = next(filter(None, map(self.settings.get, ("display_name", "block_name", "name"))), "")
        within = self.node.first("title") if self.node and self.category == "openassessment" else None
        title = (named or (within.text if within else "")).strip()
        return "" if title == "null" else title

    @property
    def holds(self) -> bool:
        """Whether it is a place for other blocks."""
        return self.category in CONTAINERS or bool(self.children)

    def walk(self) -> Iterator[Block]:
        yield self
        for child in self.children:
            yield from child.walk()

    def setting(self, name: str) -> str:
        return settings.given(self.settings.get(name))


@dataclass(slots=True)
class Builder:
    """Makes blocks of elements. Faults are gathered; what cannot be read is a block with a `problem`."""

    definitions: Definitions
    policies: Policies
    faults: list[Fault] = field(default_factory=list)
    elements: list[Node] = field(default_factory=list)
    """Elements between blocks that are none."""
    _seen: dict[str, list[Block]] = field(default_factory=dict)
    _count: int = 0

    def pointed(self, category: str, url_name: str, folders: Sequence[str], branch: str) -> Block:
        """The block of a file that nothing points to."""
        pointer = Node(category, "", {"url_name": url_name}, "", NOWHERE)
        return self.block(pointer, folders, (), branch)

    def block(
        self, element: Node, folders: Sequence[str], above: tuple[Block, ...], branch: str = ""
    ) -> Block:
        """`folders` are where definitions are looked for, `above` the blocks that hold this one."""
        self._count += 1
        url_name = _name(element.attributes)
        block = Block(element.name, url_name, "", element.location, dict(element.attributes), element)
        within = above[-1].identity if above else ""
        self._define(block, folders)
        block.settings |= self.policies.of(block.category, url_name)
        block.branch = branch if block.file is None or block.file.startswith(folders[0]) else ""
        block.digest = _digest(block)
        block.identity = f"{block.category}/{url_name}" if url_name else f"{within}/{block.digest[:12]}"
        if self._stops(block, above):
            return block
        if block.node is not None and not block.problem:
            self._fill(block, folders, (*above, block), branch)
        self._recognise(block)
        return block

    def _define(self, block: Block, folders: Sequence[str]) -> None:
        """Follows the pointer, if it is one, to the definition and its HTML file."""
        element = block.node
        assert element is not None
        given = (element.attributes.get(each, "") for each in ("url_name", "slug", "filename", "impl"))
        for written in filter(None, given):
            if not self._is_safe(written.replace(":", "/"), element.location):
                block.problem = "a name that leads out of the package"
                return
        bare = not element.children and not element.text.strip()
        name = self.definitions.find(folders, block.category, block.url_name) if bare else None
        name = name or (self._by_filename(element, folders) if bare else None)
        if name is not None:
            self._load(block, name)
        elif bare and set(element.attributes) == {"url_name"}:
            block.node, block.problem = None, f"{block.category}/{block.url_name}.xml is not in the package"
        if block.category == "html" and block.node is not None:
            self._load_html(block, folders)

    def _by_filename(self, element: Node, folders: Sequence[str]) -> str | None:
        filename = element.attributes.get("filename", "")
        if not filename or element.name == "html":
            return None
        return self.definitions.find(folders, element.name, filename)

    def _load(self, block: Block, name: str) -> None:
        found = self.definitions.root(name)
        self.definitions.used.add(name)
        block.file = name
        block.location = Location(self.definitions.source.place(name))
        if isinstance(found, Unread):
            block.node, block.problem = None, f"{name} cannot be read: {found.reason}"
            return
        block.node, block.location = found, found.location
        block.settings = found.attributes | block.settings
        if found.name != block.category:
            block.notes.append(f"its file says <{found.name}>")

    def _load_html(self, block: Block, folders: Sequence[str]) -> None:
        assert block.node is not None
        filename = block.node.attributes.get("filename", "")
        inline = block.node.children or block.node.text.strip()
        if not filename and (inline or block.file is None):
            return
        if not self._is_safe(filename.replace(":", "/"), block.node.location):
            block.problem = "a name that leads out of the package"
            return
        name = next(filter(self.definitions.names.__contains__, _html_names(block, filename, folders)), None)
        found = self.definitions.text(name) if name else Unread("is not in the package")
        if isinstance(found, Unread):
            if not inline:
                block.problem = f"html/{filename or block.url_name}.html {found.reason}"
            return
        self.definitions.used.add(str(name))
        block.html = found.text
        block.notes += [found.note] if found.note else []

    def _fill(self, block: Block, folders: Sequence[str], above: tuple[Block, ...], branch: str) -> None:
        assert block.node is not None
        if block.category in CONTAINERS and block.node.text.strip():
            self.elements.append(Node("text", "", {}, block.node.text, block.location))
        for child in block.node.children:
            if not _is_block(child, block):
                self.elements += [child] if block.category in CONTAINERS else []
                continue
            block.children.append(self.block(child, folders, above, branch))

    def _stops(self, block: Block, above: tuple[Block, ...]) -> bool:
        """Loops, and trees too deep or too large: faults that end the descent."""
        if block.url_name and any(each.identity == block.identity for each in above):
            found = f"{block.name} inside itself"
            self.faults.append(Fault(faults.LOOP, block.location, found, "blocks that come to an end"))
            return True
        if len(above) >= faults.MAX_DEPTH:
            found = f"{len(above):,} blocks inside one another"
            self.faults.append(Fault(faults.LOOP, block.location, found, f"at most {faults.MAX_DEPTH}"))
            return True
        if self._count > faults.MAX_BLOCKS:
            expected = f"at most {faults.MAX_BLOCKS:,}"
            raise Fault(faults.TOO_MANY, block.location, f"{self._count:,} blocks", expected).refusal()
        return False

    def _recognise(self, block: Block) -> None:
        """A block that was met before, with the same definition, is the same block."""
        known = self._seen.setdefault(block.identity, [])
        first = next((each for each in known if each.digest == block.digest), None)
        if first is None or block.problem:
            known.append(block)
        elif all(child.same for child in block.children):
            block.same = first

    def _is_safe(self, name: str, location: Location) -> bool:
        danger = hrefs.danger(name) if name else None
        if danger:
            found = f"{name[:200]!r}, {danger}"
            self.faults.append(Fault(faults.ADDRESS, location, found, "a name inside the package"))
        return not danger


def _name(attributes: dict[str, str]) -> str:
    """Before there were url_names, blocks were told by `slug`, `filename` or `name`."""
    wanted = (attributes.get(each, "").strip() for each in ("url_name", "slug", "filename", "name"))
    return next(filter(None, wanted), "")


def _is_block(child: Node, parent: Block) -> bool:
    if child.name in _NO_BLOCKS or parent.category in LEAVES:
        return False
    return "url_name" in child.attributes or parent.category in CONTAINERS


def _html_names(block: Block, filename: str, folders: Sequence[str]) -> Iterator[str]:
    """Where the text may lie: beside the definition (since 2012), or in html/ (before)."""
    path = (filename or block.url_name).replace(":", "/").removesuffix(".html")
    beside = posixpath.dirname(block.file) if block.file else f"{folders[0]}html"
    for folder in (beside, *(f"{each}html" for each in folders)):
        yield f"{folder}/{path}.html"
        yield f"{folder}/{path}"


def _digest(block: Block) -> str:
    """Of what it says itself, not of where it hangs; of blocks inside it only their names count."""
    if block.node is None:
        return ""
    inside = [
        Node(child.name, "", child.attributes, "", child.location) if _is_block(child, block) else child
        for child in block.node.children
    ]
    own = Node(
        block.node.name,
        "",
        {name: value for name, value in block.settings.items() if name not in _OF_DRAFTS},
        block.node.text,
        block.location,
        inside,
    )
    text = markup.outer_html(own) + (block.html or "")
    return hashlib.sha256(text.encode()).hexdigest()

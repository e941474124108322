"""A `questestinterop` document as assessments and banks, their sections flattened in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from importers.shared.qti12 import material
from importers.shared.qti12.settings import Settings, settings
from importers.shared.xml import Node
from schemas.model import Location

_RUBRICS: Final = frozenset(("rubric", "objectives", "presentation_material", "assessproc_material"))
_SHOWN_TO: Final = frozenset(("", "all", "candidate"))


@dataclass(frozen=True, slots=True)
class Section:
    """Items that stand together. `pick` of them are drawn at random for each learner (None: all are asked);
    with `bank` they are drawn from a question bank of that ident instead.

    `entries` are the idents of single questions of banks (New Quizzes' `bankentry_item`).
    """

    ident: str
    title: str
    location: Location
    items: tuple[Node, ...] = ()
    pick: int | None = None
    bank: str = ""
    entries: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """An assessment, a bank, or items that stand alone in a file. `texts` are HTML to read before it."""

    kind: Literal["assessment", "bank", "items"]
    ident: str
    title: str
    location: Location
    sections: tuple[Section, ...]
    settings: Settings = field(default_factory=Settings)
    texts: tuple[str, ...] = ()

    @property
    def items(self) -> list[Node]:
        return [item for section in self.sections for item in section.items]


def parts(root: Node) -> list[Part]:
    """All of a document, in order; items and sections outside of any assessment are one part at the end."""
    found = [_part(node) for node in root.children if node.name in ("assessment", "objectbank")]
    loose = [node for node in root.children if node.name in ("item", "section")]
    if loose:
        alone = Node(root.name, root.namespace, {}, "", root.location, loose)
        title = loose[0].attributes.get("title", "") if len(loose) == 1 else ""
        ident = loose[0].attributes.get("ident", "").strip() if len(loose) == 1 else ""
        about = next((node for node in loose if node.name == "section"), root)
        sections = tuple(_sections(alone, ""))
        found.append(Part("items", ident, title, root.location, sections, settings(about)))
    return found


def _part(node: Node) -> Part:
    own = settings(node)
    return Part(
        kind="bank" if node.name == "objectbank" else "assessment",
        ident=node.attributes.get("ident", "").strip(),
        title=node.attributes.get("title", "").strip() or own.bank_title,
        location=node.location,
        sections=tuple(_sections(node, "")),
        settings=own,
        texts=tuple(_texts(node)),
    )


def _sections(node: Node, title: str) -> Iterator[Section]:
    """The items right inside an element, then those of its sections, each in its place."""
    run: list[Node] = []
    entries: list[str] = []
    for child in node.children:
        if child.name == "item":
            run.append(child)
        elif child.name == "bankentry_item":
            entries.append(child.attributes.get("item_ref", "").strip())
        elif child.name == "section":
            if run or entries:
                yield _section(node, title, run, entries)
                run, entries = [], []
            yield from _sections(child, child.attributes.get("title", "").strip())
    if run or entries or _selections(node) or list(_texts(node)):
        yield _section(node, title, run, entries)


def _section(node: Node, title: str, items: list[Node], entries: list[str]) -> Section:
    selection = next(iter(_selections(node)), None)
    said = {child.name: child.text.strip() for child in selection.children} if selection else {}
    number = said.get("selection_number", "")
    return Section(
        ident=node.attributes.get("ident", "").strip(),
        title=title,
        location=node.location,
        items=tuple(items),
        pick=int(number) if number.isdecimal() and len(number) < 6 else None,
        bank=said.get("sourcebank_ref", ""),
        entries=tuple(entries),
        texts=tuple(_texts(node)) if node.name == "section" else (),
    )


def _selections(node: Node) -> list[Node]:
    return [
        each
        for child in node.children
        if child.name == "selection_ordering"
        for each in child.children
        if each.name == "selection"
    ]


def _texts(node: Node) -> Iterator[str]:
    for child in node.children:
        shown = child.attributes.get("view", "").strip().lower() in _SHOWN_TO
        if child.name in _RUBRICS and shown:
            html = material.html(child)
            if html:
                yield html

"""A `questestinterop` document as assessments and banks, their sections flattened in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from importers.shared.qti12 import material
from importers.shared.qti12.settings import Settings, left_out, settings
from importers.shared.xml import Node
from schemas.model import Location

_RUBRICS: Final = frozenset(("rubric", "objectives", "presentation_material", "assessproc_material"))
_SHOWN_TO: Final = frozenset(("", "all", "candidate"))


@dataclass(frozen=True, slots=True)
class Section:
    """Items that stand together. `pick` of them are drawn at random for each learner (None: all are asked);
    with `bank` they are drawn from a question bank of that ident instead.

    `entries` are the idents of questions in other files (New Quizzes' `bankentry_item`, `itemref`), `notes`
    name what of it has no place here.
    """

    ident: str
    title: str
    location: Location
    items: tuple[Node, ...] = ()
    pick: int | None = None
    bank: str = ""
    entries: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


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
    known = _Known(root)
    found = [_part(node, known) for node in root.children if node.name in ("assessment", "objectbank")]
    loose = [node for node in root.children if node.name in ("item", "section")]
    if loose:
        alone = Node(root.name, root.namespace, {}, "", root.location, loose)
        title = loose[0].attributes.get("title", "") if len(loose) == 1 else ""
        ident = loose[0].attributes.get("ident", "").strip() if len(loose) == 1 else ""
        about = next((node for node in loose if node.name == "section"), root)
        sections = tuple(_Walk(known).sections(alone, ""))
        found.append(Part("items", ident, title, root.location, sections, settings(about)))
    return found


def _part(node: Node, known: _Known) -> Part:
    own = settings(node)
    return Part(
        kind="bank" if node.name == "objectbank" else "assessment",
        ident=node.attributes.get("ident", "").strip(),
        title=node.attributes.get("title", "").strip() or own.bank_title,
        location=node.location,
        sections=tuple(_Walk(known).sections(node, "")),
        settings=own,
        texts=tuple(_texts(node)),
    )


class _Known:
    """What `itemref` and `sectionref` of a document can mean."""

    def __init__(self, root: Node) -> None:
        self.items: dict[str, Node] = {}
        self.sections: dict[str, Node] = {}
        for node in root.walk():
            if node.name in ("item", "section"):
                found = self.items if node.name == "item" else self.sections
                found.setdefault(node.attributes.get("ident", "").strip(), node)


@dataclass(slots=True)
class _Walk:
    """Of one part. Every item and section is taken once, so that references in circles end."""

    known: _Known
    taken: set[int] = field(default_factory=set)

    def sections(self, node: Node, title: str) -> Iterator[Section]:
        """The items right inside an element, then those of its sections, each in its place."""
        run: list[Node] = []
        entries: list[str] = []
        texts = tuple(_texts(node)) if node.name == "section" else ()
        for child in node.children:
            within = self._meant(child)
            if within is None:
                entries += _missing(child)
            elif id(within) in self.taken:
                continue
            elif within.name == "item":
                self.taken.add(id(within))
                run.append(within)
            else:
                self.taken.add(id(within))
                if run or entries:
                    yield _section(node, title, run, entries, texts)
                    run, entries, texts = [], [], ()
                yield from self.sections(within, within.attributes.get("title", "").strip())
        if run or entries or texts or _selections(node):
            yield _section(node, title, run, entries, texts)

    def _meant(self, child: Node) -> Node | None:
        """The item or section that an element is or refers to."""
        reference = child.attributes.get("linkrefid", "").strip()
        match child.name:
            case "item" | "section":
                return child
            case "itemref":
                return self.known.items.get(reference)
            case "sectionref":
                return self.known.sections.get(reference)
            case _:
                return None


def _missing(child: Node) -> list[str]:
    """Idents of what stands in another file."""
    if child.name == "bankentry_item":
        return [child.attributes.get("item_ref", "").strip()]
    return [child.attributes.get("linkrefid", "").strip()] if child.name in ("itemref", "sectionref") else []


def _section(
    node: Node, title: str, items: list[Node], entries: list[str], texts: tuple[str, ...]
) -> Section:
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
        texts=texts,
        notes=tuple(left_out(node)) if node.name == "section" else (),
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

"""The file that a quiz or question bank is read from, among several that say the same.

Canvas writes each quiz twice: in the few types of Common Cartridge, and in its own richer QTI under
non_cc_assessments/; its settings are in a third file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from importers.cartridge.manifest import Resource
from importers.cartridge.workshop import Workshop
from importers.shared import qti12
from importers.shared.xml import Node

META: Final = "assessment_meta.xml"
_OWN: Final = ".xml.qti"
_QUESTIONS: Final = (".xml", ".qti", ".dat")


@dataclass(frozen=True, slots=True)
class Paper:
    """One quiz or bank as it was found: the file that is read, its parts, and Canvas's settings beside it.

    `twice` are the files that say the same once more, with their numbers of questions, `also` is one that
    says something else. `problem` is why nothing can be read.
    """

    name: str
    parts: tuple[qti12.Part, ...] = ()
    meta: tuple[str, Node] | None = None
    twice: tuple[tuple[str, int], ...] = ()
    also: str = ""
    problem: str = ""

    @property
    def items(self) -> list[Node]:
        return [item for part in self.parts for item in part.items]


@dataclass(slots=True)
class Banks:
    """All questions of a cartridge, to be found by quizzes that draw from them."""

    _items: dict[str, list[Node]] = field(default_factory=dict)
    _single: dict[str, Node] = field(default_factory=dict)

    def add(self, identifier: str, found: Paper) -> None:
        """A bank goes by the identifier of its resource and by its own."""
        for name in (identifier, *(part.ident for part in found.parts)):
            self._items.setdefault(name, found.items)
        for item in found.items:
            self._single.setdefault(item.attributes.get("ident", "").strip(), item)

    def items(self, identifier: str) -> list[Node]:
        return self._items.get(identifier, [])

    def item(self, ident: str) -> Node | None:
        return self._single.get(ident)


def paper(shop: Workshop, resource: Resource) -> Paper:
    """The file with the most questions, Canvas's own where several have as many."""
    names = list(dict.fromkeys([*shop.files(resource), *_beside(shop, resource)]))
    meta = next(filter(None, (_meta(shop, name) for name in names if name.endswith(META))), None)
    papers = [_read(shop, name) for name in names if name.endswith(_QUESTIONS) and not name.endswith(META)]
    found = sorted(filter(None, papers), key=_rank)
    if not found:
        problem = f"{names[0] if names else resource.identifier} holds no questions"
        return Paper(names[0] if names else "", problem=problem, meta=meta)
    return replace(_with_other(found[0], found[1:]), meta=meta)


def _with_other(best: Paper, others: Sequence[Paper]) -> Paper:
    """Canvas's own file holds all that the other one does. Where it has fewer questions, somebody edited
    one of them, and both count.
    """
    if not best.name.endswith(_OWN):
        own = next((each for each in others if each.name.endswith(_OWN) and each.items), None)
        if own:
            return replace(best, parts=best.parts + own.parts, also=own.name)
    return replace(best, twice=tuple((each.name, len(each.items)) for each in others))


def _beside(shop: Workshop, resource: Resource) -> Iterator[str]:
    for part in shop.parts(resource):
        yield from shop.files(part)


def _rank(found: Paper) -> tuple[int, bool, bool]:
    return -len(found.items), bool(found.problem), not found.name.endswith(_OWN)


def _read(shop: Workshop, name: str) -> Paper | None:
    """None for XML of another kind, such as settings."""
    document = shop.documents.of(name)
    if isinstance(document, str):
        return Paper(name, problem=document)
    if document.root.name == "questestinterop":
        return Paper(name, tuple(qti12.parts(document.root)))
    if document.root.namespace:
        return None
    return Paper(name, problem=f"{name} is <{document.root.name}> instead of questions")


def _meta(shop: Workshop, name: str) -> tuple[str, Node] | None:
    document = shop.documents.of(name)
    return None if isinstance(document, str) else (name, document.root)

"""The organization of a cartridge, and what Canvas's modules add to it → what a course is made of, in order.

Two sources speak of one structure: the manifest's items, and module_meta.xml, which also has what Canvas
does not show to learners. Each line of either is here once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from importers.cartridge.canvas import Module, Placed
from importers.cartridge.manifest import Item, Manifest, numbered
from schemas.model import NOWHERE, Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: a heading, something to open, or both. `name` is that of its account.

    `settings` are what Canvas says of it in words, `note` how it came here when not from the manifest.
    """

    name: str
    identifier: str
    title: str
    reference: str = ""
    url: str = ""
    published: bool = True
    children: tuple[Line, ...] = ()
    settings: tuple[str, ...] = ()
    note: str = ""
    location: Location = NOWHERE

    def walk(self) -> Iterator[Line]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Outline:
    """`roots` are items that only hold the whole; `lines` are what stands at the top."""

    roots: tuple[Item, ...]
    lines: tuple[Line, ...]

    def walk(self) -> Iterator[Line]:
        for line in self.lines:
            yield from line.walk()


def outline(manifest: Manifest, modules: Sequence[Module]) -> Outline:
    roots: list[Item] = []
    items: list[Item] = []
    for organization in manifest.organizations or ():
        alone = len(organization.items) == 1 and _is_root(organization.items[0])
        roots += organization.items if alone else ()
        items += organization.items[0].children if alone else organization.items
    placed = {each.identifier: each for module in modules for each in module.items}
    by_module = {module.identifier: module for module in modules}
    lines = [_line(item, placed, by_module) for item in items]
    taken = {item.identifier for item in manifest.walk()} | {item.reference for item in manifest.walk()}
    named = {item.name for item in manifest.walk()}
    return Outline(tuple(roots), tuple(_named(line, named) for line in _with_modules(lines, modules, taken)))


def _named(line: Line, taken: set[str]) -> Line:
    """What Canvas's own file adds needs names in the report that no item has."""
    children = tuple(_named(child, taken) for child in line.children)
    name = numbered(line.name, taken) if line.note else line.name
    return replace(line, name=name, children=children)


def _is_root(item: Item) -> bool:
    """One item around everything: a cartridge has it without a title (CC §3.5), some tools give it one."""
    if item.reference or (not item.children and item.title):
        return False
    return not item.title or all(child.children for child in item.children)


def _line(item: Item, placed: Mapping[str, Placed], modules: Mapping[str, Module]) -> Line:
    own = placed.get(item.identifier) or placed.get(item.reference)
    module = modules.get(item.identifier)
    children = [_line(child, placed, modules) for child in item.children]
    if module:
        taken = {each for child in item.walk() for each in (child.identifier, child.reference)}
        children = _merged(children, module, taken)
    return Line(
        name=item.name,
        identifier=item.identifier,
        title=item.title or (own.title if own else ""),
        reference=item.reference,
        url=own.url if own else "",
        published=item.visible and (own or module or _VISIBLE).published,
        children=tuple(children),
        settings=(own or module or _VISIBLE).settings,
        location=item.location,
    )


_VISIBLE: Final = Placed(
    identifier="", kind="", title="", reference="", url="", published=True, location=NOWHERE
)


def _merged(children: list[Line], module: Module, taken: set[str]) -> list[Line]:
    """The lines of a module with those that only Canvas's own file has, behind what they stand behind."""
    merged = list(children)
    place = 0
    for each in module.items:
        if each.identifier in taken:
            known = (
                n for n, line in enumerate(merged) if each.identifier in (line.identifier, line.reference)
            )
            place = next(known, place - 1) + 1
        else:
            merged.insert(place, _added(each))
            place += 1
    return merged


def _added(each: Placed) -> Line:
    return Line(
        name=each.identifier,
        identifier=each.identifier,
        title=each.title,
        reference=each.reference,
        url=each.url,
        published=each.published,
        settings=each.settings,
        note="in Canvas's module_meta.xml alone",
        location=each.location,
    )


def _with_modules(lines: list[Line], modules: Sequence[Module], taken: set[str]) -> Iterator[Line]:
    """Modules that the organization leaves out come at the end."""
    yield from lines
    for module in modules:
        if module.identifier not in taken:
            yield Line(
                name=module.identifier,
                identifier=module.identifier,
                title=module.title,
                published=module.published,
                children=tuple(_added(each) for each in module.items if each.identifier not in taken),
                settings=module.settings,
                note="in Canvas's module_meta.xml alone",
                location=module.location,
            )

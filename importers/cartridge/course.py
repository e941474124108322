"""A cartridge → its course: planned, made, and everything in it settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from importers.cartridge import faults, keeping, unfiled
from importers.cartridge.about import About
from importers.cartridge.assembly import Assembly
from importers.cartridge.assessments import Assessments
from importers.cartridge.ledger import Ledger
from importers.cartridge.links import Links
from importers.cartridge.manifest import Resource
from importers.cartridge.outline import Outline
from importers.cartridge.plan import ABOUT, Chapter, Planner
from importers.cartridge.webpages import Desk
from importers.cartridge.workshop import Workshop
from importers.shared import keys
from importers.shared.naming import PLACEHOLDER_INSTRUCTOR
from importers.shared.outcome import Outcome, changed, skipped
from importers.shared.shelf import Refused
from importers.shared.used import paths
from schemas import model

_KEPT: Final = "kept"


def course(shop: Workshop, ledger: Ledger, outline: Outline, about: About) -> model.Course:
    """The whole course. Raises RefusedError (CW556) when no item of the cartridge leads to anything."""
    desk = Desk(shop, Links(shop))
    assessments = Assessments(desk)
    planner = Planner(shop, about.title)
    chapters = planner.chapters(outline.lines)
    others = planner.others(list(unfiled.groups(desk, assessments, planner.opened)))
    desk.links.know(planner.opened, planner.lines)
    assessments.expect(_asking(shop, (*chapters, *others)))
    assembly = Assembly(desk, ledger, assessments)
    ledger.roots()

    inside = list(assembly.sections(chapters))
    if any(line.reference for line in outline.walk()) and not assembly.carried:
        raise faults.nothing_to_open(shop.manifest, assembly.first_loss)
    before = list(assembly.sections([each for each in others if each.key == ABOUT]))
    after = list(assembly.sections([each for each in others if each.key != ABOUT]))
    files = planner.others(list(unfiled.files(desk, planner.opened)))
    after += assembly.sections(list(_with_hidden(files, unfiled.hidden(desk))))
    shop.keep("Course", about.kept)
    made = model.Course(
        key=shop.course,
        title=about.title,
        instructor=PLACEHOLDER_INSTRUCTOR,
        description=about.description,
        thumbnail=_picture(shop, about.picture),
        sections=tuple(_distinct([*before, *inside, *after])),
        location=shop.manifest.location,
    )
    return _settled(shop, ledger, assembly, made)


def _asking(shop: Workshop, chapters: Sequence[Chapter]) -> list[Resource]:
    """The quizzes and banks that become contents."""
    return [
        step.resource
        for chapter in chapters
        for step in chapter.steps
        if step.way == "open" and step.resource and shop.kinds[step.resource.identifier] in ("quiz", "bank")
    ]


def _with_hidden(chapters: Sequence[Chapter], hidden: set[str]) -> Iterator[Chapter]:
    for chapter in chapters:
        steps = tuple(
            replace(step, published=False, note=f"{step.note}; hidden in the source: not published")
            if step.resource and step.resource.identifier in hidden
            else step
            for step in chapter.steps
        )
        yield replace(chapter, steps=steps)


def _picture(shop: Workshop, identifier: str) -> str | None:
    resource = shop.resource(identifier)
    names = shop.files(resource) if resource else []
    path = shop.put(names[0], "image") if names else None
    return None if isinstance(path, Refused) else path


def _distinct(sections: Sequence[model.Section]) -> Iterator[model.Section]:
    """A module may be called like a section of the reader's own."""
    taken: set[str] = set()
    for section in sections:
        key = section.key
        while key in taken:
            key = keys.distinct(key, key)
        taken.add(key)
        yield replace(section, key=key)


def _settled(shop: Workshop, ledger: Ledger, assembly: Assembly, made: model.Course) -> model.Course:
    """The course with what is kept beside it; every resource and file has its account then."""
    shop.forget_unused(paths(made))
    rest = [name for name in shop.documents.source.names() if name not in shop.fates]
    taken = {section.key for section in made.sections}
    key = keys.distinct(_KEPT, made.key) if _KEPT in taken else _KEPT
    section, media = keeping.section(shop, sorted({*rest, *shop.sources}), key)
    for name in rest:
        why = (
            "read as far as there is a place for it" if shop.documents.was_read(name) else "nothing shows it"
        )
        shop.fates[name] = ("changed", f"{why}: kept in {media}")
    ledger.files(shop.fates)
    for resource in shop.manifest.resources:
        ledger.resource(resource, assembly.outcomes.get(resource.identifier) or _beside(shop, resource))
    return replace(made, sections=(*made.sections, section)) if section else made


def _beside(shop: Workshop, resource: Resource) -> Outcome:
    """What became of a resource that is no content by itself."""
    names = shop.files(resource)
    if not names:
        return skipped("none of its files is in the cartridge")
    return changed(*(shop.fates[name][1] for name in names))

"""Open edX courses and libraries (OLX) → the model (docs/adr/0018).

A course is read from its files as they are exported by Studio, kept in git, or unpacked in a folder. What
the platform would run (graders in Python, custom JavaScript) is kept as text, and never run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from importers.olx import course as outline
from importers.olx import extras, files, roots, settings, tree
from importers.olx.blocks import Block
from importers.olx.extras import Extra, Extras
from importers.olx.faults import NOTHING, Fault
from importers.olx.ledger import Ledger
from importers.olx.links import Links
from importers.olx.names import Names, targets
from importers.olx.rules import Rules
from importers.olx.tree import Package
from importers.olx.workshop import Workshop
from importers.shared import naming, plain_text
from importers.shared.shelf import Shelf
from schemas.findings import Report
from schemas.model import Bundle, Course, Section
from schemas.source import Reading, Source

_OWN_KEYS: Final = ("course", "pages", "textbooks", "files", "loose")
"""Sections that no block stands for."""


def detect(source: Source) -> bool:
    """Whether a root file of a course or library is there."""
    return roots.is_olx(source)


def read(source: Source, report: Report) -> Reading:
    """The course as a bundle; `report` accounts for every part of it.

    Raises RefusedError (CW590–CW597) with all that is wrong; nothing is executed and nothing fetched.
    """
    package = tree.package(source, roots.the_root(source))
    found = Extras(package)
    blocks = list(package.blocks())
    ledger = Ledger(report)
    shop = _workshop(source, package, found, blocks, ledger)
    maker = outline.Maker(shop, outline.Outline(ledger), Rules(ledger))

    maker.outline.expect(iter(blocks))
    for block in blocks:
        maker.rules.expect(block, maker.outline.names[block])
    pages = [(ledger.expect("item", extra.name), extra) for extra in found.found]
    about = files.About(package, found, ledger)
    about.expect(source.notes)

    name = _name(package, source)
    title = _title(package, name)
    _require_something(package, found)
    sections = _sections(maker, package, title, pages)
    unlinked = about.settle(shop, name)
    sections += extras.unlinked(shop, unlinked, name.key)
    report.close()
    course = Course(
        key=name.key,
        title=title,
        instructor=naming.PLACEHOLDER_INSTRUCTOR,
        description=found.description()[0] or None,
        thumbnail=about.thumbnail,
        sections=tuple(sections),
        location=package.course.location,
    )
    return Reading(Bundle(key=name.key, title=title, courses=(course,), media=shop.shelf.media), shop.shelf)


def _workshop(
    source: Source, package: Package, found: Extras, blocks: Sequence[Block], ledger: Ledger
) -> Workshop:
    names = Names(blocks, [*_OWN_KEYS, *(extra.page for extra in found.found)])
    shelf = Shelf(source)
    slugs = {slug: names.page(page) for slug, page in found.slugs.items()}
    links = Links(shelf, ledger, names, package.root.base, package.definitions.names, targets(blocks), slugs)
    grade = settings.lowest_grade(package.policies.grading)
    language = package.course.setting("language").lower() or "en"
    return Workshop(package.definitions, ledger, shelf, links, names, language, grade[1] if grade else None)


def _name(package: Package, source: Source) -> naming.Name:
    """Organisation, course and run: what Open edX itself tells courses by."""
    block = package.course
    parts = (block.setting(each) for each in ("org", "course", "library"))
    run = block.setting("url_name") or block.setting("slug")
    identifier = "-".join(filter(None, (*parts, run if block.category == "course" else "")))
    size = source.size(package.root.name)
    digest = hashlib.sha256(source.read(package.root.name, size)).hexdigest()
    return naming.name(identifier, block.title, digest)


def _title(package: Package, name: naming.Name) -> str:
    return plain_text.title(package.course.title)[0] or name.key


def _sections(
    maker: outline.Maker, package: Package, title: str, pages: Sequence[tuple[str, Extra]]
) -> list[Section]:
    names = maker.shop.names
    found = list(maker.sections(package.course, title, names.page("course")))
    found += extras.sections(maker.shop, pages)
    return [*found, *maker.loose(package.loose, names.page("loose"))]


def _require_something(package: Package, found: Extras) -> None:
    """Raises RefusedError (CW597) for a course without a component that can be read, and without a page."""
    blocks = list(package.course.walk())
    if found.found or any(not (each.holds or each.problem or each.same) for each in blocks):
        return
    lacking = [block for block in blocks if block.problem]
    what = f"no component: {lacking[0].problem}" if lacking else "no component in any chapter"
    location = lacking[0].location if lacking else package.course.location
    raise Fault(NOTHING, location, what, "a page, a video or a problem").refusal()

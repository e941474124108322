"""The model → a Common Cartridge 1.1 or 1.3, with the bundle inside (docs/export-lms.md).

Sections are items with the contents below them. Media lie where the bundle inside has them, once, and are
resources; the bundle's own documents are no resources, so that no LMS shows them to learners: they hold the
right answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from exporters import Choices, inside
from exporters.cartridge import contents, manifest, names
from exporters.cartridge.contents import Desk
from exporters.cartridge.manifest import WEB_CONTENT, Item, Resource
from exporters.cartridge.texts import said, texts_of
from exporters.cartridge.versions import VERSIONS
from exporters.shared import texts, xml
from exporters.shared.language import language_of
from exporters.shared.ledger import Ledger
from exporters.shared.one_course import by_itself, the_course
from schemas.findings import Report
from schemas.model import Bundle, Course, Section
from schemas.source import Files, Sink

_GENERAL: Final = "General"
_INSTRUCTOR: Final = "the instructor is named in the bundle inside alone"
_INSIDE: Final = "in the bundle inside alone"


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:
    """Raises CoursewrightError when the bundle has several courses: a cartridge is one."""
    course = the_course(bundle, "a cartridge")
    version = VERSIONS[choices.target]
    ledger, language = Ledger(report, bundle, (course,)), language_of(bundle, [course])
    desk = Desk(
        version,
        course,
        language,
        sink,
        texts_of(bundle, course, assignments=version.assignments),
        ledger,
    )
    items = [*_general(desk), *(_section(desk, section) for section in course.sections)]
    ledger.course(course, *_unsaid(course), *desk.texts.take_notes())
    for program in bundle.programs:
        ledger.program(program.key, _INSIDE)
    description = texts.words(course.description) if course.description else None
    about = manifest.about(course.title, description, language)
    root = manifest.manifest(version, names.manifest(course.key), about, items, _resources(desk, bundle))
    sink.write(manifest.NAME, [xml.document(root)])
    inside.write(by_itself(bundle), files, sink)


def _general(desk: Desk) -> Iterator[Item]:
    """Moodle makes its section 0 of the first item, which has no name there."""
    course = desk.course
    if desk.version.general:
        body = desk.texts.page(course.description) if course.description else said(course.title)
        if course.duration_minutes is not None:
            body += said(f"{course.duration_minutes} minutes")
        page = desk.page("A-course", course.title, body)
        yield Item("G-general", _GENERAL, items=(page,))


def _section(desk: Desk, section: Section) -> Item:
    hidden = not section.published
    below = list(_introduction(desk, section))
    for content in section.contents:
        below += contents.lines(desk, content, hidden=hidden)
    desk.ledger.section(
        desk.course, section, "not published: its contents are said to be for instructors" if hidden else ""
    )
    return Item(names.section(section.key), section.title, items=tuple(below))


def _introduction(desk: Desk, section: Section) -> Iterator[Item]:
    """What is said of a section, as its first page: items have titles alone."""
    if section.description:
        body = desk.texts.page(section.description)
        yield desk.page(names.beside(section.key, "S"), section.title, body, hidden=not section.published)


def _unsaid(course: Course) -> Iterator[str]:
    yield _INSTRUCTOR
    if course.prerequisite:
        yield f"{course.prerequisite} comes before it: not said"
    if course.status != "published":
        yield f"{course.status}: whoever imports it decides again"
    if course.thumbnail:
        yield f"its picture is {_INSIDE}"


def _resources(desk: Desk, bundle: Bundle) -> Iterator[Resource]:
    """All of them, each file once: media that are contents by themselves are shown by pages as these."""
    opened = {names.file(path): identifier for path, identifier in desk.opened.items()}
    needed: set[str] = set()
    for resource in desk.resources:
        needed.update(resource.needs)
        yield resource._replace(needs=tuple(opened.get(name, name) for name in resource.needs))
    for media in bundle.media:
        name = names.file(media.path)
        shown = name in needed or name in opened
        desk.ledger.file(media.path, "" if shown else _INSIDE)
        if name in needed and name not in opened:
            yield Resource(name, WEB_CONTENT, inside.href(media.path))

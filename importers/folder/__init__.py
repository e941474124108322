"""A folder or zip of pages and media, or one such file → a course: the reader of last resort (docs/adr/0017).

Folders become sections and files contents, in the order of their names, or of the list that MkDocs or GitBook
has of them. A site of HTML that only works with its scripts stays one package to play.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from importers.folder import names, outline, site, survey
from importers.folder.course import Maker, paths
from importers.folder.ledger import Ledger
from importers.folder.survey import Survey
from importers.shared import naming, plain_text
from importers.shared.html import HEAD_BYTES, page_title
from importers.shared.naming import PLACEHOLDER_INSTRUCTOR
from importers.shared.outcome import CARRIED, changed
from importers.shared.question_list import identifier_of
from importers.shared.shelf import Shelf
from schemas.findings import Finding, RefusedError, Report, Rule
from schemas.model import Bundle, Course, Launch, Location, Resource, Section
from schemas.source import Reading, Source

NOTHING: Final = Rule("CW586", "nothing-to-open", "A folder holds something that learners can open.")
TOO_MANY: Final = Rule("CW587", "too-many-files", "A folder becomes a course of bounded size.")

MOST: Final = 10_000


def detect(source: Source) -> bool:
    """Whether there is anything to open, and nothing that makes it some other kind of package."""
    found = source.names()
    return survey.is_worth_it(found) and not survey.is_foreign(found)


def read(source: Source, report: Report) -> Reading:
    """One course; `report` accounts for every file and link. Raises RefusedError (CW586, CW587)."""
    order = outline.outline(source)
    found = survey.survey(source.names(), order)
    _require_some(source, found)
    name = naming.of_file(identifier_of(source.label), names.title(source.label))
    shelf = Shelf(source)
    start = site.first_page(source, found)
    ledger = Ledger(source, report, start or found)
    if start:
        course: Course | None = _played(source, shelf, ledger, name.key, start)
    else:
        title = plain_text.title(order.title)[0] or names.title(source.label)
        course = Maker(source, shelf, ledger, found, order).course(name.key, title)
    if course is None:
        raise RefusedError(_unread(report))
    ledger.close(name)
    used = {path for content in course.contents() for path in paths(content)}
    media = tuple(
        each for each in shelf.media if each.path in used
    )  # a page may have lost what showed a file
    bundle = Bundle(key=name.key, title=course.title, courses=(course,), media=media)
    return Reading(bundle, shelf)


def _played(source: Source, shelf: Shelf, ledger: Ledger, key: str, start: str) -> Course:
    """A course of one package with every file of the folder in it."""
    with source.open(start) as page:
        title = plain_text.title(page_title(page.read(HEAD_BYTES)))[0] or names.title(source.label)
    package = Resource(
        key=key,
        title=title,
        media=shelf.pack(key, source.names()),
        launch=Launch(standard="html", href=quote(start)),
        location=Location(source.place(start)),
    )
    ledger.item(start, changed("a site that needs its scripts: the whole folder is a package to play"))
    for name in source.names():
        if name != start:
            ledger.file(name, CARRIED)
    section = Section(key=key, title=title, contents=(package,))
    return Course(key=key, title=title, instructor=PLACEHOLDER_INSTRUCTOR, sections=(section,))


def _require_some(source: Source, found: Survey) -> None:
    count = len(found.contents)
    if 0 < count <= MOST:
        return
    finding = Finding(
        rule=TOO_MANY if count else NOTHING,
        location=Location(source.label),
        found=f"{count:,} files to open" if count else "no page, film, document, sound or picture",
        expected=f"at most {MOST:,}" if count else "at least one",
        mend="split the folder" if count else "name the folder that holds the pages",
    )
    raise RefusedError([finding])


def _unread(report: Report) -> Iterator[Finding]:
    """Why each of the files could not be read."""
    for each in report.accounts:
        if each.kind == "item":
            yield Finding(
                rule=NOTHING,
                location=each.location,
                found=each.note,
                expected="a page with something on it",
                mend="put the right file there, or take it out",
            )

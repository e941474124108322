"""SCORM 1.2 and 2004 packages, and plain IMS content packages → the model (docs/adr/0007).

One course for each organization, one media file for the whole package: a clean zip that a player can
serve. What the model has no place for stays readable in that zip and is named in the report.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from importers.scorm import assembly, faults, manifest, standard, submanifests
from importers.scorm.courses import Workshop, course, use_of
from importers.scorm.launches import Launches, require_something
from importers.scorm.ledger import Ledger, absent_files
from importers.scorm.manifest import Item, Manifest, Organization
from importers.scorm.metadata import EMPTY, Library, Record
from importers.scorm.standard import Dialect
from importers.shared import keys, manifests, naming, plain_text, xml
from importers.shared import package as packages
from importers.shared.hrefs import Directory
from importers.shared.ledger import expect_container, notes_of, settle_container
from importers.shared.outcome import Outcome, changed
from schemas.findings import RefusedError, Report
from schemas.model import Course
from schemas.source import Reading, Source


def detect(source: Source) -> bool:
    """Whether a manifest is there that is not one of an LMS's own export or of a question bank.

    `read` says which standard it follows when that is none of ours.
    """
    found = manifests.shallowest(source.names(), standard.MANIFEST)
    return bool(found) and not standard.is_somebody_elses(source, found[0])


def read(source: Source, report: Report) -> Reading:
    """The package as a bundle; `report` accounts for every part of it.

    Raises RefusedError (CW501–CW523) with all that is wrong; nothing is fetched and nothing extracted.
    """
    contents, dialect, digest = _manifest(source)
    names, notes = source.names(), notes_of(source)
    directory = Directory(names)
    launches = Launches(contents, directory)
    require_something(contents, launches)
    library = Library(source, directory)
    ledger = Ledger(report, contents, library)
    absent = absent_files(contents, directory)
    expect_container(report, names, notes)
    ledger.expect(absent)

    about = library.record(contents.metadata)
    organizations, default = assembly.in_order(contents)
    name = naming.name(contents.identifier, about.title or organizations[0].title, digest)
    shop = Workshop(source, ledger, launches, library, dialect.standard, f"media/{name.key}.zip")
    courses = _courses(shop, organizations, about)
    title = plain_text.title(about.title)[0] or courses[0].title

    ledger.manifest(name.outcome, changed(dialect.note), default, _use_of_manifest(about, courses))
    ledger.resources(launches, shop.launched)
    ledger.files(absent)
    settle_container(report, names, notes)
    ledger.elements()
    report.close()
    package = packages.of_source(shop.media, source, names)
    return Reading(assembly.bundle(name, title, courses, package.media, about), package)


def _manifest(source: Source) -> tuple[Manifest, Dialect, str]:
    """The manifest, proven fit, what it speaks, and the SHA-256 of its bytes. Raises RefusedError."""
    name = standard.the_manifest(source)
    place = source.place(name)
    xml.require_size(source.size(name), place)
    data = source.read(name, xml.MAX_BYTES)
    document = xml.parse(data, place)
    dialect = standard.dialect(document)
    faults.require_few(document)
    written = manifest.read(document, name)
    contents = submanifests.merged(written)
    missing = faults.no_organizations(contents, document) if dialect is not standard.PLAIN else []
    found = [*missing, *faults.of(written, contents, document)]
    if found:
        raise RefusedError(found)
    if not contents.organizations:
        contents = replace(contents, organizations=(_all_pages(contents),))
    return contents, dialect, hashlib.sha256(data).hexdigest()


def _all_pages(contents: Manifest) -> Organization:
    """A package of resources alone is legal: its SCOs, or else its pages, in the manifest's order."""
    pages = [resource for resource in contents.resources if resource.launch]
    scos = [resource for resource in pages if resource.kind == "sco"]
    return Organization(
        identifier=contents.identifier or "pages",
        title="",
        location=contents.location,
        note="the package has no organization: every resource with a page became an item",
        items=tuple(
            Item(identifier=each.identifier, title="", location=each.location, reference=each.identifier)
            for each in scos or pages
        ),
    )


def _courses(shop: Workshop, organizations: list[Organization], about: Record) -> list[Course]:
    """`about` speaks of the course when there is only one, and of the program otherwise."""
    names = keys.keys((each.identifier for each in organizations), "course")
    several = sum(any(shop.starts(item) for item in each.walk()) for each in organizations) > 1
    alone = EMPTY if several else about
    made = (course(shop, each, names[each.identifier], alone) for each in organizations)
    return [each for each in made if each is not None]


def _use_of_manifest(about: Record, courses: list[Course]) -> dict[str, Outcome]:
    title: dict[str, Outcome] = {"general/title": changed(plain_text.title(about.title)[1])}
    if len(courses) > 1:
        return title | assembly.use_in_program(about)
    use, own = use_of(about), courses[0]
    overruled: Outcome = ("skipped", "what the organization says of itself is used")
    if own.description != (about.description or None):
        use["general/description"] = overruled
    if about.minutes and own.duration_minutes != about.minutes:
        use["educational/typicallearningtime"] = overruled
    return title | use

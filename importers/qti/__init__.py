"""QTI 1.2, 2.x and 3.0 (IMS/1EdTech): packages, folders and lone files → a course of quizzes.

Every test and bank becomes a quiz, with a page before it for what is to be read; items that no test names
become one quiz together. What only the source's own player could ask is kept beside it (docs/adr/0021).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

from importers.qti import accounts, gathering, reading, standard
from importers.qti import manifest as manifests
from importers.qti.ledger import Ledger
from importers.qti.manifest import Manifest
from importers.qti.plans import Plan
from importers.qti.quizzes import Maker
from importers.qti.reading import Documents
from importers.qti.standard import detect
from importers.qti.workshop import Workshop
from importers.shared import keys, naming, plain_text, xml
from importers.shared.hrefs import Directory
from importers.shared.shelf import Shelf
from schemas.findings import RefusedError, Report
from schemas.model import NOWHERE, Bundle, Content, Course, Location, Resource, Section
from schemas.source import Reading, Source

__all__ = ["detect", "read"]

_ORIGINALS: Final = "originals"
_MOST_DESCRIBED: Final = 50
_ABOUT_ORIGINALS: Final = (
    "Files of the source that say more than was converted, or that nothing refers to. The import report "
    "names each."
)


def read(source: Source, report: Report) -> Reading:
    """The source as a bundle of one course; `report` accounts for every part of it.

    Raises RefusedError (CW501–CW505, CW560–CW562) with all that is wrong; nothing is fetched or run.
    """
    directory = Directory(source.names())
    documents = reading.read(source)
    manifest, manifest_name, digest = _manifest(source, directory, documents)
    plans = gathering.plans(source, documents, directory, manifest)
    ledger = Ledger(report)
    _expect(ledger, source, manifest, documents, plans)

    shop = Workshop(source, directory, Shelf(source))
    title, titled = gathering.title(source, manifest, plans)
    maker = Maker(shop, documents, ledger)
    contents = _contents(maker, plans, title)
    if not contents and not maker.left:
        raise standard.nothing_left(source, _reasons(ledger, documents, manifest))
    name = naming.name(manifest.identifier if manifest else _identifier(plans), title, digest)

    accounts.files(ledger, shop, manifest_name, documents)
    if manifest:
        accounts.resources(ledger, manifest, documents)
    accounts.shuffled_answers(ledger, documents)
    accounts.metadata(ledger, name, manifest, titled)
    ledger.close()
    if shop.kept:
        contents.append(_originals(shop, name.key, maker.left))
    course = Course(
        key=name.key,
        title=title,
        instructor=naming.PLACEHOLDER_INSTRUCTOR,
        description=plain_text.paragraph(manifest.description)[0] or None if manifest else None,
        sections=(Section(key=name.key, title=title, contents=tuple(contents)),),
    )
    return Reading(Bundle(key=name.key, title=title, courses=(course,), media=shop.shelf.media), shop.shelf)


def _manifest(
    source: Source, directory: Directory, documents: Documents
) -> tuple[Manifest | None, str | None, str]:
    """The manifest, its name, and a SHA-256 that is the same for the same source.

    Raises RefusedError for one that cannot be read, unless there are items to be read without it.
    """
    found = standard.manifests(source.names())
    first = found[0] if found else next(iter(documents.documents), None)
    if first is None:
        if documents.unreadable:
            raise RefusedError([each for error in documents.unreadable.values() for each in error.findings])
        raise standard.no_qti(source)
    digest = hashlib.sha256(source.read(first, xml.CONTENT.bytes)).hexdigest()
    if not found:
        return None, None, digest
    try:
        document, notes = reading.parse(source, first, xml.MANIFEST)
    except RefusedError as error:
        if not documents.documents:
            raise
        documents.unreadable[first] = error
        return None, None, digest
    if notes:
        documents.repairs[first] = notes
    return manifests.read(document, first, directory), first, digest


def _expect(
    ledger: Ledger, source: Source, manifest: Manifest | None, documents: Documents, plans: list[Plan]
) -> None:
    accounts.expect(ledger, source, manifest, documents)
    for plan in plans:
        for (kind, name), (location, _) in plan.accounts.items():
            ledger.expect(kind, name, location)
        for entry in plan.entries:
            ledger.expect("question", entry.account, entry.item.location if entry.item else NOWHERE)


def _contents(maker: Maker, plans: list[Plan], title: str) -> list[Content]:
    """Of all plans. Their keys come from their identifiers; of one that stands twice, also from the files."""
    several = Counter(plan.identifier for plan in plans)
    names = keys.keys(several, "quiz")
    made: list[Content] = []
    taken = {_ORIGINALS}
    for plan in plans:
        key = names[plan.identifier]
        if several[plan.identifier] > 1:
            key = keys.distinct(key, plan.file)
        while key in taken:
            key = keys.distinct(key, key)
        taken.add(key)
        made += maker.contents(plan, key, plan.title or title)
    return made


def _reasons(
    ledger: Ledger, documents: Documents, manifest: Manifest | None
) -> Iterator[tuple[str, Location]]:
    """Why nothing is left, as far as there was something."""
    for name, reason, location in ledger.skipped("question"):
        yield f"{name}: {reason}", location
    for _, resource in accounts.numbered(manifest) if manifest else ():
        for address in resource.missing:
            yield f"{address} is not in the package", resource.location
    for error in documents.unreadable.values():
        yield from ((finding.found, finding.location) for finding in error.findings)


def _identifier(plans: list[Plan]) -> str:
    """Without a manifest, that of the only test or item."""
    if len(plans) != 1:
        return ""
    (plan,) = plans
    alone = len(plan.entries) == 1 and not plan.file
    return plan.entries[0].identifier if alone else plan.identifier if plan.file else ""


def _originals(shop: Workshop, key: str, left: list[str]) -> Resource:
    """What was not converted, or not wholly, as it is; items that nothing else holds are described."""
    told = [
        *left[:_MOST_DESCRIBED],
        *([f"and {len(left) - _MOST_DESCRIBED} more"] if len(left) > _MOST_DESCRIBED else []),
    ]
    return Resource(
        key=_ORIGINALS,
        title="Originals",
        description="\n".join([_ABOUT_ORIGINALS, *(f"- {plain_text.title(line)[0]}" for line in told)]),
        published=False,
        media=shop.shelf.pack(f"{key}-{_ORIGINALS}", shop.kept),
    )

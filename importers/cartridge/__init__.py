"""Common Cartridges and the course exports of Canvas, Brightspace and Blackboard → the model.

IMS Common Cartridge 1.0–1.4 and Thin Common Cartridge; docs/adr/0015 has what becomes of what.
"""

from __future__ import annotations

import hashlib

from importers.cartridge import canvas, faults, manifest, standard
from importers.cartridge.about import about as about_course
from importers.cartridge.course import course
from importers.cartridge.documents import Documents
from importers.cartridge.identities import Identities
from importers.cartridge.kinds import kinds
from importers.cartridge.ledger import Ledger
from importers.cartridge.outline import outline
from importers.cartridge.workshop import Workshop
from importers.shared import naming, xml
from importers.shared.hrefs import Directory
from importers.shared.shelf import Shelf
from importers.shared.used import paths
from schemas.findings import Report
from schemas.model import Bundle
from schemas.source import Reading, Source


def detect(source: Source) -> bool:
    """Whether a manifest is there that speaks of a cartridge, Brightspace or Blackboard. Never raises."""
    return standard.is_ours(source)


def read(source: Source, report: Report) -> Reading:
    """The cartridge as a bundle; `report` accounts for every part of it.

    Raises RefusedError (CW501–CW505, CW550–CW556) with all that is wrong; nothing is fetched.
    """
    name = standard.the_manifest(source)
    place = source.place(name)
    xml.require_size(source.size(name), place)
    data = source.read(name, xml.MAX_BYTES)
    document = xml.parse(data, place)
    dialect = standard.dialect(document)
    faults.require_few(document)
    documents = Documents(source, report, name[: -len(standard.MANIFEST)], Directory(source.names()))
    contents = manifest.read(document.root, documents.folder)
    faults.require_fit(contents, document, dialect)

    modules = documents.settings(canvas.MODULES)
    lines = outline(contents, canvas.modules(modules) if modules else ())
    ledger = Ledger(report, contents, lines, [what for what, _ in document.disobeyed])
    ledger.expect(source.names(), documents.directory, source.notes)
    about = about_course(contents, documents.settings(canvas.SETTINGS))
    identifier = "" if dialect == "blackboard" else contents.identifier  # man00001 in every export
    named = naming.name(identifier, about.title, hashlib.sha256(data).hexdigest())
    shop = Workshop(
        documents=documents,
        manifest=contents,
        kinds=kinds(contents),
        identities=Identities(contents, lines, documents.folder),
        course=named.key,
        shelf=Shelf(source),
    )
    shop.fates[name] = ("carried", "")
    made = course(shop, ledger, lines, about)
    ledger.manifest(named.outcome, about.used)
    report.close()
    shown = paths(made)
    media = tuple(each for each in shop.shelf.media if each.path in shown)
    return Reading(Bundle(key=named.key, title=made.title, courses=(made,), media=media), shop.shelf)

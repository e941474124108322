"""cmi5 packages, and course structures that stand alone → the model (cmi5 1.0 §13, §14; docs/adr/0007)."""

from __future__ import annotations

import hashlib
from typing import Final

from importers.cmi5 import faults, structure
from importers.shared import launched, manifests, xml
from schemas.findings import CoursewrightError, RefusedError, Report
from schemas.source import Reading, Source

MANIFEST: Final = "cmi5.xml"
_HEAD: Final = 4_096


def detect(source: Source) -> bool:
    """Whether a cmi5.xml lies at the root or in one folder, or the source is a course structure alone."""
    return bool(_structures(source))


def read(source: Source, report: Report) -> Reading:
    """The package as a bundle. Raises RefusedError (CW501–CW507, CW516, CW517, CW521, CW523, CW532–CW536)."""
    structures = _structures(source)
    manifests.require_one(source, structures)
    name = structures[0]
    data = source.read(name, xml.MAX_BYTES)
    document = xml.parse(data, source.place(name))
    found = faults.of(document)
    if found:
        raise RefusedError(found)
    return launched.read(source, report, structure.of(document, name, hashlib.sha256(data).hexdigest()))


def _structures(source: Source) -> list[str]:
    """The course structure: cmi5.xml at the root or in one folder, or an XML file alone (§14.2)."""
    names = source.names()
    found = manifests.near(names, MANIFEST)
    if found or len(names) != 1 or not names[0].lower().endswith(".xml"):
        return found
    try:
        with source.open(names[0]) as file:
            head = file.read(_HEAD)
    except CoursewrightError:
        return []
    return [names[0]] if structure.NAMESPACE.encode() in head else []

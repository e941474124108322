"""Which standard a manifest follows, and finding the manifest of a package at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from importers.shared import manifests, xml
from importers.shared.xml import Document, Node
from schemas import model
from schemas.findings import CoursewrightError, Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source

NO_MANIFEST: Final = Rule("CW506", "no-manifest", "A SCORM package has an imsmanifest.xml at its root.")
NOT_SCORM: Final = Rule(
    "CW508", "not-scorm", "The manifest must be one of SCORM 1.2, SCORM 2004 or plain IMS Content Packaging."
)
# CW509 (scorm-2004) said that SCORM 2004 is not read; it is.
VERSION: Final = Rule(
    "CW510", "scorm-version", "The schemaversion must be that of the manifest's namespaces."
)

MANIFEST: Final = "imsmanifest.xml"
ADL: Final = "http://www.adlnet.org/xsd/"
ADLCP_12: Final = f"{ADL}adlcp_rootv1p2"
SEQUENCING: Final = "http://www.imsglobal.org/xsd/imsss"

_PACKAGES_12: Final = frozenset(
    {"http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.imsglobal.org/xsd/imscp_rootv1p1p2"}
)
_PACKAGES: Final = _PACKAGES_12 | {"http://www.imsglobal.org/xsd/imscp_v1p1"}
_PLAIN_PACKAGE: Final = re.compile(
    r"^(http://www\.ims(project|global)\.org/(xsd/ims_?cp_(root)?v\d[\dp]*|content))?$"
)
"""Any version of IMS Content Packaging; tools without SCORM also leave the namespace out (ADR 7)."""

_OTHER_PACKAGES: Final = (
    ("h5p.json", "an H5P package"),
    ("moodle_backup.xml", "a Moodle backup"),
    ("cmi5.xml", "a cmi5 package"),
    ("tincan.xml", "an xAPI (Tin Can) package"),
    ("content.xml", "an eXeLearning project"),
    ("contentv3.xml", "an eXeLearning project"),
    ("course.xml", "an Open edX course"),
    ("bundle.yaml", "a coursewright bundle"),
)
_MARKERS: Final = frozenset(marker for marker, _ in _OTHER_PACKAGES)
_OTHER_STANDARDS: Final = (
    (re.compile(r"desire2learn"), "a Brightspace (D2L) export"),
    (re.compile(r"blackboard\.com/content-packaging"), "a Blackboard export"),
    (re.compile(r"imsccv1p|imscc_"), "a Common Cartridge"),
    (re.compile(r"\bimsqti_|xsd/qti/"), "a QTI package"),
)
_OTHERS_OWN: Final = re.compile(r"desire2learn|blackboard\.com/content-packaging|imsccv1p|xsd/qti/")
"""Namespaces that decide, whatever else is declared: D2L exports speak of SCORM, too."""
_NAMESPACE: Final = re.compile(rb"""\bxmlns(?::[\w.-]+)?\s*=\s*["']([^"']{1,200})["']""")
_RESOURCE_TYPE: Final = re.compile(rb"""\btype\s*=\s*["'](imsqti_|imscc_|associatedcontent/imscc_)""")


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a manifest speaks: the run-time of its pages, its name, and how it was told, if it had to be."""

    standard: model.Standard
    title: str
    note: str = ""


PLAIN: Final = Dialect("html", "a plain IMS content package")
_SCORM_12: Final = Dialect("scorm-1.2", "SCORM 1.2")
_EDITIONS: Final = (
    (re.compile("4th", re.IGNORECASE), Dialect("scorm-2004-4th-edition", "SCORM 2004 4th Edition")),
    (re.compile("3rd", re.IGNORECASE), Dialect("scorm-2004-3rd-edition", "SCORM 2004 3rd Edition")),
    (re.compile(r"2nd|1\.3", re.IGNORECASE), Dialect("scorm-2004-2nd-edition", "SCORM 2004 2nd Edition")),
)
"""By the schemaversion; that of the second edition is "CAM 1.3"."""
_FOURTH, _THIRD, _SECOND = (dialect for _, dialect in _EDITIONS)


def is_somebody_elses(source: Source, name: str) -> bool:
    """Whether a manifest is one of a format that only shares its envelope, or lies inside another package.

    Never raises.
    """
    if any(other.count("/") < name.count("/") for other in source.names() if _marks_another(other)):
        return True
    try:
        data = source.read(name, xml.MAX_BYTES).replace(b"\0", b"")
    except CoursewrightError:
        return False
    spoken = b" ".join(_NAMESPACE.findall(data)).decode("latin-1")
    if _OTHERS_OWN.search(spoken):
        return True
    return b"adlnet.org" not in data and bool(_RESOURCE_TYPE.search(data))


def _marks_another(name: str) -> bool:
    return name.lower().rpartition("/")[2] in _MARKERS


def the_manifest(source: Source) -> str:
    """The name of the one manifest. Raises RefusedError, naming what the package is instead."""
    found = manifests.shallowest(source.names(), MANIFEST)
    manifests.require_one(source, found)
    if found:
        return found[0]
    raise _refused(
        NO_MANIFEST,
        Location(source.label),
        _what_it_is(source.names()),
        "an imsmanifest.xml at the root",
        "export the course as SCORM from the tool that made it",
    )


def dialect(document: Document) -> Dialect:
    """What the manifest speaks. Raises RefusedError with the name of the standard when it is none of ours."""
    root = document.root
    spoken = _vocabulary(root)
    adl = _speaks_adl(root, spoken)
    if root.name == "manifest" and not adl and not _other(spoken) and _PLAIN_PACKAGE.match(root.namespace):
        return PLAIN
    if root.name != "manifest" or root.namespace not in _PACKAGES or not adl or _OTHERS_OWN.search(spoken):
        raise _refused(
            NOT_SCORM,
            root.location,
            _what_manifest(root, spoken),
            "a manifest in the namespaces of SCORM 1.2, SCORM 2004 or IMS Content Packaging",
            "export the course as SCORM from the tool that made it",
        )
    version = schema_version(root)
    if _is_2004(root, spoken, version):
        return _edition(root, spoken, version)
    if version not in ("", "1.2"):
        raise _refused(
            VERSION,
            root.location,
            f"schemaversion {version!r} in a manifest with the namespaces of SCORM 1.2",
            "1.2",
            "write <schemaversion>1.2</schemaversion>, or export the package again",
        )
    return _SCORM_12 if version else Dialect("scorm-1.2", "SCORM 1.2", _guessed("", "SCORM 1.2"))


def _speaks_adl(root: Node, spoken: str) -> bool:
    metadata = root.first("metadata")
    schema = metadata.first("schema") if metadata else None
    return "adlnet.org" in spoken or (schema is not None and "SCORM" in schema.text.upper())


def _is_2004(root: Node, spoken: str, version: str) -> bool:
    """By the namespaces in use: some packages name no version, and the second edition says CAM 1.3."""
    if root.namespace in _PACKAGES_12:
        return "adlcp_v1p3" in spoken
    return ADLCP_12 not in spoken and ("adlcp_v1p3" in spoken or version != "1.2")


def _edition(root: Node, spoken: str, version: str) -> Dialect:
    """By what the manifest says of itself, and else by the elements that only one edition has."""
    said = next((dialect for words, dialect in _EDITIONS if words.search(version)), None)
    if said:
        return said
    if f"{ADL}adlcp_v1p2" in spoken:
        guess = _SECOND
    else:
        guess = _FOURTH if any(_only_in_the_fourth(node) for node in root.walk()) else _THIRD
    return Dialect(guess.standard, guess.title, _guessed(version, guess.title))


def _only_in_the_fourth(node: Node) -> bool:
    """Elements that SCORM 2004 4th Edition added (CAM §3.4.1)."""
    if node.namespace == f"{ADL}adlseq_v1p3":
        return node.name == "objectives"
    if node.namespace != f"{ADL}adlcp_v1p3":
        return False
    return node.name == "data" or (node.name == "completionThreshold" and bool(node.attributes))


def _guessed(version: str, title: str) -> str:
    return f"{f'says {version!r}' if version else 'none given'}: taken for {title} by namespaces and elements"


def _vocabulary(root: Node) -> str:
    """Every namespace and resource type in use, in one text to search."""
    words = {node.namespace for node in root.walk()}
    for node in root.walk():
        words.update(key for key in node.attributes if key.startswith("{"))
        if node.name == "resource":
            words.add(node.attributes.get("type", ""))
    return " ".join(sorted(words))


def schema_version(root: Node) -> str:
    """Which SCORM the package calls itself; "" when it says nothing, or a version of something else."""
    metadata = root.first("metadata")
    schema = metadata.first("schema") if metadata else None
    version = metadata.first("schemaversion") if metadata else None
    ours = schema is None or "SCORM" in schema.text.upper()
    return " ".join(version.text.split()) if version and ours else ""


def _other(spoken: str) -> str:
    return next((what for pattern, what in _OTHER_STANDARDS if pattern.search(spoken)), "")


def _what_manifest(root: Node, spoken: str) -> str:
    if root.name != "manifest":
        return f"<{root.name}> instead of a manifest"
    other = _other(spoken)
    if other:
        return f"the manifest of {other}"
    return (
        f"a manifest in the namespace {root.namespace!r}"
        if root.namespace
        else "a manifest without namespace"
    )


def _what_it_is(names: Sequence[str]) -> str:
    """Names the package by a file that only its kind has."""
    if not names:
        return "no file at all"
    bare = {name.lower().rpartition("/")[2] for name in names}
    for marker, what in _OTHER_PACKAGES:
        if marker in bare:
            return f"{what} ({marker})"
    if any(name.endswith((".html", ".htm")) for name in bare):
        return "web pages without a manifest"
    return "files of another kind"


def _refused(rule: Rule, location: Location, found: str, expected: str, mend: str) -> RefusedError:
    return RefusedError([Finding(rule=rule, location=location, found=found, expected=expected, mend=mend)])

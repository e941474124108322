"""Which standard a manifest follows, and finding the manifest of a package at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from importers.shared.xml import Document, Node
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source

NO_MANIFEST: Final = Rule("CW506", "no-manifest", "A SCORM package has an imsmanifest.xml at its root.")
SEVERAL: Final = Rule("CW507", "several-manifests", "A zip holds one package.")
NOT_SCORM: Final = Rule("CW508", "not-scorm", "The manifest must be one of SCORM 1.2.")
SCORM_2004: Final = Rule("CW509", "scorm-2004", "SCORM 2004 is not read yet.")
VERSION: Final = Rule(
    "CW510", "scorm-version", "The schemaversion must be that of the manifest's namespaces."
)

MANIFEST: Final = "imsmanifest.xml"
ADLCP_12: Final = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
_PACKAGES_12: Final = frozenset(
    {"http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.imsglobal.org/xsd/imscp_rootv1p1p2"}
)
_PACKAGES: Final = _PACKAGES_12 | {"http://www.imsglobal.org/xsd/imscp_v1p1"}

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
_OTHER_STANDARDS: Final = (
    ("desire2learn", "a Brightspace (D2L) export"),
    ("imsccv1p", "a Common Cartridge"),
    ("imsqti", "a QTI package"),
)


def manifests(names: Sequence[str]) -> list[str]:
    """The shallowest manifests: exports keep further ones of their own attachments deeper down."""
    found = [name for name in names if name.lower().rpartition("/")[2] == MANIFEST]
    depth = min((name.count("/") for name in found), default=0)
    return [name for name in found if name.count("/") == depth]


def the_manifest(source: Source) -> str:
    """The name of the one manifest. Raises RefusedError, naming what the package is instead."""
    found = manifests(source.names())
    if len(found) == 1:
        return found[0]
    if found:
        raise _refused(
            SEVERAL,
            Location(source.label),
            f"{len(found)} packages side by side: {', '.join(found[:3])}",
            "one imsmanifest.xml, at the root or in one folder",
            "zip each package on its own and import them one by one",
        )
    raise _refused(
        NO_MANIFEST,
        Location(source.label),
        _what_it_is(source.names()),
        "an imsmanifest.xml at the root",
        "export the course as SCORM 1.2 from the tool that made it",
    )


def require_scorm_12(document: Document) -> None:
    """Raises RefusedError with the name of the standard when it is not SCORM 1.2."""
    root = document.root
    spoken = _vocabulary(root)
    version = schema_version(root)
    if root.name != "manifest" or root.namespace not in _PACKAGES or not _speaks_adl(root, spoken):
        raise _refused(
            NOT_SCORM,
            root.location,
            _what_manifest(root, spoken),
            "a manifest in the namespaces of SCORM 1.2 (imscp_rootv1p1p2 and adlcp_rootv1p2)",
            "export the course as SCORM 1.2 from the tool that made it",
        )
    if _is_2004(root, spoken, version):
        raise _refused(
            SCORM_2004,
            root.location,
            f"SCORM 2004 ({version or 'no schemaversion'})",
            "SCORM 1.2",
            "SCORM 2004 is not read yet: export the course as SCORM 1.2 from the tool that made it",
        )
    if version not in ("", "1.2"):
        raise _refused(
            VERSION,
            root.location,
            f"schemaversion {version!r} in a manifest with the namespaces of SCORM 1.2",
            "1.2",
            "write <schemaversion>1.2</schemaversion>, or export the package again",
        )


def _speaks_adl(root: Node, spoken: str) -> bool:
    metadata = root.first("metadata")
    schema = metadata.first("schema") if metadata else None
    return "adlnet.org" in spoken or (schema is not None and "SCORM" in schema.text)


def _is_2004(root: Node, spoken: str, version: str) -> bool:
    """By the namespaces in use: some packages name no version, and the second edition says CAM 1.3."""
    if root.namespace in _PACKAGES_12:
        return "adlcp_v1p3" in spoken
    return ADLCP_12 not in spoken and ("adlcp_v1p3" in spoken or version != "1.2")


def _vocabulary(root: Node) -> str:
    """Every namespace and resource type in use, in one text to search."""
    words = {node.namespace for node in root.walk()}
    for node in root.walk():
        words.update(key for key in node.attributes if key.startswith("{"))
        if node.name == "resource":
            words.add(node.attributes.get("type", ""))
    return " ".join(sorted(words))


def schema_version(root: Node) -> str:
    """What the package says of itself; "" when it says nothing."""
    metadata = root.first("metadata")
    version = metadata.first("schemaversion") if metadata else None
    return " ".join(version.text.split()) if version else ""


def _what_manifest(root: Node, spoken: str) -> str:
    if root.name != "manifest":
        return f"<{root.name}> instead of a manifest"
    for part, what in _OTHER_STANDARDS:
        if part in root.namespace or part in spoken:
            return f"the manifest of {what}"
    if root.namespace in _PACKAGES:
        return "a plain IMS content package, with nothing of SCORM"
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

"""Which manifests are ours: Common Cartridges, and the course exports of Canvas, Brightspace and Blackboard.

All of them are IMS content packages; what tells them apart is their namespaces and resource types, never
what they say of their version (docs/adr/0015).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from importers.shared.xml import Document, Node
from schemas.findings import CoursewrightError, Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source

NOT_A_CARTRIDGE: Final = Rule(
    "CW550", "not-a-cartridge", "The manifest must be one of a cartridge or of an LMS's course export."
)
SEVERAL: Final = Rule("CW551", "several-cartridges", "A zip holds one cartridge.")

Dialect = Literal["cartridge", "d2l", "blackboard"]

MANIFEST: Final = "imsmanifest.xml"
HEAD: Final = 256 * 1024
"""Bytes of a manifest that are looked at to recognise it."""

_OURS: Final = re.compile(
    rb"imscc(v1p\d)?/imscp_v1p1|/imscc_xmlv1p\d/|ims(dt|wl|basiclti)_xmlv1p\d|Common Cartridge"
    rb"|desire2learn\.com/xsd|blackboard\.com/content-packaging"
)
_QTI_EXPORT: Final = re.compile(rb"""<schema>\s*IMS Content\s*<|type\s*=\s*["']imsqti_xmlv1p2["']""")
"""Quizzes exported alone use the cartridge's namespaces and are read as QTI."""
_NAMESPACES: Final = re.compile(r"https?://www\.(imsglobal|imsproject)\.org/xsd/(imscc(v1p\d)?/)?imscp_\w+")
_TYPES: Final = re.compile(r"ims(qti|dt|wl|basiclti)_xmlv|imscc_xmlv|assignment_xmlv")
_D2L: Final = "desire2learn.com/xsd"
_BLACKBOARD: Final = "blackboard.com/content-packaging"


def manifests(names: Sequence[str]) -> list[str]:
    """The shallowest manifests: exports keep further ones among their files."""
    found = [
        name for name in names if name.rpartition("/")[2].lower() == MANIFEST and "__MACOSX/" not in name
    ]
    depth = min((name.count("/") for name in found), default=0)
    return [name for name in found if name.count("/") == depth]


def is_ours(source: Source) -> bool:
    """By the first bytes of the manifest. Never raises."""
    for name in manifests(source.names()):
        try:
            with source.open(name) as file:
                head = file.read(HEAD).replace(b"\0", b"")  # UTF-16 in the eyes of a search for ASCII
        except (CoursewrightError, OSError):
            continue
        if _OURS.search(head) and not _QTI_EXPORT.search(head):
            return True
    return False


def the_manifest(source: Source) -> str:
    """The name of the one manifest. Raises RefusedError."""
    found = manifests(source.names())
    if len(found) == 1:
        return found[0]
    raise _refused(
        SEVERAL,
        Location(source.label),
        f"{len(found)} packages side by side: {', '.join(found[:3])}" if found else "no imsmanifest.xml",
        "one imsmanifest.xml, at the root or in one folder",
        "zip each cartridge on its own and import them one by one",
    )


def dialect(document: Document) -> Dialect:
    """Who wrote the manifest. Raises RefusedError when it is none of ours."""
    root = document.root
    spoken = _vocabulary(root)
    if root.name == "manifest" and _BLACKBOARD in spoken:
        return "blackboard"
    known = root.name == "manifest" and _NAMESPACES.fullmatch(root.namespace)
    if known and _D2L in spoken:
        return "d2l"
    if known and ("imscc" in root.namespace or _TYPES.search(spoken)):
        return "cartridge"
    raise _refused(
        NOT_A_CARTRIDGE,
        root.location,
        f"<{root.name}> in {root.namespace!r}" if root.namespace else f"<{root.name}> without a namespace",
        "a manifest in a namespace of Common Cartridge, such as .../xsd/imsccv1p3/imscp_v1p1",
        "export the course again as a Common Cartridge",
    )


def _vocabulary(root: Node) -> str:
    """Namespaces of attributes and elements, and resource types, in one text to search."""
    words = {node.namespace for node in root.walk()}
    for node in root.walk():
        words.update(name.partition("}")[0] for name in node.attributes if name.startswith("{"))
        if node.name == "resource":
            words.add(node.attributes.get("type", ""))
    return " ".join(sorted(words))


def _refused(rule: Rule, location: Location, found: str, expected: str, mend: str) -> RefusedError:
    return RefusedError([Finding(rule=rule, location=location, found=found, expected=expected, mend=mend)])

"""What no XML Schema says of a SCORM manifest, and ADL's checker or an LMS refuses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

_NCNAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*")
_VERSIONS: Final = {
    "scorm-1.2": ("1.2", "scormtype", "http://www.adlnet.org/xsd/adlcp_rootv1p2"),
    "scorm-2004-3rd-edition": ("2004 3rd Edition", "scormType", "http://www.adlnet.org/xsd/adlcp_v1p3"),
    "scorm-2004-4th-edition": ("2004 4th Edition", "scormType", "http://www.adlnet.org/xsd/adlcp_v1p3"),
}


def faults(files: Mapping[str, bytes], target: str) -> list[str]:
    """Everything that is wrong, in words; [] is good."""
    root = etree.fromstring(files["imsmanifest.xml"])
    return [*_metadata(root, target), *_items(root), *_resources(root, target), *_listed(root, files)]


def _all(root: etree._Element, name: str) -> list[etree._Element]:
    return [node for node in root.iter("{*}" + name) if isinstance(node, etree._Element)]


def _text(node: etree._Element, name: str) -> str:
    found = node.find("{*}" + name)
    return "" if found is None else (found.text or "")


def _metadata(root: etree._Element, target: str) -> Iterator[str]:
    found = root.find("{*}metadata")
    if found is None or _text(found, "schema") != "ADL SCORM":
        yield "no schema"
    elif _text(found, "schemaversion") != _VERSIONS[target][0]:
        yield f"schemaversion {_text(found, 'schemaversion')}"


def _items(root: etree._Element) -> Iterator[str]:
    organizations, items = _all(root, "organization"), _all(root, "item")
    resources = {node.get("identifier"): node for node in _all(root, "resource")}
    if root.find("{*}organizations").get("default") not in [node.get("identifier") for node in organizations]:  # type: ignore[union-attr]
        yield "the default organization is not there"
    for node in (*organizations, *items):
        if not _text(node, "title").strip():
            yield f"{node.get('identifier')} has no title"
    for node in items:
        reference = node.get("identifierref")
        if (reference is None) != bool(node.findall("{*}item")):
            yield f"{node.get('identifier')} is a leaf without a SCO, or a SCO that is no leaf"
        if reference is not None and resources[reference].get("href") is None:
            yield f"{node.get('identifier')} starts nothing"
        score = _text(node, "masteryscore")
        if score and not 0 <= float(score) <= 100:
            yield f"masteryscore {score}"
        for other in re.split("[&|~()]", _text(node, "prerequisites")):
            if other and other not in [each.get("identifier") for each in items]:
                yield f"{other} is asked for and is not there"


def _resources(root: etree._Element, target: str) -> Iterator[str]:
    _, attribute, namespace = _VERSIONS[target]
    found = _all(root, "resource")
    kinds = [str(node.get(f"{{{namespace}}}{attribute}")) for node in found]
    if kinds[0] != "sco" or sorted(kinds, reverse=True) != kinds or set(kinds) - {"sco", "asset"}:
        yield f"resources are {kinds}"
    identifiers = Counter(
        str(node.get("identifier"))
        for name in ("manifest", "organization", "item", "resource")
        for node in _all(root, name)
    )
    for identifier, times in identifiers.items():
        if times > 1 or not _NCNAME.fullmatch(identifier):
            yield f"identifier {identifier}, {times} times"
    for node in _all(root, "dependency"):
        if node.get("identifierref") not in identifiers:
            yield f"{node.get('identifierref')} is depended on and is not there"
    for node in found:
        href = node.get("href")
        if href is not None and href not in [file.get("href") for file in node.findall("{*}file")]:
            yield f"{href} is not among its own files"


def _listed(root: etree._Element, files: Mapping[str, bytes]) -> Iterator[str]:
    named = Counter(str(node.get("href")) for node in _all(root, "file"))
    schemas = {name for name in files if name.endswith((".xsd", ".dtd"))}
    for name, times in named.items():
        if times > 1:
            yield f"{name} is listed {times} times"
        if name not in files:
            yield f"{name} is listed and is not there"
        if not _PLAIN.fullmatch(name):
            yield f"{name} is no plain address"
    for name in set(files) - set(named) - schemas - {"imsmanifest.xml"}:
        yield f"{name} is not listed"

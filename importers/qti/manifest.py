"""imsmanifest.xml of a QTI package (IMS CP 1.1.3–1.2, QTI 2.x and 3.0) → its resources and its title."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from importers.shared import hrefs
from importers.shared.hrefs import Directory
from importers.shared.xml import Document, Node
from schemas.model import Location

_XML_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
_NAMING: Final = frozenset(("resource", "file"))
_RECORDS: Final = frozenset(("lom", "record", "qtimetadata", "curriculumstandardsmetadataset"))


@dataclass(frozen=True, slots=True)
class Resource:
    """`file` is the name of what `href` means, None where there is no such file; `files` are all of
    them, `missing` the addresses of those that are not there.
    """

    identifier: str
    kind: str
    href: str
    file: str | None
    files: tuple[str, ...]
    missing: tuple[str, ...]
    note: str
    metadata: tuple[str, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Manifest:
    """`said` are the metadata groups of the package ("general/title"), `dangers` addresses that lead out."""

    identifier: str
    title: str
    description: str
    said: tuple[str, ...]
    resources: tuple[Resource, ...]
    items: tuple[tuple[str, str, Location], ...]
    dangers: tuple[tuple[str, str, Location], ...]


def read(document: Document, name: str, directory: Directory) -> Manifest:
    """`items` are (identifier, identifierref, place) of the organizations, which QTI packages rarely have."""
    root = document.root
    folder = name.rpartition("/")[0] + "/" if "/" in name else ""
    metadata = next((child for child in root.children if child.name == "metadata"), None)
    records = [child for child in metadata.children if child.name.lower() in _RECORDS] if metadata else []
    nodes = list(_resources(root, hrefs.join(folder, root.attributes.get(_XML_BASE, ""))))
    return Manifest(
        identifier=" ".join(root.attributes.get("identifier", "").split()),
        title=_text(records, "general", "title"),
        description=_text(records, "general", "description"),
        said=tuple(dict.fromkeys(group for record in records for group in _groups(record))),
        resources=tuple(_resource(node, base, directory) for node, base in nodes),
        items=tuple(_items(root)),
        dangers=tuple(danger for node, base in nodes for danger in _dangers(node, base)),
    )


def _resources(root: Node, base: str) -> Iterator[tuple[Node, str]]:
    """Every resource with the base of its addresses; tools disagree about namespaces."""
    for child in root.children:
        if child.name == "resources":
            inner = hrefs.join(base, child.attributes.get(_XML_BASE, ""))
            for node in child.children:
                if node.name == "resource":
                    yield node, hrefs.join(inner, node.attributes.get(_XML_BASE, ""))


def _resource(node: Node, base: str, directory: Directory) -> Resource:
    written = [
        each.attributes.get("href", "").strip() for each in (node, *node.children) if each.name in _NAMING
    ]
    addresses = [hrefs.join(base, address) for address in written if address and not hrefs.is_web(address)]
    found = {address: locate(address, directory) for address in addresses}
    own = node.attributes.get("href", "").strip()
    notes = [note for _, note in found.values() if note]
    return Resource(
        identifier=" ".join(node.attributes.get("identifier", "").split()),
        kind=node.attributes.get("type", "").strip(),
        href=own,
        file=found.get(hrefs.join(base, own), (None, ""))[0],
        files=tuple(dict.fromkeys(name for name, _ in found.values() if name)),
        missing=tuple(address for address, (name, _) in found.items() if not name),
        note="; ".join(dict.fromkeys(notes)),
        metadata=tuple(
            dict.fromkeys(
                group
                for child in node.children
                if child.name == "metadata"
                for record in child.children
                for group in (_groups(record) if record.name.lower() in _RECORDS else [record.name.lower()])
            )
        ),
        location=node.location,
    )


def locate(address: str, directory: Directory) -> tuple[str | None, str]:
    """The file that an address means, and how it had to be mended."""
    target = directory.find(address)
    if target:
        return target.name, target.note
    other = directory.differing_in_case(address)
    return (other, f"{address} is {other} in the package: only the case differs") if other else (None, "")


def _dangers(node: Node, base: str) -> Iterator[tuple[str, str, Location]]:
    for each in (node, *node.children):
        address = each.attributes.get("href", "").strip() if each.name in ("resource", "file") else ""
        why = hrefs.danger(hrefs.join(base, address)) if address else None
        if why:
            yield address, why, each.location


def _items(root: Node) -> Iterator[tuple[str, str, Location]]:
    for node in root.walk():
        if node.name == "item" and "identifier" in node.attributes:
            reference = node.attributes.get("identifierref", "")
            yield " ".join(node.attributes["identifier"].split()), " ".join(reference.split()), node.location


def _groups(record: Node) -> Iterator[str]:
    """What a record says: elements of `general` one by one, other categories as a whole."""
    for category in record.children:
        name = category.name.lower()
        said = [child for child in category.children if any(each.text.strip() for each in child.walk())]
        if name == "general":
            yield from (f"general/{child.name.lower()}" for child in said)
        elif said or category.text.strip():
            yield name


def _text(records: list[Node], category: str, element: str) -> str:
    """The first language of the first such element, by lower-cased names: tools disagree about them."""
    for record in records:
        for outer in record.children:
            for inner in outer.children if outer.name.lower() == category else ():
                if inner.name.lower() == element:
                    return next((node.text.strip() for node in inner.walk() if node.text.strip()), "")
    return ""

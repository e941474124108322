"""An imsmanifest.xml as plain values, read without judging (faults.py does that).

Shapes follow IMS Content Packaging 1.1.4 and the ADL Content Aggregation Models of SCORM 1.2 (§2.3) and SCORM
2004 4th Edition (§3.4). What the standards do not know is named in `unknown`, for the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from importers.scorm import sequencing
from importers.scorm.sequencing import ItemRule, Shared
from importers.shared.hrefs import join
from importers.shared.xml import Document, Node
from schemas.model import Location

_XML_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """`node` is the LOM record inside the manifest, `address` the file that holds it; either may lack."""

    node: Node | None = None
    address: str = ""
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`reference` and `parameters` are "" when absent; `note` says how it differs from what was written."""

    identifier: str
    title: str
    location: Location
    reference: str = ""
    parameters: str = ""
    visible: bool = True
    note: str = ""
    rules: tuple[ItemRule, ...] = ()
    metadata: Metadata | None = None
    children: tuple[Item, ...] = ()

    def rule(self, name: str) -> str:
        """The text of one of its rules, "" when it has none."""
        return next((rule.text for rule in self.rules if rule.name == name), "")

    def walk(self) -> Iterator[Item]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """`note` says how it was made, for one that the package does not have."""

    identifier: str
    title: str
    location: Location
    note: str = ""
    rules: tuple[ItemRule, ...] = ()
    metadata: Metadata | None = None
    items: tuple[Item, ...] = ()

    def walk(self) -> Iterator[Item]:
        for item in self.items:
            yield from item.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A listed file; `address` as written, under its xml:base and the manifest's folder."""

    address: str
    written: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """`launch` is the page to start with; None for one that only holds files for others."""

    identifier: str
    kind: str
    location: Location
    launch: File | None
    files: tuple[File, ...] = ()
    dependencies: tuple[str, ...] = ()
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`name` is the manifest's own file and `folder` where it lies ("" or "a/"): the root of addresses.

    `collection` names the sequencings that items share. `submanifests` are taken into the manifest by
    submanifests.py; `placed` then are their organizations that stand at an item, with words for where.
    """

    name: str
    folder: str
    identifier: str
    location: Location
    default: str
    organizations: tuple[Organization, ...] | None
    resources: tuple[Resource, ...]
    metadata: Metadata | None
    collection: tuple[ItemRule, ...] = ()
    submanifests: tuple[Manifest, ...] = ()
    placed: tuple[tuple[Organization, str], ...] = ()
    bases: tuple[File, ...] = ()
    unknown: tuple[tuple[str, Location], ...] = field(default=(), repr=False)

    def items(self) -> Iterator[Item]:
        """Every item of every organization, in document order."""
        for organization in self.organizations or ():
            yield from organization.walk()

    def addresses(self) -> Iterator[File]:
        """Everything in the manifest that points to a file or is the base for it."""
        yield from self.bases
        for resource in self.resources:
            yield from resource.files
            if resource.launch:
                yield resource.launch
        for metadata in self.all_metadata():
            if metadata.address:
                yield File(address=metadata.address, written=metadata.address, location=metadata.location)

    def all_metadata(self) -> Iterator[Metadata]:
        owners: list[Manifest | Organization | Item | Resource] = [self, *self.submanifests]
        owners += [*(self.organizations or ()), *(organization for organization, _ in self.placed)]
        for owner in (*owners, *self.items(), *self.resources):
            if owner.metadata:
                yield owner.metadata


def read(document: Document, name: str) -> Manifest:
    """The manifest that lies at `name` in the package."""
    root = document.root
    unknown = (*document.disobeyed, *((node.name, node.location) for node in _unknown(root)))
    manifest = _manifest(root, name, "")
    return replace(manifest, bases=tuple(_bases(root)), unknown=unknown)


def _manifest(root: Node, name: str, base: str) -> Manifest:
    """A manifest or sub-manifest; `base` is the xml:base of those around it."""
    organizations = root.first("organizations")
    folder = name[: name.rfind("/") + 1]
    base = join(base or folder, _base(root))
    shared = sequencing.collection(root)
    return Manifest(
        name=name,
        folder=folder,
        identifier=_word(root, "identifier"),
        location=root.location,
        default=_word(organizations, "default") if organizations else "",
        organizations=_organizations(organizations, folder, shared),
        resources=tuple(_resources(root.first("resources"), base)),
        metadata=_metadata(root, folder),
        collection=tuple(
            ItemRule(name=f"collection of sequencings: {identifier}", text="", location=each.location)
            for identifier, each in shared.items()
        ),
        submanifests=tuple(_manifest(node, name, base) for node in root.all("manifest")),
    )


def _organizations(
    node: Node | None, folder: str, shared: Mapping[str, Shared]
) -> tuple[Organization, ...] | None:
    if node is None:
        return None
    return tuple(
        Organization(
            identifier=_word(child, "identifier"),
            title=_title(child),
            location=child.location,
            rules=tuple(sequencing.rules(child, shared)),
            metadata=_metadata(child, folder),
            items=tuple(_item(item, folder, shared) for item in child.all("item")),
        )
        for child in node.all("organization")
    )


def _item(node: Node, folder: str, shared: Mapping[str, Shared]) -> Item:
    return Item(
        identifier=_word(node, "identifier"),
        title=_title(node),
        location=node.location,
        reference=_word(node, "identifierref"),
        parameters=node.attributes.get("parameters", ""),
        visible=_word(node, "isvisible").lower() not in ("false", "0"),
        rules=tuple(sequencing.rules(node, shared)),
        metadata=_metadata(node, folder),
        children=tuple(_item(child, folder, shared) for child in node.all("item")),
    )


def _resources(node: Node | None, base: str) -> Iterator[Resource]:
    if node is None:
        return
    base = join(base, _base(node))
    for child in node.all("resource"):
        own = join(base, _base(child))
        yield Resource(
            identifier=_word(child, "identifier"),
            kind=_scorm_type(child),
            location=child.location,
            launch=_file(child, own) if child.attributes.get("href", "").strip() else None,
            files=tuple(_file(file, own) for file in child.all("file")),
            dependencies=tuple(_word(other, "identifierref") for other in child.all("dependency")),
            metadata=_metadata(child, own),
        )


def _file(node: Node, base: str) -> File:
    written = node.attributes.get("href", "").strip()
    return File(address=join(base, written), written=written, location=node.location)


def _scorm_type(node: Node) -> str:
    """`adlcp:scormtype`, in whatever case and namespace it was written; "asset" when absent."""
    values = (value for key, value in node.attributes.items() if key.lower().endswith("scormtype"))
    return next(values, "asset").strip().lower()


def _metadata(node: Node, folder: str) -> Metadata | None:
    metadata = node.first("metadata")
    if metadata is None:
        return None
    record = next((child for child in metadata.children if child.name.lower() in ("lom", "record")), None)
    location = next((child for child in metadata.children if child.name == "location"), None)
    return Metadata(
        node=record,
        address=join(folder, location.text.strip()) if location else "",
        location=location.location if location else metadata.location,
    )


def _bases(root: Node) -> Iterator[File]:
    for node in root.walk():
        if _XML_BASE in node.attributes:
            yield File(address=_base(node), written=_base(node), location=node.location)


_KNOWN: Final = {
    "manifest": {"metadata", "organizations", "resources", "manifest"},
    "organizations": {"organization"},
    "organization": {"title", "item", "metadata"},
    "item": {"title", "item", "metadata"},
    "resources": {"resource"},
    "resource": {"metadata", "file", "dependency"},
    "file": set(),
    "title": set(),
    "dependency": set(),
    "metadata": {"schema", "schemaversion"},
}
_KNOWN_METADATA: Final = ("lom", "record", "location")


def _unknown(node: Node) -> Iterator[Node]:
    """Elements that nothing here reads at their place."""
    rules = set(sequencing.nodes(node).values()) if node.name in ("item", "organization") else set()
    if node.name == "manifest":
        rules |= {child for child in node.children if child.name == "sequencingCollection"}
    for child in node.children:
        if node.name == "metadata" and child.name.lower() in _KNOWN_METADATA:
            continue
        if child.namespace == node.namespace and child.name in _KNOWN[node.name]:
            if child.name in _KNOWN:
                yield from _unknown(child)
        elif child not in rules:
            yield child


def _base(node: Node) -> str:
    return node.attributes.get(_XML_BASE, "").strip()


def _title(node: Node) -> str:
    title = node.first("title")
    return title.text if title else ""


def _word(node: Node, attribute: str) -> str:
    """An attribute with white space collapsed, as XML Schema reads identifiers."""
    return " ".join(node.attributes.get(attribute, "").split())

"""imsmanifest.xml of a cartridge → plain values (IMS Common Cartridge 1.4 §3; IMS CP 1.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Final

from importers.shared.hrefs import join
from importers.shared.xml import Node
from schemas.model import Location

_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
_INSTRUCTOR_ROLES: Final = frozenset(("instructor", "mentor"))


@dataclass(frozen=True, slots=True)
class Address:
    """`address` is under its xml:base and relative to the root of the package, `written` as it stands."""

    address: str
    written: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """`kind` is its type. `use` is `intendeduse` (CC 1.1) or D2L's material type, `title` and `data` what
    Blackboard and Brightspace say in attributes of their own. `instructors`: not for learners.
    """

    identifier: str
    kind: str
    location: Location
    href: Address | None = None
    files: tuple[Address, ...] = ()
    dependencies: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    use: str = ""
    title: str = ""
    instructors: bool = False

    def addresses(self) -> Iterator[Address]:
        """The page it starts with, then its files, each address once."""
        own = (self.href,) if self.href else ()
        yield from {each.address: each for each in (*own, *self.files)}.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`name` is the item in the report: its identifier, numbered where a tool uses one twice."""

    name: str
    identifier: str
    title: str
    reference: str
    location: Location
    visible: bool = True
    children: tuple[Item, ...] = ()

    def walk(self) -> Iterator[Item]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Organization:
    identifier: str
    location: Location
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`about` are the groups of the LOM record ("general/title") with their first text.

    A cartridge has one organization; `organizations` is None where the element is missing.
    """

    identifier: str
    version: str
    location: Location
    about: dict[str, str] = field(default_factory=dict)
    organizations: tuple[Organization, ...] | None = None
    resources: tuple[Resource, ...] = ()
    unknown: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Item]:
        for organization in self.organizations or ():
            for item in organization.items:
                yield from item.walk()


def read(root: Node, folder: str) -> Manifest:
    """`folder` is where the manifest lies: "" or ending in a slash."""
    base = join(folder, _base(root))
    metadata = root.first("metadata")
    version = metadata.first("schemaversion") if metadata else None
    holder = root.first("organizations")
    taken: set[str] = set()
    return Manifest(
        identifier=_word(root, "identifier"),
        version=" ".join(version.text.split()) if version else "",
        location=root.location,
        about=dict(_about(metadata)) if metadata else {},
        organizations=tuple(_organizations(holder, taken)) if holder else None,
        resources=tuple(_resources(root.first("resources"), base)),
        unknown=tuple(_unknown(root)),
    )


def _about(metadata: Node) -> Iterator[tuple[str, str]]:
    """Category and element of a LOM record, whatever its namespace; empty ones say nothing."""
    seen: set[str] = set()
    for record in metadata.children:
        for category in record.children if record.name.lower() == "lom" else ():
            for element in category.children:
                name = f"{category.name}/{element.name}".lower()
                text = next((node.text.strip() for node in element.walk() if node.text.strip()), "")
                if text and name not in seen:
                    seen.add(name)
                    yield name, text


def _organizations(holder: Node, taken: set[str]) -> Iterator[Organization]:
    for node in holder.all("organization"):
        yield Organization(_word(node, "identifier"), node.location, tuple(_items(node, taken)))


def numbered(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken; it is taken then."""
    made = next(each for each in chain([name], (f"{name} ({n})" for n in count(2))) if each not in taken)
    taken.add(made)
    return made


def _items(node: Node, taken: set[str]) -> Iterator[Item]:
    for child in node.all("item"):
        identifier = _word(child, "identifier")
        yield Item(
            name=numbered(identifier or "(no identifier)", taken),
            identifier=identifier,
            title=_text(child, "title"),
            reference=_word(child, "identifierref"),
            location=child.location,
            visible=child.attributes.get("isvisible", "true").strip().lower() not in ("false", "0"),
            children=tuple(_items(child, taken)),
        )


def _resources(node: Node | None, base: str) -> Iterator[Resource]:
    if node is None:
        return
    base = join(base, _base(node))
    for child in node.all("resource"):
        own = join(base, _folder(_base(child), child))
        said = {name.rpartition("}")[2]: value.strip() for name, value in child.attributes.items()}
        yield Resource(
            identifier=_word(child, "identifier"),
            kind=" ".join(said.get("type", "").split()),
            location=child.location,
            href=_start(said, base, own, child),
            files=tuple(_address(each.attributes.get("href", ""), own, each) for each in child.all("file")),
            dependencies=tuple(_word(each, "identifierref") for each in child.all("dependency")),
            variants=tuple(_word(each, "identifierref") for each in child.children if each.name == "variant"),
            use=said.get("intendeduse") or said.get("material_type", ""),
            title=said.get("title", ""),
            instructors=_for_instructors(child),
        )


def _folder(base: str, resource: Node) -> str:
    """Blackboard writes the name of a folder without the slash that would make it one."""
    blackboard = any(name.endswith("blackboard.com/content-packaging/}file") for name in resource.attributes)
    return f"{base}/" if base and blackboard else base


def _start(said: dict[str, str], base: str, own: str, node: Node) -> Address | None:
    """`href`; or Blackboard's own attribute, whose files do not lie under the xml:base."""
    if said.get("href"):
        return _address(said["href"], own, node)
    return _address(said["file"], base, node) if said.get("file") else None


def _for_instructors(resource: Node) -> bool:
    """Whether its metadata name roles, and no learner among them (CC 1.1 §3.3)."""
    roles = {
        value.text.strip().lower()
        for node in resource.walk()
        if node.name.lower() == "intendedenduserrole"
        for value in node.children
        if value.name.lower() == "value"
    }
    return bool(roles) and roles <= _INSTRUCTOR_ROLES


def _address(written: str, base: str, node: Node) -> Address:
    written = written.strip()
    return Address(join(base, written), written, node.location)


_KNOWN: Final = {
    "manifest": {"metadata", "organizations", "resources"},
    "organizations": {"organization"},
    "organization": {"title", "item", "metadata"},
    "item": {"title", "item", "metadata"},
    "resources": {"resource"},
    "resource": {"metadata", "file", "dependency", "variant"},
}


def _unknown(node: Node) -> Iterator[Node]:
    """Elements that nothing here reads at their place."""
    for child in node.children:
        if child.name not in _KNOWN.get(node.name, ()):
            yield child
        elif child.name in _KNOWN:
            yield from _unknown(child)


def _base(node: Node) -> str:
    return node.attributes.get(_BASE, "").strip()


def _text(node: Node, name: str) -> str:
    child = node.first(name)
    return child.text.strip() if child else ""


def _word(node: Node, attribute: str) -> str:
    """An attribute with white space collapsed, as XML Schema reads identifiers."""
    return " ".join(node.attributes.get(attribute, "").split())

"""imsmanifest.xml of a Common Cartridge: the outline, and every resource with its files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from exporters.cartridge.versions import Version
from exporters.shared.xml import Element, Text, element

NAME: Final = "imsmanifest.xml"
WEB_CONTENT: Final = "webcontent"


class Resource(NamedTuple):
    """`file` is an address in the package; web links and quizzes are found by it, without an `href`.
    `needs` are resources that it shows. `hidden`: for instructors only, which is all that can be said.
    """

    identifier: str
    kind: str
    file: str
    needs: tuple[str, ...] = ()
    hidden: bool = False


class Item(NamedTuple):
    """A line of the outline: one that opens a resource, or a heading with lines below it."""

    identifier: str
    title: str
    opens: str | None = None
    items: tuple[Item, ...] = ()


def manifest(
    version: Version, identifier: str, about: Element, items: Iterable[Item], resources: Iterable[Resource]
) -> Element:
    root = element("item", {"identifier": "I-root"}, *map(_item, items))
    return element(
        "manifest",
        {**version.namespaces, "identifier": identifier},
        element(
            "metadata",
            {},
            element("schema", {}, Text("IMS Common Cartridge")),
            element("schemaversion", {}, Text(version.number)),
            about,
        ),
        element(
            "organizations",
            {},
            element("organization", {"identifier": "O-1", "structure": "rooted-hierarchy"}, root),
        ),
        element("resources", {}, *(_resource(version, each) for each in resources)),
    )


def about(title: str, description: str | None, language: str) -> Element:
    """The record (LOM) of the whole cartridge."""
    return element(
        "lomimscc:lom",
        {},
        element(
            "lomimscc:general",
            {},
            element("lomimscc:title", {}, _string("lomimscc", title, language)),
            element("lomimscc:language", {}, Text(language)),
            element("lomimscc:description", {}, _string("lomimscc", description, language))
            if description
            else None,
        ),
    )


def _string(prefix: str, text: str, language: str) -> Element:
    return element(f"{prefix}:string", {"language": language}, Text(text))


def _item(item: Item) -> Element:
    return element(
        "item",
        {"identifier": item.identifier, "identifierref": item.opens},
        element("title", {}, Text(item.title)),
        *map(_item, item.items),
    )


def _resource(version: Version, resource: Resource) -> Element:
    linked = resource.kind in (version.quiz, version.link)
    return element(
        "resource",
        {
            "identifier": resource.identifier,
            "type": resource.kind,
            "href": None if linked else resource.file,
        },
        _for_instructors(version) if resource.hidden else None,
        element("file", {"href": resource.file}),
        *(element("dependency", {"identifierref": name}) for name in dict.fromkeys(resource.needs)),
    )


def _for_instructors(version: Version) -> Element:
    role = element(
        "lom:intendedEndUserRole",
        {},
        element("lom:source", {}, Text(version.roles)),
        element("lom:value", {}, Text("Instructor")),
    )
    return element("metadata", {}, element("lom:lom", {}, element("lom:educational", {}, role)))

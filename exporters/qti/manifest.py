"""imsmanifest.xml: what is in the package, file by file (IMS Content Packaging 1.1.4 and 1.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple
from urllib.parse import quote

from exporters.qti.names import named
from exporters.qti.versions import Version
from exporters.shared.xml import Element, Text, element
from schemas.model import Bundle

NAME: Final = "imsmanifest.xml"
_LOM: Final = "http://ltsc.ieee.org/xsd/LOM"


class Resource(NamedTuple):
    """`href` is the file that it is, None for files that only lie beside; `needs` names other resources."""

    identifier: str
    kind: str
    href: str | None
    files: tuple[str, ...]
    needs: tuple[str, ...] = ()


def manifest(bundle: Bundle, version: Version, resources: Iterable[Resource]) -> Element:
    return element(
        "manifest",
        {"xmlns": version.package_namespace, "identifier": named(bundle.key)},
        element(
            "metadata",
            {},
            element("schema", {}, Text(version.schema)),
            element("schemaversion", {}, Text(version.schema_version)),
            _title(bundle.title),
        ),
        element("organizations"),
        element("resources", {}, *map(_resource, resources)),
    )


def _title(title: str) -> Element:
    general = element("general", {}, element("title", {}, element("string", {}, Text(title))))
    return element("lom", {"xmlns": _LOM}, general)


def _resource(resource: Resource) -> Element:
    return element(
        "resource",
        {
            "identifier": named(resource.identifier),
            "type": resource.kind,
            "href": resource.href,
        },
        *(element("file", {"href": quote(name)}) for name in resource.files),
        *(element("dependency", {"identifierref": named(name)}) for name in resource.needs),
    )

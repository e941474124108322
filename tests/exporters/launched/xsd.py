"""Validates a document against the XML Schemas that lie beside it, without a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from lxml import etree

_MENDED = {
    b'xmlns="http://www.w3.org/XML/1998/namespace"': b"",  # of ims_xml.xsd: XML forbids to declare it
    b'<xsd:any namespace="##any"': b'<xsd:any namespace="##other"',  # of imsmd: ambiguous, and wider than this
}
"""What libxml2 does not let pass in IMS's schemas of SCORM 1.2."""
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"


def faults(files: Mapping[str, bytes], name: str) -> list[str]:
    """What the schemas at its `xsi:schemaLocation` say; [] is good."""
    root = etree.fromstring(files[name])
    places = str(root.get(_XSI)).split()
    return against(root, dict(zip(places[::2], places[1::2], strict=True)), files)


def against(root: etree._Element, locations: Mapping[str, str], schemas: Mapping[str, bytes]) -> list[str]:
    """`locations` are the files of namespaces among `schemas`."""
    imports = "".join(
        f'<xs:import namespace="{uri}" schemaLocation="{place}"/>' for uri, place in locations.items()
    )
    wrapper = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Beside(schemas))
    schema = etree.XMLSchema(etree.fromstring(wrapper, parser))
    schema.validate(root)
    log: Any = schema.error_log
    return [f"{fault.line}: {fault.message}" for fault in log]


class _Beside(etree.Resolver):
    """Files by their last name, wherever a schema thinks they are."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]  # noqa: ARG002
        name = PurePosixPath(system_url).name
        if name not in self._files:
            return None
        data = self._files[name]
        for was, becomes in _MENDED.items():
            data = data.replace(was, becomes)
        return self.resolve_string(data, context, base_url=name)

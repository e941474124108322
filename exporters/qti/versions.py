"""What the versions of QTI call things. Elements are built with the names of 2.1 and renamed for 3.0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from exporters.shared.xml import Element, Markup, element

_CAPITAL: Final = re.compile(r"[A-Z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """`namespace` is that of items and tests, `schema` and `schema_version` are what the manifest says.

    `interop`: quizzes are whole documents (1.2); `hyphens`: elements are called `qti-…` (3.0).
    """

    namespace: str
    schema_location: str
    package_namespace: str
    schema: str
    schema_version: str
    item_type: str
    test_type: str
    interop: bool = False
    hyphens: bool = False

    def named(self, root: Element) -> Element:
        """A tree of elements with the names of this version; markup in it is HTML and stays."""
        if not self.hyphens:
            return root
        return Element(
            f"qti-{_hyphened(root.name)}",
            {_attribute(name): value for name, value in root.attributes.items()},
            tuple(self.named(child) if isinstance(child, Element) else child for child in root.children),
        )

    def content(self, markup: Markup) -> Element | Markup:
        """Of feedback and rubrics, which version 3 puts into an element of its own."""
        return element("contentBody", {}, markup) if self.hyphens else markup


def _attribute(name: str) -> str:
    return name if ":" in name or name == "xmlns" else _hyphened(name)


def _hyphened(name: str) -> str:
    return _CAPITAL.sub(lambda capital: f"-{capital[0].lower()}", name)


VERSIONS: Final[Mapping[str, Version]] = {
    "qti-1.2": Version(
        namespace="",
        schema_location="",
        package_namespace="http://www.imsglobal.org/xsd/imscp_v1p1",
        schema="IMS Content",
        schema_version="1.1.3",
        item_type="",
        test_type="imsqti_xmlv1p2",
        interop=True,
    ),
    "qti-2.1": Version(
        namespace="http://www.imsglobal.org/xsd/imsqti_v2p1",
        schema_location="http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
        package_namespace="http://www.imsglobal.org/xsd/imscp_v1p1",
        schema="QTIv2.1 Package",
        schema_version="1.0.0",
        item_type="imsqti_item_xmlv2p1",
        test_type="imsqti_test_xmlv2p1",
    ),
    "qti-3.0": Version(
        namespace="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
        schema_location="https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
        package_namespace="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
        schema="QTI Package",
        schema_version="3.0.0",
        item_type="imsqti_item_xmlv3p0",
        test_type="imsqti_test_xmlv3p0",
        hyphens=True,
    ),
}

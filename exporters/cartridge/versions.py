"""The two versions that are written: 1.1 is all that Moodle imports, 1.3 what Canvas and Open edX take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Version:
    """`number` in manifests; `short` in namespaces and types of resources; `roles` is the vocabulary of whom
    a resource is for. `assignments`: whether there is a resource for them (an extension of 1.3); `general`:
    whether the first item must be one that Moodle makes its section 0 of.
    """

    number: str
    short: str
    roles: str
    assignments: bool
    general: bool

    @property
    def namespaces(self) -> Mapping[str, str]:
        return {
            "xmlns": f"http://www.imsglobal.org/xsd/imscc{self.short}/imscp_v1p1",
            "xmlns:lom": f"http://ltsc.ieee.org/xsd/imscc{self.short}/LOM/resource",
            "xmlns:lomimscc": f"http://ltsc.ieee.org/xsd/imscc{self.short}/LOM/manifest",
        }

    @property
    def quiz(self) -> str:
        return f"imsqti_xmlv1p2/imscc_xml{self.short}/assessment"

    @property
    def link(self) -> str:
        return f"imswl_xml{self.short}"

    @property
    def link_namespace(self) -> str:
        return f"http://www.imsglobal.org/xsd/imscc{self.short}/imswl_{self.short}"


VERSIONS: Final[Mapping[str, Version]] = {
    "cartridge-1.1": Version("1.1.0", "v1p1", "IMSGLC_CC_Rolesv1p1", assignments=False, general=True),
    "cartridge-1.3": Version("1.3.0", "v1p3", "IMSGLC_CC_Rolesv1p2", assignments=True, general=False),
}

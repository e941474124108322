"""What each resource of a cartridge is: by its type, and where that says little, by its files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from importers.cartridge.manifest import Manifest, Resource

Kind = Literal[
    "file", "quiz", "bank", "discussion", "link", "tool", "assignment", "syllabus", "settings", "part",
    "document", "unknown",
]  # fmt: skip
"""`part` belongs to another resource and is nothing by itself; `document` is a page of Blackboard's."""

_BY_TYPE: Final[tuple[tuple[str, Kind], ...]] = (
    (r"imsqti_xmlv\w+/imscc\w*/question-bank", "bank"),
    (r"imsqti_xmlv\w+(/imscc\w*/assessment)?", "quiz"),
    (r"ims(cc)?dt_xmlv\w+", "discussion"),
    (r"ims(cc)?wl_xmlv\w+", "link"),
    (r"imsbasiclti_xmlv\w+", "tool"),
    (r"assignment_xmlv\w+", "assignment"),
    (r"webcontent|associatedcontent/.*|imsiwb_iwbv\w+|idpfepub_epubv\w+|imsapip\S*", "file"),
    (r"assessment/x-bb-qti-(test|survey)", "quiz"),
    (r"assessment/x-bb-qti-pool", "bank"),
    (r"resource/x-bb-(document|externallink|asmt-test-link|folder|lesson|file)", "document"),
    (r"(course|resource|assessment)/x-bb-\S*", "settings"),
)
_UNKNOWN: Final[Kind] = "unknown"
_BY_MATERIAL: Final[Mapping[str, Kind]] = {
    "d2lquestionlibrary": "bank",
    "d2lquiz": "quiz",
    "d2lsurvey": "quiz",
    "contentlink": "link",
    "content": "file",
    "contentmodule": "file",
}


def kinds(manifest: Manifest) -> dict[str, Kind]:
    """The kind of each resource, by identifier."""
    known = {resource.identifier: resource for resource in manifest.resources}
    parts = {other for each in manifest.resources for other in each.dependencies}
    opened = {item.reference for item in manifest.walk()}
    found: dict[str, Kind] = {}
    for resource in manifest.resources:
        kind = _kind(resource)
        if any(other in known for other in resource.variants):
            kind = "part"  # a simpler form of the same thing, for systems that do not know the other
        elif (
            kind in ("file", "quiz", "bank") and resource.identifier in parts - opened and _is_meta(resource)
        ):
            kind = "part"
        found[resource.identifier] = kind
    return found


def _kind(resource: Resource) -> Kind:
    if resource.use.startswith("d2l") or resource.use in _BY_MATERIAL:
        return _BY_MATERIAL.get(resource.use, "settings")
    kind = next((kind for pattern, kind in _BY_TYPE if re.fullmatch(pattern, resource.kind)), _UNKNOWN)
    return _canvas_kind(resource) if kind == "file" and resource.kind != "webcontent" else kind


def _canvas_kind(resource: Resource) -> Kind:
    """Canvas's own things are "learning application resources", told apart by the names of their files."""
    names = [each.address for each in resource.addresses()]
    if any(name.endswith("assignment_settings.xml") for name in names):
        return "assignment"
    if resource.use == "syllabus":
        return "syllabus"
    if names and all("course_settings/" in name for name in names):
        return "settings"
    if any(name.endswith("assessment_meta.xml") for name in names):
        return "quiz"  # unless a quiz depends on it
    return "bank" if any(name.endswith(".xml.qti") for name in names) else "file"


def _is_meta(resource: Resource) -> bool:
    return all(each.address.endswith((".xml", ".xml.qti", ".json")) for each in resource.addresses())

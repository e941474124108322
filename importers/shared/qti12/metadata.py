"""Metadata fields of QTI 1.2: of IMS, Common Cartridge, Canvas and D2L alike, by their lower-cased labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from importers.shared.xml import Node

_HOLDERS: Final = frozenset(("itemmetadata", "qtimetadata"))
_FIELDS: Final = frozenset(("qtimetadatafield", "qti_metadatafield"))
"""D2L writes the second."""


def fields(node: Node) -> Mapping[str, str]:
    """Of an item, assessment or bank itself: `{"cc_profile": "cc.essay.v0p1"}`; the first of each counts."""
    found: dict[str, str] = {}
    for label, entry in _fields(node):
        found.setdefault(label, entry)
    return found


def _fields(node: Node) -> Iterator[tuple[str, str]]:
    for child in node.children:
        if child.name in _FIELDS:
            parts = {part.name: " ".join(part.text.split()) for part in child.children}
            yield parts.get("fieldlabel", "").lower(), parts.get("fieldentry", "")
        elif child.name in _HOLDERS:
            yield from _fields(child)
        elif child.name.startswith(("qmd_", "bbmd_")):
            yield child.name.lower(), " ".join(child.text.split())

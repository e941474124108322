"""Files of a source → documents of QTI, as far as they can be read; what could not be is told, not lost."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from importers.qti import standard
from importers.qti.ledger import Names
from importers.qti.standard import Kind
from importers.qti.vocabulary import canonical
from importers.shared import xml
from importers.shared.xml import Document
from schemas.findings import RefusedError
from schemas.source import Source

_SUBSET: Final = re.compile(rb"(<!DOCTYPE\s+[^\s\[>]{1,100}[^\[>]{0,500})(\[[^\]]{0,20000}\])\s*>")
_DECLARED: Final = "the declarations in its DOCTYPE are not read"


@dataclass(slots=True)
class Documents:
    """By file name. `repairs` are notes on files that could be read only by guessing, `accounts` the names in
    the report of items that are documents of their own (`file#identifier`), `missing` the addresses of items
    that tests name and that are not there, `beside` further files that were read.
    """

    kinds: dict[str, Kind] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    unreadable: dict[str, RefusedError] = field(default_factory=dict)
    repairs: dict[str, list[str]] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    accounts: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)

    def identifier(self, name: str) -> str:
        """Of the item, test or stimulus in a file."""
        return self.documents[name].root.attributes.get("identifier", "").strip()

    def of(self, kind: Kind) -> list[str]:
        return [name for name, own in self.kinds.items() if own == kind]


def read(source: Source) -> Documents:
    """Every document of QTI in the source, whether a manifest names it or not."""
    found = Documents()
    for name in standard.candidates(source.names()):
        if name.lower().rpartition("/")[2] == standard.MANIFEST or not standard.holds_qti(source, name):
            continue
        try:
            document, notes = parse(source, name, xml.CONTENT)
        except RefusedError as error:
            found.unreadable[name] = error
            continue
        root = canonical(document.root)
        if root.name in standard.ROOTS:
            found.kinds[name] = standard.ROOTS[root.name]
            found.documents[name] = document
            if notes:
                found.repairs[name] = notes
    for name in found.of("item"):
        found.accounts[name] = found.names.of(
            "question", "#".join(filter(None, (name, found.identifier(name))))
        )
    return found


def parse(source: Source, name: str, limits: xml.Limits) -> tuple[Document, list[str]]:
    """A document, and what had to be guessed or left unread. Raises RefusedError."""
    place = source.place(name)
    xml.require_size(source.size(name), place, limits)
    data, notes = _without_declarations(source.read(name, limits.bytes))
    document = xml.parse_leniently(data, place, limits)
    return document, notes + [f"{found} ({location})" for found, location in document.repairs]


def _without_declarations(data: bytes) -> tuple[bytes, list[str]]:
    """Without an internal subset that declares elements and attributes alone, as IMS's own examples have it.

    One with entities stays, and is refused: text would be missing without it, or worse be there.
    """
    match = _SUBSET.search(data[:65_536])
    if not match or b"<!ENTITY" in match[2].upper() or b"%" in match[2]:
        return data, []
    lines = b"\n" * match[2].count(b"\n")
    return data[: match.start(2)] + lines + data[match.end(2) :], [_DECLARED]

"""Metadata records (IMS LRM 1.2, IEEE LOM): what a bundle has a place for, and a list of all the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from importers.scorm.manifest import Metadata
from importers.shared import xml
from importers.shared.durations import minutes
from importers.shared.hrefs import Directory
from importers.shared.plain_text import paragraph
from importers.shared.xml import Node
from schemas.findings import RefusedError
from schemas.source import Source

_MOST_GROUPS: Final = 100


@dataclass(frozen=True, slots=True)
class Record:
    """One LOM record. `groups` names all it says ("general/title"), `problem` why it was not read."""

    title: str = ""
    description: str = ""
    description_note: str = ""
    language: str = ""
    minutes: int | None = None
    groups: tuple[str, ...] = ()
    problem: str = ""


EMPTY: Final = Record()


@dataclass(slots=True)
class Library:
    """Reads the records of a package; several elements often point to one file, which is read once."""

    source: Source
    directory: Directory
    _read: dict[str, Record] = field(default_factory=dict)

    def record(self, metadata: Metadata | None) -> Record:
        """The record of an element: the one inside the manifest, or else that of its file."""
        if metadata is None:
            return EMPTY
        if metadata.node:
            record = _record(metadata.node)
            unread = (f"file {metadata.address}",) if metadata.address else ()
            return replace(record, groups=record.groups + unread)
        if not metadata.address:
            return EMPTY
        if metadata.address not in self._read:
            self._read[metadata.address] = self._from_file(metadata.address)
        return self._read[metadata.address]

    def _from_file(self, address: str) -> Record:
        target = self.directory.find(address)
        if target is None:
            return Record(problem=f"{address} is not in the package")
        if self.source.size(target.name) > xml.MAX_BYTES:
            return Record(problem=f"{address} is larger than {xml.MAX_BYTES:,} bytes")
        data = self.source.read(target.name, xml.MAX_BYTES)
        try:
            return _record(xml.parse(data, self.source.place(target.name)).root)
        except RefusedError as error:
            return Record(problem=f"{address} cannot be read: {error.findings[0].found}")


def _record(root: Node) -> Record:
    """Elements are found by their lower-cased name alone: tools disagree about case and namespace."""
    description, note = paragraph(_text(root, "general", "description"))
    return Record(
        title=_text(root, "general", "title"),
        description=description,
        description_note=note,
        language=_text(root, "general", "language"),
        minutes=minutes(_text(root, "educational", "typicallearningtime")),
        groups=_few(tuple(dict.fromkeys(_groups(root)))),
    )


def _few(groups: tuple[str, ...]) -> tuple[str, ...]:
    """A record has few groups; one made to have many is referred to by as many items as its author likes."""
    more = len(groups) - _MOST_GROUPS
    return (*groups[:_MOST_GROUPS], f"{more:,} more") if more > 0 else groups


def _groups(root: Node) -> Iterator[str]:
    """What is said in a record: elements of `general` one by one, other categories as a whole."""
    for category in root.children:
        name = category.name.lower()
        inner = [child for child in category.children if _words(child)]
        for child in inner:
            single = name == "general" or child.name.lower() == "typicallearningtime"
            yield f"{name}/{child.name.lower()}" if single else name


def _text(root: Node, category: str, element: str) -> str:
    """The first language of the first such element."""
    for outer in root.children:
        for inner in outer.children if outer.name.lower() == category else ():
            if inner.name.lower() == element:
                return next((node.text.strip() for node in inner.walk() if node.text.strip()), "")
    return ""


def _words(node: Node) -> bool:
    return any(each.text.strip() for each in node.walk())

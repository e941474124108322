"""What all converters are made with, and what they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from importers.olx.blocks import Block
from importers.olx.definitions import Definitions
from importers.olx.ledger import Ledger
from importers.olx.links import Links
from importers.olx.names import Names
from importers.shared import markup
from importers.shared.outcome import CARRIED, Outcome
from importers.shared.shelf import Shelf
from schemas import model
from schemas.model import Content


@dataclass(slots=True)
class Workshop:
    """`passing` is the percentage that passes a quiz; None leaves that to the bundle's default."""

    definitions: Definitions
    ledger: Ledger
    shelf: Shelf
    links: Links
    names: Names
    language: str
    passing: Decimal | None

    def source_of(self, spot: Spot, *, beside: bool = False) -> model.Resource:
        """What was not converted, for authors: the block's own files in a zip, unpublished."""
        block = spot.block
        members = [(name.rpartition("/")[2], data) for name, data in self._files(block)]
        key = self.names.beside(spot.key, "source") if beside else spot.key
        title = f"{spot.title[:230]} (source)" if beside else spot.title
        return model.Resource(
            key=key,
            title=title,
            published=False,
            media=self.shelf.pack_bytes(f"{key}.zip", members),
            location=block.location,
        )

    def _files(self, block: Block) -> Iterable[tuple[str, bytes]]:
        if block.file:
            size = self.definitions.source.size(block.file)
            yield block.file, self.definitions.source.read(block.file, size)
        elif block.node is not None:
            yield f"{block.category}.xml", markup.outer_html(block.node).encode()


@dataclass(frozen=True, slots=True)
class Spot:
    """A block at its place: the key and the title that its content gets."""

    block: Block
    key: str
    title: str


class Converted(NamedTuple):
    """The contents a block became (those of its pictures before it), what the report says of it, and of
    each of its questions in their order.
    """

    contents: tuple[Content, ...]
    outcome: Outcome = CARRIED
    questions: tuple[Outcome, ...] = ()

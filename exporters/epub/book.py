"""A book while it is written: its files go out one by one, and its manifest remembers them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exporters.epub.outline import STYLE, Outline
from exporters.epub.package import FOLDER, Item
from exporters.epub.shelf import Shelf
from exporters.epub.texts import Texts
from exporters.epub.xhtml import Node, document
from exporters.shared.language import direction
from exporters.shared.places import relative
from schemas.source import Sink


class Book:
    """`alone` becomes true when a picture says nothing to those who cannot see it."""

    def __init__(self, sink: Sink, outline: Outline, shelf: Shelf) -> None:
        self.items: list[Item] = []
        self.alone = False
        self._sink = sink
        self._outline = outline
        self._shelf = shelf

    def texts(self, course: str, place: str) -> Texts:
        """For the page at `place`."""
        return Texts(self._outline, self._shelf, course, place)

    def page(self, texts: Texts, title: str, language: str, body: Node, properties: str = "") -> None:
        """The next page in the reading order."""
        style = relative(STYLE, texts.place)
        self.file(
            Item(texts.place, "application/xhtml+xml", properties, linear=True),
            document(title, language, direction(language), style, body),
        )
        self.alone = self.alone or texts.alone

    def file(self, item: Item, chunks: Iterable[bytes] | Iterator[bytes]) -> None:
        self.items.append(item)
        self._sink.write(f"{FOLDER}/{item.place}", chunks)

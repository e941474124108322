"""What every converter works with: the files of the package, and the account of what became of them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from html import escape
from typing import Final

from importers.h5p.content import Fields, Item, file_at
from importers.h5p.ledger import Ledger
from importers.shared import hrefs
from importers.shared.hrefs import Directory
from importers.shared.shelf import Refused, Shelf
from schemas.media import Use
from schemas.source import Source

_CONTENT: Final = "content/"
_SCHEME: Final = re.compile(r"#|[A-Za-z][\w+.-]*:")


def resolve(directory: Directory, address: str) -> str:
    """An address in the content as the one name of what it means: a path below content/, or a URL."""
    if hrefs.is_web(address):
        return address
    target = directory.find(address)
    name = target.name if target else directory.differing_in_case(address)
    return name or posixpath.normpath(address.replace("\\", "/"))


def directory(source: Source) -> Directory:
    """The files of the content, by their paths below content/."""
    inside = (name for name in source.names() if name.startswith(_CONTENT))
    return Directory(name.removeprefix(_CONTENT) for name in inside)


class Desk:
    def __init__(self, source: Source, ledger: Ledger, items: Iterable[Item]) -> None:
        self.ledger = ledger
        self._items = {item.path: item for item in items}
        self.shelf = Shelf(source)
        self._directory = directory(source)
        self._names = frozenset(source.names())
        self._words: dict[str, str] = {}
        self._lost: list[str] = []

    def find(self, _tag: str, address: str) -> str | None:
        """For pages and questions: a path in the bundle, an address on the web, or None."""
        if hrefs.is_web(address):
            self.ledger.file(address)
            return address
        if address.startswith("data:"):
            return self._data(address)
        if _SCHEME.match(address):  # for the sanitiser, which names what it takes out
            return address
        found = self.put(address)
        if found is None:
            self._lost.append(f"leads to nothing in the package: {address[:80]}")
        return found

    def _data(self, address: str) -> str | None:
        found = self.shelf.put_data(address, "embedded")
        if isinstance(found, Refused):
            self._lost.append(found.reason)
            return None
        return found

    def lost(self) -> list[str]:
        """What addresses in texts led nowhere since this was asked last."""
        told, self._lost = self._lost, []
        return told

    def put(self, address: str, use: Use = "any") -> str | None:
        """A file below content/ as media of the bundle; None where it cannot be, and the account says so."""
        name = resolve(self._directory, address) if hrefs.danger(address) is None else ""
        if _CONTENT + name not in self._names:
            return None
        found = self.shelf.put(_CONTENT + name, called=name, use=use)
        if isinstance(found, Refused):
            self.ledger.refuse(name, found.reason)
            return None
        self.ledger.file(name)
        if name in self._words:
            self._words.setdefault(found, self._words[name])
        return found

    def words(self, path: str) -> str:
        """What describes a picture of the bundle to those who do not see it; "" when nothing does."""
        return self._words.get(path, "")

    def address(self, fields: Fields) -> str:
        """Of the file that an object names; "" when it names none."""
        file = file_at(fields)
        return resolve(self._directory, file.address) if file else ""

    def image(self, fields: Fields, alt: str = "", title: str = "") -> str:
        """HTML that shows a file of the content."""
        address = self.address(fields)
        if not address:
            return ""
        self._words.setdefault(address, alt)
        hover = f' title="{escape(title)}"' if title else ""
        return f'<p><img src="{escape(address)}" alt="{escape(alt)}"{hover}></p>'

    def leave(self, item: Item, reason: str, *fields: Fields) -> None:
        """Files of an item that learners do not miss."""
        for each in fields:
            address = self.address(each)
            if address:
                self.ledger.leave(address, reason)
                self.ledger.done(item, f"{reason}: {address}")

    def part(self, fields: Fields) -> Item | None:
        """The content that an object is, or None when it has no library."""
        return self._items.get(fields.path) if fields.path else None

"""What the quizzes of one source are made with: its files as media, and notes on those it does not have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from importers.qti.manifest import locate
from importers.shared import hrefs
from importers.shared.hrefs import Directory
from importers.shared.shelf import Refused, Shelf
from schemas.source import Source

_FILEBASE: Final = ("$IMS-CC-FILEBASE$/", "%24IMS-CC-FILEBASE%24/", "IMS-CC-FILEBASE/")
"""Canvas's name for the folder of files."""


@dataclass(slots=True)
class Workshop:
    """`file` is the document at work, whose addresses are relative to it; `used` gathers the media."""

    source: Source
    directory: Directory
    shelf: Shelf
    file: str = ""
    used: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    _notes: list[str] = field(default_factory=list)

    def find(self, tag: str, address: str) -> str | None:
        """The `Link` of pages and figures: paths of the bundle and web addresses, or None with a note."""
        if hrefs.is_web(address) or address.lower().startswith("mailto:"):
            return address
        if address.startswith("#"):
            return None
        if address.lower().startswith("data:"):
            return self._taken(self.shelf.put_data(address, "picture"), "a data: address")
        name = self._name(address)
        if name is None:
            return None
        found = self._taken(self.shelf.put(name, use="image" if tag == "img" else "any"), name)
        if found:
            self.used.add(name)
        return found

    def notes(self) -> list[str]:
        """What was noted since they were asked for last."""
        said, self._notes = self._notes, []
        return said

    def keep(self, *names: str) -> None:
        """Files to stay beside the bundle as they are."""
        self.kept.update(names)

    def _name(self, address: str) -> str | None:
        for base in _FILEBASE:
            address = address.removeprefix(base)
        joined = hrefs.join(self.file, address)
        why = hrefs.danger(joined)
        if why:
            self._notes.append(f"{address!r} is left out: {why}")
            return None
        for candidate in (joined, address, f"web_resources/{address}"):
            name, note = locate(candidate, self.directory)
            if name:
                self._notes += [note] if note else []
                return name
        self._notes.append(f"{address} is not in the package")
        return None

    def _taken(self, found: str | Refused, name: str) -> str | None:
        if not isinstance(found, Refused):
            return found
        self._notes.append(f"{name} cannot be shown ({found.reason})")
        return None

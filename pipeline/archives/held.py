"""A package of ours that holds the bundle it was made of: opened as that bundle (docs/adr/0022)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import BinaryIO, Final

from pipeline.archives.findings import about
from pipeline.archives.limits import LIMITS
from pipeline.archives.listing import Listing
from schemas.findings import Finding, Rule
from schemas.inside import FOLDER, MANIFEST, NAMES
from schemas.source import Source

HELD: Final = Rule(
    "CW029", "bundle-inside", "A package holds the bundle it was made of, which is read instead."
)

_TABLE: Final = f"{FOLDER}/{NAMES}"
_LARGEST_TABLE: Final = 16 * 1024 * 1024


def holds_bundle(source: Source) -> bool:
    """Whether a package holds a bundle and is none itself."""
    names = source.names()
    return MANIFEST in names and "bundle.yaml" not in names


class HeldBundle:
    """See schemas.source.Source: the folder with the bundle, as if nothing were around it."""

    def __init__(self, source: Source) -> None:
        """Raises RefusedError where the table of names, or a name in it, cannot be taken."""
        self._source = source
        self._places, renamed = _places(source)
        self._names = sorted(self._places)
        self.notes: Sequence[Finding] = (*source.notes, *renamed, _note(source))

    @property
    def label(self) -> str:
        return self._source.label

    def names(self) -> Sequence[str]:
        return self._names

    def size(self, name: str) -> int:
        return self._source.size(self._places[name])

    def place(self, name: str) -> str:
        return self._source.place(self._places.get(name, f"{FOLDER}/{name}"))

    def read(self, name: str, limit: int) -> bytes:
        return self._source.read(self._places[name], limit)

    def open(self, name: str) -> BinaryIO:
        return self._source.open(self._places[name])


def _places(source: Source) -> tuple[Mapping[str, str], Sequence[Finding]]:
    """Where each file of the bundle is. Names out of the table are judged as those in an archive are."""
    table = _table(source)
    listing = Listing(f"{source.label}!", LIMITS)
    found: dict[str, str] = {}
    for place in source.names():
        folder, _, name = place.partition("/")
        if folder != FOLDER or place == _TABLE:
            continue
        taken = listing.take(table.get(name, name))
        if taken is not None:
            found[taken] = place
    return found, listing.close()


def _table(source: Source) -> Mapping[str, str]:
    """The names that differ. One that nobody can read is none: its files keep their plain names."""
    if _TABLE not in source.names():
        return {}
    try:
        table = json.loads(source.read(_TABLE, _LARGEST_TABLE))
    except (ValueError, RecursionError):
        return {}
    pairs = table.items() if isinstance(table, dict) else ()
    return {plain: name for plain, name in pairs if isinstance(name, str)}


def _note(source: Source) -> Finding:
    found = "the bundle it was made of; read from there, and not from the package around it"
    mend = f"To read the package itself, take the folder {FOLDER} out of it."
    return about(HELD, source.place(MANIFEST), found, "a package", mend, severity="warning")

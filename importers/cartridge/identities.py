"""Keys for the contents of a course, from what their system calls them by (docs/adr/0015)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Final

from importers.cartridge.manifest import Manifest, Resource
from importers.cartridge.outline import Outline
from importers.shared import keys

FIXED: Final = ("cartridge.settings", "cartridge.files")
"""Of what the reader itself adds."""
_PAGES: Final = "wiki_content/"
_FILES: Final = "web_resources/"


class Identities:
    """The key of each resource and of each line of the outline."""

    def __init__(self, manifest: Manifest, outline: Outline, folder: str) -> None:
        named = list(_named(manifest, outline, folder))
        made = keys.keys((identity for _, identity in named), "item")
        self._keys = {thing: made[identity] for thing, identity in named}
        self._taken = frozenset(self._keys.values())

    def resource(self, identifier: str) -> str:
        return self._keys["resource", identifier]

    def line(self, name: str) -> str:
        return self._keys["line", name]

    def beside(self, key: str, word: str) -> str:
        """A key for what stands beside a content: the page of its pictures, what was left out of it."""
        made = f"{key[: keys.MAX_LENGTH - 10]}.{word}"
        return keys.distinct(made, key) if made in self._taken else made


def slug(resource: Resource, folder: str) -> str | None:
    """The address of a page in Canvas, by which others link to it."""
    name = _below(resource, folder + _PAGES)
    return name.removesuffix(".html") if name else None


def file_path(resource: Resource, folder: str) -> str | None:
    """The path of a file among those of the course in Canvas."""
    return _below(resource, folder + _FILES)


def _below(resource: Resource, folder: str) -> str | None:
    first = next(resource.addresses(), None)
    if first is None or not first.address.startswith(folder):
        return None
    return first.address.removeprefix(folder) or None


def _named(manifest: Manifest, outline: Outline, folder: str) -> Iterator[tuple[tuple[str, str], str]]:
    """((what, name), identity), identities distinct. A kind never gives way to one that comes after it."""
    taken = set(FIXED)
    for what, name, wanted in _ranked(manifest.resources, outline, folder):
        identity = wanted if wanted not in taken else f"{what} {wanted} {name}"
        taken.add(identity)
        yield (what, name), identity


def _ranked(resources: Iterable[Resource], outline: Outline, folder: str) -> Iterator[tuple[str, str, str]]:
    """Slugs of pages first, then paths of files, then identifiers: (what, name, identity)."""
    found = [(*_identity(resource, folder), resource.identifier) for resource in resources]
    for _, identity, name in sorted(found, key=itemgetter(0)):
        yield "resource", name, identity
    for line in outline.walk():
        again = "" if line.name == line.identifier else f" {line.reference}"
        yield "line", line.name, (line.identifier or line.title) + again


def _identity(resource: Resource, folder: str) -> tuple[int, str]:
    """(rank, identity)."""
    page, file = slug(resource, folder), file_path(resource, folder)
    other = "syllabus" if resource.use == "syllabus" else resource.identifier
    return (0, page) if page else (1, file) if file else (2, other)

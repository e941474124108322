"""The libraries in a package: programs that play the content. They are carried or left out, never run or read
beyond their library.json.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from importers.h5p.content import Fields
from importers.h5p.manifest import Library, dependencies, is_library, library_of
from importers.shared import hrefs, strict_json
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source

UNSAFE: Final = Rule("CW603", "h5p-unsafe-path", "Paths in an H5P package stay inside it.")

_DESCRIPTION: Final = "library.json"
_LOADED: Final = ("preloadedJs", "preloadedCss")
_TO_PLAY: Final = ("preloadedDependencies", "dynamicDependencies")


@dataclass(frozen=True)
class Bundled:
    """A library's folder; `problem` says why it is none that could be played."""

    folder: str
    library: Library | None = None
    needs: tuple[Library, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Libraries:
    """`folders` holds the libraries that are in the package, `wanted` those that it depends on."""

    wanted: tuple[Library, ...]
    folders: dict[str, Bundled] = field(default_factory=dict)

    def find(self, library: Library) -> Bundled | None:
        return next((each for each in self.folders.values() if each.library == library), None)

    def to_play(self) -> set[str]:
        """Folders of what the content needs, and of what that needs in turn."""
        found: set[str] = set()
        waiting = list(self.wanted)
        while waiting:
            bundled = self.find(waiting.pop())
            if bundled and bundled.folder not in found:
                found.add(bundled.folder)
                waiting += bundled.needs
        return found


def read(source: Source, wanted: Iterable[Library]) -> Libraries:
    """Raises RefusedError (CW603) when a library would load files from outside its folder."""
    folders = [name.rpartition("/")[0] for name in source.names() if name.endswith(f"/{_DESCRIPTION}")]
    top = [folder for folder in folders if "/" not in folder and folder != "content"]
    found = {folder: (_described(source, folder)) for folder in top}
    faults = [fault for _, faults in found.values() for fault in faults]
    if faults:
        raise RefusedError(faults)
    return Libraries(tuple(wanted), {folder: bundled for folder, (bundled, _) in found.items()})


def _described(source: Source, folder: str) -> tuple[Bundled, list[Finding]]:
    name = f"{folder}/{_DESCRIPTION}"
    try:
        about = Fields(strict_json.parse(source.read(name, strict_json.MAX_BYTES), source.place(name)))
    except RefusedError as refused:
        return Bundled(folder, problem=f"its library.json cannot be read: {refused.findings[0].found}"), []
    faults = list(_climbing(about, source.place(name)))
    if not is_library(about):
        return Bundled(folder, problem="its library.json has no usable name and version"), faults
    library = library_of(about)
    if folder not in (library.name, f"{library.name}-{library.major}.{library.minor}"):
        return Bundled(folder, problem=f"its folder is not that of {library}"), faults
    needs = tuple(library_of(each) for each in dependencies(about, _TO_PLAY) if is_library(each))
    return Bundled(folder, library, needs), faults


def _climbing(about: Fields, place: str) -> Iterator[Finding]:
    for entry in dependencies(about, _LOADED):
        danger = hrefs.danger(entry.html("path"))
        if danger:
            yield Finding(
                rule=UNSAFE,
                location=Location(place, path=f"{entry.path}.path"),
                found=f"{entry.html('path')[:200]!r}, {danger}",
                expected="a path inside the library's folder",
                mend="do not trust the package; ask who made it",
            )

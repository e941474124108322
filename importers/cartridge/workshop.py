"""What everything in a cartridge is made with: its files, each accounted for, and what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from importers.cartridge.documents import Documents
from importers.cartridge.identities import Identities
from importers.cartridge.kinds import Kind
from importers.cartridge.manifest import Manifest, Resource
from importers.shared.outcome import CARRIED, Outcome
from importers.shared.shelf import Refused, Shelf
from schemas.media import Use
from schemas.model import Location

WEB_RESOURCES: Final = "web_resources/"


@dataclass(slots=True)
class Workshop:
    """Of one cartridge. `course` is the key of the course.

    `fates` says what became of each file that was used, `sources` are those to keep whole all the same;
    `kept` are lines for the page of settings, by heading.
    """

    documents: Documents
    manifest: Manifest
    kinds: Mapping[str, Kind]
    identities: Identities
    course: str
    shelf: Shelf
    fates: dict[str, Outcome] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)
    kept: dict[str, list[str]] = field(default_factory=dict)
    _paths: dict[str, str] = field(default_factory=dict)
    _resources: dict[str, Resource] = field(init=False)

    def __post_init__(self) -> None:
        self._resources = {each.identifier: each for each in self.manifest.resources}

    @property
    def folder(self) -> str:
        return self.documents.folder

    def resource(self, identifier: str) -> Resource | None:
        return self._resources.get(identifier)

    def parts(self, resource: Resource) -> list[Resource]:
        """What it depends on, as far as it is there."""
        found = (self.resource(other) for other in resource.dependencies)
        return [other for other in found if other]

    def files(self, resource: Resource) -> list[str]:
        """The names of those of its files that are there, the one it starts with first."""
        found = (self.documents.directory.find(each.address) for each in resource.addresses())
        return list(dict.fromkeys(target.name for target in found if target))

    def opening(self, resource: Resource) -> list[str]:
        """The files that make its content: its own, or for a quiz without any, those of its parts.

        A quiz of Canvas may have no file of its own but the richer one beside its settings.
        """
        own = self.files(resource)
        if own or self.kinds[resource.identifier] != "quiz":
            return own
        return [name for other in self.parts(resource) for name in self.files(other)]

    def called(self, name: str) -> str:
        """What people know a file as: its path among the files of the course."""
        return name.removeprefix(self.folder).removeprefix(WEB_RESOURCES)

    def put(self, name: str, use: Use = "any") -> str | Refused:
        """A file as media; it counts as carried."""
        found = self.shelf.put(name, called=self.called(name), use=use)
        if not isinstance(found, Refused):
            self.fates[name] = CARRIED
            self._paths[name] = found
        return found

    def pack(self, name: str, reason: str) -> str:
        """A file that is no media by itself, in a zip."""
        self.fates[name] = ("changed", f"{reason}: in a zip")
        self._paths[name] = self.shelf.pack(self.called(name), [name])
        return self._paths[name]

    def forget_unused(self, used: set[str]) -> None:
        """Files that were only asked for: what would have shown them did not come along."""
        for name, path in self._paths.items():
            if path not in used:
                del self.fates[name]

    def keep(self, heading: str, lines: Sequence[str]) -> None:
        """Lines for the page of what has no other place here."""
        if lines:
            self.kept.setdefault(heading, []).extend(lines)

    def partly(self, name: str, heading: str, lines: Sequence[str]) -> None:
        """A file of settings that was read: what has no place here is told, and the file is kept whole."""
        self.keep(heading, lines)
        self.fates[name] = CARRIED
        if lines:
            told = "; ".join(dict.fromkeys(line.partition(":")[0] for line in lines))
            self.fates[name] = ("changed", f"has no place here and is kept: {told}")
            self.sources.add(name)

    def account(self, kind: str, name: str, outcome: Outcome, location: Location) -> None:
        """Names and settles at once what only shows while something else is being read."""
        self.documents.report.expect(kind, name, location)
        self.documents.report.settle(kind, name, *outcome)

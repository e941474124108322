"""The account of a package: everything in it is named before anything is converted.

Kinds: organization, item, resource, file, rule (what an item or organization demands of a run-time), metadata
(one group of a LOM record) and element (what is not read at its place).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from importers.scorm.launches import Launches
from importers.scorm.manifest import File, Item, Manifest, Metadata, Organization, Resource
from importers.scorm.metadata import Library, Record
from importers.scorm.sequencing import ItemRule
from importers.shared import hrefs
from importers.shared.hrefs import Directory
from importers.shared.launching import Nothing
from importers.shared.naming import NOBODY
from importers.shared.outcome import STAYS, Outcome, changed
from schemas.findings import Report
from schemas.model import Location

_IDENTIFIER: Final = "manifest identifier"
_VERSION: Final = "schemaversion"
_DEFAULT: Final = "default organization"
_INSTRUCTOR: Final = "instructor"


class Ledger:
    """Knows what every part of a package is called in the report."""

    def __init__(self, report: Report, manifest: Manifest, library: Library) -> None:
        self._report = report
        self._manifest = manifest
        self._library = library
        self._several = len(manifest.organizations or ()) > 1

    def expect(self, absent: Sequence[File]) -> None:
        """Names all that the manifest holds, and the files that it lists and the package does not have."""
        for kind, name, location in self._everything():
            self._report.expect(kind, name, location)
        for file in absent:
            self._report.expect("file", file.address, file.location)

    def _everything(self) -> Iterator[tuple[str, str, Location]]:
        """What the manifest holds: (kind, name, place)."""
        here = self._manifest.location
        yield from (("metadata", name, here) for name in (_IDENTIFIER, _VERSION, _DEFAULT, _INSTRUCTOR))
        for organization in self._organizations():
            yield "organization", organization.identifier, organization.location
            yield from (("rule", _of(organization, rule), rule.location) for rule in organization.rules)
            for item in () if organization.note else organization.walk():
                name = self._name(organization, item)
                yield "item", name, item.location
                yield from (("rule", f"{name} {rule.name}", rule.location) for rule in item.rules)
        yield from (("rule", rule.name, rule.location) for rule in self._manifest.collection)
        yield from (("resource", each.identifier, each.location) for each in self._manifest.resources)
        for owner, metadata in self._owners():
            for group in _groups(self._library.record(metadata)):
                yield "metadata", f"{owner}: {group}", metadata.location
        yield from (("element", _element(*each), each[1]) for each in self._manifest.unknown)

    def _owners(self) -> Iterator[tuple[str, Metadata]]:
        submanifests = self._manifest.submanifests
        everything = [("manifest", self._manifest.metadata)]
        everything += [(f"sub-manifest {each.identifier}", each.metadata) for each in submanifests]
        for organization in self._organizations():
            everything.append((f"organization {organization.identifier}", organization.metadata))
            everything += [(f"item {self._name(organization, i)}", i.metadata) for i in organization.walk()]
        everything += [(f"resource {each.identifier}", each.metadata) for each in self._manifest.resources]
        return ((owner, metadata) for owner, metadata in everything if metadata)

    def _organizations(self) -> list[Organization]:
        return [*(self._manifest.organizations or ()), *(each for each, _ in self._manifest.placed)]

    def _name(self, organization: Organization, item: Item) -> str:
        return f"{organization.identifier} › {item.identifier}" if self._several else item.identifier

    # ── settling ─────────────────────────────────────────────────────────────────────────────────

    def manifest(
        self, identifier: Outcome, version: Outcome, default: Outcome, groups: Mapping[str, Outcome]
    ) -> None:
        """Settles what the manifest says of itself; `groups` tells of those of its metadata that are used."""
        self._report.settle("metadata", _IDENTIFIER, *identifier)
        self._report.settle("metadata", _VERSION, *version)
        self._report.settle("metadata", _DEFAULT, *default)
        self._report.settle("metadata", _INSTRUCTOR, *NOBODY)
        self._metadata("manifest", self._manifest.metadata, groups)
        for rule in self._manifest.collection:
            self._report.settle("rule", rule.name, *STAYS)
        for submanifest in self._manifest.submanifests:
            self._metadata(f"sub-manifest {submanifest.identifier}", submanifest.metadata, {})
        for organization, words in self._manifest.placed:
            self.organization(organization, changed(words), {})

    def organization(
        self, organization: Organization, outcome: Outcome, groups: Mapping[str, Outcome]
    ) -> None:
        self._report.settle("organization", organization.identifier, *outcome)
        for rule in organization.rules:
            self._report.settle("rule", _of(organization, rule), *STAYS)
        self._metadata(f"organization {organization.identifier}", organization.metadata, groups)

    def item(
        self, organization: Organization, item: Item, outcome: Outcome, parts: Mapping[str, Outcome]
    ) -> None:
        """Settles an item, its rules and its metadata. `parts` tells of those that were used, by name.

        The items of a made-up organization are nothing the package has: their resources are accounted for.
        """
        if organization.note:
            return
        name = self._name(organization, item)
        self._report.settle("item", name, *outcome)
        for rule in item.rules:
            self._report.settle("rule", f"{name} {rule.name}", *parts.get(rule.name, STAYS))
        self._metadata(f"item {name}", item.metadata, parts)

    def resources(self, launches: Launches, launched: AbstractSet[str]) -> None:
        known = {resource.identifier for resource in self._manifest.resources}
        for resource in self._manifest.resources:
            outcome = _resource(resource, launches, launched, known)
            self._report.settle("resource", resource.identifier, *outcome)
            self._metadata(f"resource {resource.identifier}", resource.metadata, {})

    def files(self, absent: Sequence[File]) -> None:
        for file in absent:
            web = hrefs.is_web(file.address)
            reason = "on the web, and nothing is fetched" if web else "listed, but not in the package"
            self._report.settle("file", file.address, "skipped", reason)

    def elements(self) -> None:
        for name, location in self._manifest.unknown:
            reason = "not read here: not obeyed, and stays in the package"
            self._report.settle("element", _element(name, location), "skipped", reason)

    def _metadata(self, owner: str, metadata: Metadata | None, outcomes: Mapping[str, Outcome]) -> None:
        record = self._library.record(metadata)
        for group in _groups(record):
            unread: Outcome = ("skipped", record.problem)
            outcome = unread if record.problem else outcomes.get(group, STAYS)
            self._report.settle("metadata", f"{owner}: {group}", *outcome)


def absent_files(manifest: Manifest, directory: Directory) -> list[File]:
    """Files that resources list and the package does not have, each once."""
    listed = (file for resource in manifest.resources for file in resource.files if file.written)
    return list({file.address: file for file in listed if directory.find(file.address) is None}.values())


def _groups(record: Record) -> tuple[str, ...]:
    return ("record",) if record.problem else record.groups


def _resource(
    resource: Resource, launches: Launches, launched: AbstractSet[str], known: AbstractSet[str]
) -> Outcome:
    lost = [other for other in resource.dependencies if other not in known]
    note = f"depends on {', '.join(map(repr, lost))}, which the manifest does not have" if lost else ""
    if resource.identifier in launched or resource.kind != "sco":
        return changed(note)
    start = launches.of_resource(resource.identifier)
    if isinstance(start, Nothing):
        return "skipped", start.reason
    return changed("no item starts it; its files are in the package", note)


def _of(organization: Organization, rule: ItemRule) -> str:
    return f"organization {organization.identifier}: {rule.name}"


def _element(name: str, location: Location) -> str:
    return f"{name} at {location.line}:{location.column}"

"""The account of a cartridge: everything in it is named before anything is converted.

Kinds: organization, item (also those that only Canvas's module_meta.xml has), resource, file, rule (what
Canvas sets for a module or a line of one), metadata, element and archive here; question, link and repair
where they show up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from importers.cartridge.manifest import Manifest, Organization, Resource, numbered
from importers.cartridge.outline import Line, Outline
from importers.shared import hrefs
from importers.shared.hrefs import Directory
from importers.shared.naming import NOBODY
from importers.shared.outcome import Outcome, changed
from schemas.findings import Fate, Finding, Report
from schemas.model import Location

_IDENTIFIER: Final = "manifest identifier"
_VERSION: Final = "schemaversion"
_INSTRUCTOR: Final = "instructor"


class Ledger:
    """Knows what every part of a cartridge is called in the report."""

    def __init__(
        self, report: Report, manifest: Manifest, outline: Outline, disobeyed: Sequence[str]
    ) -> None:
        self._report = report
        self._manifest = manifest
        self._outline = outline
        self._disobeyed = disobeyed

    def expect(self, names: Sequence[str], directory: Directory, notes: Sequence[Finding]) -> None:
        """`names` are the files of the package, `notes` what opening it changed."""
        self._absent = _absent(self._manifest.resources, directory)
        self._names, self._notes = names, list({_archive(note): note for note in notes}.values())
        for kind, name, location in self._everything():
            self._report.expect(kind, name, location)

    def _everything(self) -> Iterator[tuple[str, str, Location]]:
        here = self._manifest.location
        yield from (("metadata", name, here) for name in (_IDENTIFIER, _VERSION, _INSTRUCTOR))
        yield from (("metadata", name, here) for name in self._manifest.about)
        yield from (("organization", name, each.location) for name, each in self._organizations())
        yield from (("item", root.name, root.location) for root in self._outline.roots)
        for line in self._outline.walk():
            yield "item", line.name, line.location
            yield from (("rule", name, line.location) for name, _ in _rules(line))
        yield from (("resource", each.identifier, each.location) for each in self._manifest.resources)
        yield from (("file", name, here) for name in self._names)
        yield from (("file", address, location) for address, location in self._absent.items())
        yield from (("element", name, location) for name, location in self._elements())
        yield from (("archive", _archive(note), note.location) for note in self._notes)

    def _elements(self) -> Iterator[tuple[str, Location]]:
        for number, node in enumerate(self._manifest.unknown, 1):
            yield f"{number} {node.name}", node.location
        for number, what in enumerate(self._disobeyed, 1):
            yield f"{what} {number}", self._manifest.location

    def _organizations(self) -> Iterator[tuple[str, Organization]]:
        taken: set[str] = set()
        for each in self._manifest.organizations or ():
            yield numbered(each.identifier or "(no identifier)", taken), each

    # ── settling ─────────────────────────────────────────────────────────────────────────────────

    def manifest(self, identifier: Outcome, used: Mapping[str, Outcome]) -> None:
        """`used` tells of the metadata that the bundle has a place for."""
        settle = self._report.settle
        settle("metadata", _IDENTIFIER, *identifier)
        guessed = "" if self._manifest.version else "none given: told by namespaces and resource types"
        settle("metadata", _VERSION, *changed(guessed))
        settle("metadata", _INSTRUCTOR, *NOBODY)
        for name, text in self._manifest.about.items():
            settle("metadata", name, *used.get(name, changed(f"kept on the page of settings: {text[:60]}")))
        for number, (name, _) in enumerate(self._organizations()):
            further = "a further organization: its modules follow those of the first" if number else ""
            settle("organization", name, *changed(further))
        for name, _ in self._elements():
            settle("element", name, "skipped", "not read here: not obeyed")
        for note in self._notes:
            fate: Fate = "skipped" if note.rule.name == "left-out" else "changed"
            settle("archive", _archive(note), fate, note.found)

    def roots(self) -> None:
        for root in self._outline.roots:
            note = "it holds the whole: its title is the course's" if root.title else ""
            self._report.settle("item", root.name, *changed(note))

    def line(self, line: Line, outcome: Outcome) -> None:
        """An item, and what Canvas sets for it."""
        if outcome[0] != "skipped":
            outcome = changed(outcome[1], line.note)
        self._report.settle("item", line.name, *outcome)
        for name, setting in _rules(line):
            self._report.settle("rule", name, "changed", f"kept on the page of settings: {setting}")

    def resource(self, resource: Resource, outcome: Outcome) -> None:
        self._report.settle("resource", resource.identifier, *outcome)

    def files(self, fates: Mapping[str, Outcome]) -> None:
        for name in self._names:
            self._report.settle("file", name, *fates[name])
        for address in self._absent:
            web = hrefs.is_web(address)
            reason = "on the web, and nothing is fetched" if web else "listed, but not in the cartridge"
            self._report.settle("file", address, "skipped", reason)


def _absent(resources: Sequence[Resource], directory: Directory) -> dict[str, Location]:
    """Files that resources list and the package does not have."""
    return {
        each.address: each.location
        for resource in resources
        for each in resource.addresses()
        if resource.use != "contentlink"  # Brightspace lists web pages as files
        and each.written
        and directory.find(each.address) is None
    }


def _rules(line: Line) -> list[tuple[str, str]]:
    return [(f"{line.name} rule {number}", setting) for number, setting in enumerate(line.settings, 1)]


def _archive(note: Finding) -> str:
    return f"{note.rule.name} {note.location}"

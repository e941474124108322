"""What makes a manifest unfit to import: every fault is found, not only the first.

The bar is what would be dangerous or ambiguous afterwards. A missing file or a lost reference is no
fault here: the item is left out by name, and only a package with nothing left to launch is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, Protocol

from importers.scorm import submanifests
from importers.scorm.manifest import Manifest, Resource
from importers.scorm.sequencing import ItemRule
from importers.shared import hrefs, launching
from importers.shared.xml import Document
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location

NO_ORGANIZATIONS: Final = Rule("CW511", "no-organizations", "A manifest has an organizations element.")
SUBMANIFEST: Final = Rule(
    "CW512", "sub-manifest", "A manifest inside a manifest has one place, and does not lead back out."
)
IDENTIFIER: Final = Rule("CW513", "bad-identifier", "Whatever can be referred to needs a usable identifier.")
DUPLICATE: Final = Rule("CW514", "duplicate-identifier", "An identifier names one thing.")
DEPENDENCY: Final = Rule("CW515", "dependency-loop", "Resources must not depend on themselves.")
MASTERY: Final = Rule("CW518", "bad-mastery-score", "A mastery score is a number from 0 to 100.")
TIME: Final = Rule("CW519", "bad-time", "A time limit is written HHHH:MM:SS.")
PREREQUISITES: Final = Rule("CW520", "bad-prerequisites", "Prerequisites follow the AICC script grammar.")

MAX_IDENTIFIER: Final = 1_000
MAX_CHAIN: Final = 100
MAX_SCRIPT: Final = 4_096

TIME_SPAN: Final = re.compile(r"^(\d{2,4}):([0-5]\d):([0-5]\d)(?:\.\d{1,2})?$")
_SCORE: Final = re.compile(r"^(100(\.0+)?|\d{1,2}(\.\d{1,4})?)$")
_SCRIPT_WORDS: Final = (
    (re.compile(r'"[^"]*"'), "\0"),
    (re.compile(r"[^\s&|<>=~(){}*,\"\0]+"), "w"),
    (re.compile(r"\s+"), ""),
)
_SCRIPT_STEP: Final = re.compile(r"~w|w(?:=|<>)[w\0]|\(w\)|w[&|]w|w\*\{w(?:,w)*\}")


class Fault(NamedTuple):
    rule: Rule
    location: Location
    found: str
    expected: str
    mend: str = "mend it in the tool that made the package and export again"
    related: tuple[Location, ...] = ()


def require_few(document: Document) -> None:
    """Raises RefusedError for manifests that are too large to be worked on at all."""
    count = sum(1 for node in document.root.walk() if node.name in ("item", "resource"))
    if count > launching.MAX_ITEMS:
        expected = f"at most {launching.MAX_ITEMS:,} items and resources"
        fault = Fault(launching.TOO_MANY, document.root.location, f"{count:,} items and resources", expected)
        raise RefusedError([Finding(**fault._asdict())])


def of(written: Manifest, manifest: Manifest, document: Document) -> list[Finding]:
    """Every fault of a manifest, in document order; `written` is it with its sub-manifests apart."""
    faults = [
        *_submanifests(written),
        *_identifiers(manifest),
        *_dependencies({resource.identifier: resource for resource in manifest.resources}),
        *_addresses(manifest),
        *(fault for item in manifest.items() for rule in item.rules for fault in _rule(rule)),
    ]
    findings = [Finding(**fault._asdict(), line_text=document.line(fault.location)) for fault in faults]
    return sorted(findings, key=lambda finding: (finding.location.line or 0, finding.location.column or 0))


def no_organizations(manifest: Manifest, document: Document) -> list[Finding]:
    """SCORM demands the element, be it empty; plain packages of tools leave it out."""
    if manifest.organizations is not None:
        return []
    fault = Fault(NO_ORGANIZATIONS, manifest.location, "no organizations element", "<organizations>")
    return [Finding(**fault._asdict(), line_text=document.line(fault.location))]


def _submanifests(manifest: Manifest) -> Iterator[Fault]:
    for identifier, here in submanifests.leading_back(manifest):
        found = f"a reference to {identifier[:60]!r}, the manifest it lies in"
        yield Fault(SUBMANIFEST, here, found, "references that lead inwards")
    for identifier, here in submanifests.referred_twice(manifest):
        found = f"a second item that stands for the sub-manifest {identifier[:60]!r}"
        yield Fault(SUBMANIFEST, here, found, "one item for each sub-manifest")


# ── identifiers ──────────────────────────────────────────────────────────────────────────────────


class _Identified(Protocol):
    @property
    def identifier(self) -> str: ...
    @property
    def location(self) -> Location: ...


def _identifiers(manifest: Manifest) -> Iterator[Fault]:
    """What refers to an organization never means an item, so each kind has names of its own."""
    placed = (organization for organization, _ in manifest.placed)
    yield from _distinct("organization", (*(manifest.organizations or ()), *placed))
    for organization in manifest.organizations or ():
        yield from _distinct("item", organization.walk())
    yield from _distinct("resource", manifest.resources)
    yield from _distinct("sub-manifest", manifest.submanifests)


def _distinct(what: str, things: Iterable[_Identified]) -> Iterator[Fault]:
    """Tools write titles into identifiers, so all characters are taken but blanks, which references lose."""
    first: dict[str, Location] = {}
    for thing in things:
        identifier, here = thing.identifier, thing.location
        if not identifier:
            yield Fault(IDENTIFIER, here, f"an {what} without identifier", "an identifier of its own")
        elif " " in identifier or len(identifier) > MAX_IDENTIFIER:
            found = f"{what} identifier {identifier[:60]!r} of {len(identifier)} characters"
            yield Fault(IDENTIFIER, here, found, f"no blanks, and at most {MAX_IDENTIFIER:,} characters")
        elif identifier in first:
            found = f"a second {what} with the identifier {identifier!r}"
            yield Fault(DUPLICATE, here, found, "another identifier", related=(first[identifier],))
        else:
            first[identifier] = here


def _dependencies(resources: Mapping[str, Resource]) -> Iterator[Fault]:
    """Depth first, without recursion: a hostile chain is as long as its author likes."""
    height: dict[str, int] = {}
    for start in resources:
        path = {start: _known(resources, start)} if start not in height else {}
        while path:
            last = next(reversed(path))
            other = next((each for each in path[last] if each not in height), None)
            if other is None:
                below = (height[each] for each in _known(resources, last))
                height[last] = 1 + max(below, default=0)
                path.popitem()
            if other in path or len(path) >= MAX_CHAIN or height.get(last, 0) > MAX_CHAIN:
                found = f"{start!r} depends on {last!r}, and so on in a loop or over {MAX_CHAIN} steps"
                yield Fault(DEPENDENCY, resources[start].location, found, "dependencies that come to an end")
                return
            if other is not None:
                path[other] = _known(resources, other)


def _known(resources: Mapping[str, Resource], identifier: str) -> Iterator[str]:
    return (other for other in resources[identifier].dependencies if other in resources)


# ── addresses ────────────────────────────────────────────────────────────────────────────────────


def _addresses(manifest: Manifest) -> Iterator[Fault]:
    for file in manifest.addresses():
        danger = hrefs.danger(file.written) or hrefs.danger(file.address)
        if danger:
            found = f"{file.written[:200]!r}, {danger}"
            yield Fault(launching.ADDRESS, file.location, found, "a path inside the package")


# ── values ───────────────────────────────────────────────────────────────────────────────────────


def _rule(rule: ItemRule) -> Iterator[Fault]:
    if not rule.text:
        return
    if rule.name == "masteryscore" and not _SCORE.match(rule.text):
        yield Fault(MASTERY, rule.location, f"mastery score {rule.text[:60]!r}", "a number from 0 to 100")
    if rule.name == "maxtimeallowed" and not TIME_SPAN.match(rule.text):
        yield Fault(TIME, rule.location, f"time {rule.text[:60]!r}", "HHHH:MM:SS, such as 0001:30:00")
    if rule.name == "prerequisites" and not _is_script(rule.text):
        expected = "item identifiers joined by & | ~ = <> and brackets"
        yield Fault(PREREQUISITES, rule.location, f"prerequisites {rule.text[:60]!r}", expected)


def _is_script(text: str) -> bool:
    """Whether a text is an AICC script expression (AICC CMI001 §A.2): checked by shape, never evaluated.

    Every word becomes `w`, every string NUL, and what an operator binds becomes one `w`, to the end.
    """
    if len(text) > MAX_SCRIPT:
        return False
    for pattern, token in _SCRIPT_WORDS:
        text = pattern.sub(token, text)
    while (shorter := _SCRIPT_STEP.sub("w", text)) != text:
        text = shorter
    return text == "w"

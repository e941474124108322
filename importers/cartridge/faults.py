"""What makes a cartridge unfit to import: every fault is found, not only the first.

The bar is what would be dangerous or ambiguous afterwards. A lost file or reference costs its item, by
name; only a cartridge with nothing left to open is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from importers.cartridge.manifest import Manifest
from importers.cartridge.standard import Dialect
from importers.shared import hrefs
from importers.shared.xml import Document
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location

NO_ORGANIZATIONS: Final = Rule(
    "CW552", "cartridge-no-organizations", "A cartridge's manifest has an organizations element."
)
IDENTIFIER: Final = Rule(
    "CW553", "cartridge-identifier", "Each resource of a cartridge has an identifier of its own."
)
ADDRESS: Final = Rule("CW554", "cartridge-unsafe-address", "Addresses must stay inside the cartridge.")
TOO_MANY: Final = Rule("CW555", "cartridge-too-large", "A cartridge has a bounded number of items.")
NOTHING: Final = Rule("CW556", "cartridge-nothing-to-open", "A cartridge holds something to open.")

MAX_ITEMS: Final = 20_000
_MAX_IDENTIFIER: Final = 1_000


def require_few(document: Document) -> None:
    """Raises RefusedError for manifests that are too large to be worked on at all."""
    count = sum(1 for node in document.root.walk() if node.name in ("item", "resource"))
    if count > MAX_ITEMS:
        found = f"{count:,} items and resources"
        raise RefusedError([_finding(TOO_MANY, document.root.location, found, f"at most {MAX_ITEMS:,}")])


def require_fit(manifest: Manifest, document: Document, dialect: Dialect) -> None:
    """Raises RefusedError with every fault, in document order."""
    found = [*_shape(manifest, dialect), *_identifiers(manifest), *_addresses(manifest)]
    if found:
        found.sort(key=lambda each: (each.location.line or 0, each.location.column or 0))
        raise RefusedError([_with_line(each, document) for each in found])


def nothing_to_open(manifest: Manifest, why: str) -> RefusedError:
    """For a cartridge of which nothing could be carried; `why` is what became of its first item."""
    return RefusedError([_finding(NOTHING, manifest.location, why, "an item that leads to something")])


def _shape(manifest: Manifest, dialect: Dialect) -> Iterator[Finding]:
    """Brightspace leaves them out in exports of questions alone."""
    if manifest.organizations is None and dialect not in ("d2l", "blackboard"):
        found = "no organizations element"
        yield _finding(NO_ORGANIZATIONS, manifest.location, found, "<organizations>, even an empty one")


def _identifiers(manifest: Manifest) -> Iterator[Finding]:
    """Of resources only: items that share an identifier are still told apart by what they lead to."""
    first: dict[str, Location] = {}
    for resource in manifest.resources:
        identifier, here = resource.identifier, resource.location
        if not identifier or len(identifier) > _MAX_IDENTIFIER:
            found = f"a resource identifier of {len(identifier):,} characters"
            yield _finding(IDENTIFIER, here, found, f"one of 1 to {_MAX_IDENTIFIER:,}")
        elif identifier in first:
            found = f"a second resource with the identifier {identifier!r}"
            yield _finding(IDENTIFIER, here, found, "another identifier", first[identifier])
        first.setdefault(identifier, here)


def _addresses(manifest: Manifest) -> Iterator[Finding]:
    for resource in manifest.resources:
        for each in resource.addresses():
            danger = hrefs.danger(each.written) or hrefs.danger(each.address)
            if danger:
                found = f"{each.written[:200]!r}, {danger}"
                yield _finding(ADDRESS, each.location, found, "a path inside the cartridge")


def _finding(rule: Rule, location: Location, found: str, expected: str, *related: Location) -> Finding:
    mend = "mend it in the system that made the cartridge and export again"
    return Finding(rule=rule, location=location, found=found, expected=expected, mend=mend, related=related)


def _with_line(finding: Finding, document: Document) -> Finding:
    from dataclasses import replace

    return replace(finding, line_text=document.line(finding.location))

"""`check`: all faults of a source as findings, in the order a person reads files."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice

from importers.bundle.cache import Cache
from importers.bundle.documents import Documents, load
from importers.bundle.faults import Fault, Spot
from importers.bundle.judge import judge
from importers.bundle.places import Places, path_of
from importers.bundle.rules.content_links import unknown_contents
from importers.bundle.rules.layout import inner_bundles, no_bundle_file
from importers.bundle.trail import Trail
from schemas.findings import Finding, Rule, Severity
from schemas.model import Location
from schemas.source import Source

LIMIT = 1_000
"""Findings that anyone would read; further ones are counted."""
TOO_MANY = Rule("CW250", "too-many-findings", "A bundle has more findings than anyone would read.")


def examine(
    source: Source, cache: Cache, judged: Collection[str] = ()
) -> tuple[Documents, Trail, list[Finding]]:
    """The documents, the files they use, and everything that is wrong, sorted by file and line.

    The bytes of the media files in `judged` were looked at before.
    """
    with uncollected():
        documents = load(source, cache)
        trail = Trail(documents, judged)
        if inner_bundles(documents):
            return documents, trail, findings_of(source, no_bundle_file(documents))
        found = chain(islice(judge(documents), LIMIT), trail.walk(), unknown_contents(documents, trail.pages))
        faults = [*documents.faults, *map(documents.as_written, found)]
        findings = [*documents.refused, *findings_of(source, faults)]
    return documents, trail, sorted(findings, key=_order)


@contextmanager
def uncollected() -> Iterator[None]:
    """Parsing makes millions of objects and no cycles: collecting would cost more than the parsing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def findings_of(source: Source, faults: Iterable[Fault]) -> list[Finding]:
    """Faults with their lines; beyond a thousand they are only counted."""
    unique = list(dict.fromkeys(faults))
    if not unique:
        return []
    if len(unique) > LIMIT:
        unique.sort(key=lambda fault: fault.severity)  # errors first: warnings must not push them out
        unique = [*unique[:LIMIT], _too_many(len(unique), unique[LIMIT].severity)]
    places = Places(source)
    return [_finding(places, fault) for fault in unique]


def _too_many(count: int, severity: Severity) -> Fault:
    return Fault(
        rule=TOO_MANY,
        spot=Spot(""),
        found=f"{count:,} findings or more",
        expected=f"at most {LIMIT:,} to look at in one go",
        mend="mend these first, and check again",
        severity=severity,
    )


def _finding(places: Places, fault: Fault) -> Finding:
    location = places.location(fault.spot)
    return Finding(
        rule=fault.rule,
        location=location,
        found=fault.found,
        expected=fault.expected,
        mend=fault.mend,
        severity=fault.severity,
        line_text=places.line_text(fault.spot, location.line),
        related=tuple(map(places.location, fault.related)),
    )


def _order(finding: Finding) -> tuple[str, int, int, str]:
    where = finding.location
    return where.file, where.line or 0, where.column or 0, finding.rule.code


def locate(source: Source, location: Location) -> Location:
    """The same place with its line and column, for findings made later than the check (by tenants)."""
    name = next((name for name in source.names() if source.place(name) == location.file), None)
    if name is None or location.line is not None:
        return location
    return Places(source).location(Spot(name, path_of(location.path)))

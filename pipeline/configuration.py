"""`tenants.yaml`: read as strictly as a bundle, variables filled in, secrets kept out of findings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.findings import Finding, RefusedError, Rule

if TYPE_CHECKING:
    from importers.bundle.faults import Fault
    from loaders.tenants.fleet import Fleet
    from loaders.tenants.tenant import Tenant
    from schemas.source import Source

UNSET_VARIABLE = Rule("CW480", "unset-variable", "Environment variables that tenants.yaml uses are set.")
ONE_OF_TWO = Rule(
    "CW481", "fleet-not-told", "A fleet tells its tenants by `schemas` or by `query`, not by both."
)

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LIMIT = 1024 * 1024


def names(file: Path) -> list[str]:
    """The tenants with an entry of their own, in the file's order. Raises RefusedError with all findings."""
    return list(_section(file, "tenants"))


def tenant(file: Path, name: str) -> Tenant:
    """One tenant, its variables filled in (only its own: the others' need not be set).

    A media folder is relative to the file. Raises KeyError for an unknown name, RefusedError.
    """
    from loaders.tenants.tenant import Tenant

    entry = _filled(file, "tenants", name)
    return Tenant(
        name=name,
        dsn=entry["database"],
        schema=entry.get("schema", name),
        media=_media(file, entry),
        endpoint=entry.get("endpoint"),
        create_users=entry.get("create_users", False),
    )


def fleets(file: Path) -> list[Fleet]:
    """Every fleet, its variables filled in. Raises RefusedError with all findings."""
    from loaders.tenants.fleet import Fleet

    filled = {name: _filled(file, "fleets", name) for name in _section(file, "fleets")}
    return [
        Fleet(
            name=name,
            dsn=entry["database"],
            schemas=entry.get("schemas"),
            query=entry.get("query"),
            media=_media(file, entry),
            endpoint=entry.get("endpoint"),
            create_users=entry.get("create_users", False),
        )
        for name, entry in filled.items()
    ]


def groups(file: Path) -> Mapping[str, Sequence[str]]:
    """The patterns of every group, in the file's order. Raises RefusedError with all findings."""
    return _section(file, "groups")


def _media(file: Path, entry: Mapping[str, Any]) -> str:
    media: str = entry["media"]
    return media if "://" in media else str(file.parent / media)


def _section(file: Path, section: str) -> Mapping[str, Any]:
    from importers.bundle import structure
    from importers.bundle.documents import parse
    from pipeline.archives import open_source

    with open_source(file) as source:
        (name,) = source.names()
        data, faults = parse(name, source.read(name, _LIMIT))
        faults = faults or structure.faults("tenants", name, data) or list(_untold(name, data))
        if faults:
            raise RefusedError(_findings(source, faults))
    entries: Mapping[str, Any] = data.get(section, {})
    return entries


def _untold(document: str, data: Mapping[str, Any]) -> Iterator[Fault]:
    """The schema of draft 7 for editors has no way to say "one of two" that gives a good message."""
    from importers.bundle.faults import Fault, Spot

    for name, fleet in data.get("fleets", {}).items():
        if ("schemas" in fleet) == ("query" in fleet):
            yield Fault(
                rule=ONE_OF_TWO,
                spot=Spot(document, ("fleets", name)),
                found="both `schemas` and `query`" if "query" in fleet else "neither `schemas` nor `query`",
                expected="one of them",
                mend="write `schemas: school_*`, or a `query` that lists the schemas",
            )


def _filled(file: Path, section: str, name: str) -> Mapping[str, Any]:
    entry: Mapping[str, Any] = _section(file, section)[name]
    unset = [
        ((section, name, field), variable)
        for field, value in entry.items()
        if isinstance(value, str)
        for variable in _VARIABLE.findall(value)
        if variable not in os.environ
    ]
    if unset:
        raise RefusedError(_unset(file, unset))
    return {
        field: _VARIABLE.sub(lambda match: os.environ[match[1]], value) if isinstance(value, str) else value
        for field, value in entry.items()
    }


def _unset(file: Path, unset: Iterable[tuple[tuple[str, ...], str]]) -> list[Finding]:
    from importers.bundle.faults import Fault, Spot
    from pipeline.archives import open_source

    with open_source(file) as source:
        (document,) = source.names()
        faults = [
            Fault(
                rule=UNSET_VARIABLE,
                spot=Spot(document, path),
                found=f"${{{variable}}}, which is not set",
                expected="an environment variable that is set",
                mend=f"export {variable}=…, or run where it is set",
            )
            for path, variable in unset
        ]
        return _findings(source, faults)


def _findings(source: Source, faults: Iterable[Fault]) -> list[Finding]:
    """Without the source line, and without the value of an address: a password may stand there."""
    from importers.bundle.places import Places

    places = Places(source)
    findings = [
        Finding(
            rule=fault.rule,
            location=places.location(fault.spot),
            found="an address that is not text" if _is_secret(fault) else fault.found,
            expected=fault.expected,
            mend=fault.mend,
            severity=fault.severity,
            related=tuple(places.location(spot) for spot in fault.related),
        )
        for fault in faults
    ]
    return sorted(findings, key=lambda finding: (finding.location.line or 0, finding.location.column or 0))


def _is_secret(fault: Fault) -> bool:
    return fault.spot.path[-1:] == ("database",) and fault.rule is not UNSET_VARIABLE

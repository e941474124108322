"""`tenants.yaml`: read as strictly as a bundle, variables filled in, secrets kept out of findings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.findings import Finding, RefusedError, Rule

if TYPE_CHECKING:
    from importers.bundle.faults import Fault
    from loaders.tenants.tenant import Tenant
    from schemas.source import Source

UNSET_VARIABLE = Rule("CW480", "unset-variable", "Environment variables that tenants.yaml uses are set.")

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LIMIT = 1024 * 1024


def names(file: Path) -> list[str]:
    """The tenants of the file, in its order. Raises RefusedError with all findings when it is wrong."""
    return list(_entries(file))


def tenant(file: Path, name: str) -> Tenant:
    """One tenant, its variables filled in (only its own: the others' need not be set).

    A media folder is relative to the file. Raises KeyError for an unknown name, RefusedError.
    """
    from loaders.tenants.tenant import Tenant

    entry = _filled(file, name, _entries(file)[name])
    media = entry["media"]
    return Tenant(
        name=name,
        dsn=entry["database"],
        schema=entry.get("schema", name),
        media=media if "://" in media else str(file.parent / media),
        endpoint=entry.get("endpoint"),
        create_users=entry.get("create_users", False),
    )


def _entries(file: Path) -> Mapping[str, Mapping[str, Any]]:
    from importers.bundle import structure
    from importers.bundle.documents import parse
    from pipeline.archives import open_source

    with open_source(file) as source:
        (name,) = source.names()
        data, faults = parse(name, source.read(name, _LIMIT))
        faults = faults or structure.faults("tenants", name, data)
        if faults:
            raise RefusedError(_findings(source, faults))
    entries: Mapping[str, Mapping[str, Any]] = data["tenants"]
    return entries


def _filled(file: Path, name: str, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    unset = [
        (field, variable)
        for field, value in entry.items()
        if isinstance(value, str)
        for variable in _VARIABLE.findall(value)
        if variable not in os.environ
    ]
    if unset:
        raise RefusedError(_unset(file, name, unset))
    return {
        field: _VARIABLE.sub(lambda match: os.environ[match[1]], value) if isinstance(value, str) else value
        for field, value in entry.items()
    }


def _unset(file: Path, name: str, unset: Iterable[tuple[str, str]]) -> list[Finding]:
    from importers.bundle.faults import Fault, Spot
    from pipeline.archives import open_source

    with open_source(file) as source:
        (document,) = source.names()
        faults = [
            Fault(
                rule=UNSET_VARIABLE,
                spot=Spot(document, ("tenants", name, field)),
                found=f"${{{variable}}}, which is not set",
                expected="an environment variable that is set",
                mend=f"export {variable}=…, or run where it is set",
            )
            for field, variable in unset
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

"""The findings of a whole source, remembered: unchanged content is answered without parsing any of it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from importers.bundle.cache import Cache, user_cache
from importers.bundle.documents import PAGE_LIMIT, YAML_LIMIT, is_hidden, is_page, is_single, is_yaml
from schemas.findings import Finding, RefusedError, Rule
from schemas.media import HEAD_BYTES
from schemas.model import Location
from schemas.source import Source


def checked(source: Source) -> list[Finding]:
    """See importers.bundle.check."""
    cache = user_cache()
    key = _key(source, cache)
    known = cache.get(key) if key else None
    if known is not None:
        return _decoded(known, source)
    from importers.bundle.checking import examine

    documents, _, findings = examine(source, cache)
    if key and not documents.refused:
        cache.put(key, _encoded(findings, source))
    cache.tidy()
    return findings


def _key(source: Source, cache: Cache) -> str | None:
    """A digest of all that the findings follow from; None when a file cannot be read."""
    if any(note.severity == "error" for note in source.notes):
        return None
    names = source.names()
    parts = [b"single" if is_single(source, frozenset(names)) else b"bundle"]
    try:
        for name in names:
            if not is_hidden(name):
                parts += (name.encode(), _content(source, name))
    except (RefusedError, OSError):
        return None
    return cache.key(*parts)


def _content(source: Source, name: str) -> bytes:
    """Text counts as a whole, media by what the rules look at: their size and their first bytes."""
    if is_yaml(name) or is_page(name):
        return hashlib.sha256(source.read(name, max(YAML_LIMIT, PAGE_LIMIT))).digest()
    with source.open(name) as stream:
        head = stream.read(HEAD_BYTES)
    return hashlib.sha256(source.size(name).to_bytes(8, "big") + head).digest()


# ── findings as bytes: files by their name in the source, so that a verdict holds wherever it lies ──


def _encoded(findings: list[Finding], source: Source) -> bytes:
    import orjson

    names = {source.place(name): name for name in source.names()} if findings else {}
    rows = [
        {
            **asdict(finding),
            "location": _row(finding.location, names),
            "related": [_row(place, names) for place in finding.related],
        }
        for finding in findings
    ]
    return orjson.dumps(rows)


def _decoded(data: bytes, source: Source) -> list[Finding]:
    import orjson

    return [_finding(row, source) for row in orjson.loads(data)]


def _finding(row: dict[str, Any], source: Source) -> Finding:
    rule, location, related = Rule(**row.pop("rule")), row.pop("location"), row.pop("related")
    return Finding(
        rule=rule,
        location=_location(location, source),
        related=tuple(_location(place, source) for place in related),
        **row,
    )


def _row(location: Location, names: dict[str, str]) -> list[Any]:
    """A location without a file of the source is one of the source itself: its name is ''."""
    return [names.get(location.file, ""), location.line, location.column, location.path]


def _location(row: list[Any], source: Source) -> Location:
    name, line, column, path = row
    return Location(source.place(name) if name else source.label, line, column, path)

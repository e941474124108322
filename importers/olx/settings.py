"""Policy files: settings of blocks by `category/url_name`, and the grades of the course."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from importers.olx.faults import DATE, POLICY, Fault
from schemas.findings import RefusedError
from schemas.model import Location
from schemas.source import Source

MAX_BYTES: Final = 8 * 1024 * 1024
DATES: Final = frozenset(("start", "end", "due", "enrollment_start", "enrollment_end"))
_WRITTEN_IN_NUMBERS: Final = re.compile(r"^\d{3,}-\d+-\d+")
_NOTHING: Final = ("", "null", "None")


@dataclass(frozen=True, slots=True)
class Policies:
    """`settings` by block; `grading` is grading_policy.json; `files` are the files that were read."""

    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    course: Mapping[str, Any] = field(default_factory=dict)
    grading: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    def of(self, category: str, url_name: str) -> Mapping[str, str]:
        return self.settings.get(f"{category}/{url_name}", {})


def read(source: Source, base: str, run: str) -> Policies:
    """The policies of a run. Raises RefusedError (CW595, CW596): they say what learners must not see."""
    names = frozenset(source.names())
    policy = _first(names, f"{base}policies/{run}/policy.json", f"{base}policies/{run}.json")
    grading = _first(names, f"{base}policies/{run}/grading_policy.json", f"{base}grading_policy.json")
    blocks = _object(source, policy)
    return Policies(
        {name: settings(values) for name, values in blocks.items() if isinstance(values, dict)},
        next((_dict(values) for name, values in blocks.items() if name.startswith("course/")), {}),
        _object(source, grading),
        tuple(name for name in (policy, grading) if name),
    )


def settings(values: Mapping[str, Any]) -> dict[str, str]:
    """Values as attributes have them: texts as they are, everything else in JSON; nothing for null."""
    import orjson

    return {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in values.items()
        if value is not None
    }


def given(value: str | None) -> str:
    """What an attribute says; Studio writes texts in JSON's quotes and the absence of one as null."""
    plain = (value or "").strip()
    if len(plain) > 1 and plain[0] == plain[-1] == '"':
        plain = plain[1:-1]
    return "" if plain in _NOTHING else plain


def is_true(value: str | None) -> bool:
    return given(value).lower() in ("true", "1", "yes")


def moment(value: str | None) -> datetime | None:
    """A date as Studio writes it, in UTC when it names no zone; None for none and for other spellings."""
    try:
        found = datetime.fromisoformat(given(value))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def require_dates(values: Mapping[str, str], location: Location) -> Iterator[Fault]:
    """Dates written in numbers that are in no calendar; those in words (“Feb 20, 17:00”) are left alone."""
    for name in sorted(DATES & set(values)):
        text = given(values[name])
        if _WRITTEN_IN_NUMBERS.match(text) and moment(text) is None:
            expected = "a date such as 2026-09-01T08:00:00Z"
            yield Fault(DATE, location, f"{name} {text[:60]!r}", expected)


def lowest_grade(grading: Mapping[str, Any]) -> tuple[str, Decimal] | None:
    """The grade that passes the course, and its percentage."""
    cutoffs = {
        name: Decimal(str(value)) * 100
        for name, value in _dict(grading.get("GRADE_CUTOFFS")).items()
        if isinstance(value, int | float) and 0 <= value <= 1
    }
    return min(cutoffs.items(), key=lambda each: each[1]) if cutoffs else None


def loads(text: str | bytes | None) -> Any:
    """JSON inside an attribute; None where it is none."""
    import orjson

    try:
        return orjson.loads(text or b"")
    except orjson.JSONDecodeError:
        return None


def _first(names: frozenset[str], *wanted: str) -> str | None:
    return next((name for name in wanted if name in names), None)


def _object(source: Source, name: str | None) -> Mapping[str, Any]:
    import orjson

    if name is None:
        return {}
    place = Location(source.place(name))
    if source.size(name) > MAX_BYTES:
        raise _refused(place, f"over {MAX_BYTES:,} bytes")
    try:
        return _dict(orjson.loads(source.read(name, MAX_BYTES).removeprefix(b"\xef\xbb\xbf") or b"{}"))
    except orjson.JSONDecodeError as error:
        raise _refused(Location(place.file, error.lineno, error.colno), error.msg) from None


def _refused(location: Location, found: str) -> RefusedError:
    mend = "mend the file: without it nobody knows what learners must not see"
    return Fault(POLICY, location, found, "JSON", mend).refusal()


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

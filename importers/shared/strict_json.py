"""JSON of strangers → plain values, strictly (RFC 8259) and within bounds.

The standard library parses, not orjson: of equal names in one object orjson silently keeps the last, and two
programs that read such a file see two contents. What no database or UTF-8 text can hold is refused here too.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from typing import Any, Final, NoReturn

from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location

JSON: Final = Rule(
    "CW600", "json", "A JSON file of a package is one valid, unambiguous document of a sane size."
)

MAX_BYTES: Final = 16 * 1024 * 1024
_MOST_VALUES: Final = 100_000
_DEEPEST: Final = 100
_LONGEST_TEXT: Final = 1_048_576
"""Characters of one string: what a text of a bundle may have (schemas/documents.py)."""
_LONGEST_NUMBER: Final = 40
_MARK: Final = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[\]{},]', re.DOTALL)
"""A string that never ends is one mark up to the end: looking for its end once keeps the scan linear."""
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class _UnfitError(Exception):
    """What json.loads would take; the message says what was found."""


def parse(data: bytes, place: str) -> Any:
    """The document's value. `place` is how the file is shown in messages.

    Raises RefusedError (CW600) for anything but one document in UTF-8, or UTF-16 with a byte order mark.
    """
    text = _decoded(data, place)
    _require_bounds(text, place)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )
        _require_storable(value)
    except json.JSONDecodeError as error:
        _refuse(Location(place, error.lineno, error.colno), _words(error, text))
    except _UnfitError as error:
        _refuse(Location(place), str(error))
    return value


def _decoded(data: bytes, place: str) -> str:
    if len(data) > MAX_BYTES:
        _refuse(Location(place), f"{len(data):,} bytes")
    codec = "utf-16" if data.startswith(_UTF_16) else "utf-8-sig"
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse(Location(place, line), f"bytes that are no {codec.removesuffix('-sig').upper()}")


def _require_bounds(text: str, place: str) -> None:
    """Before the parser recurses."""
    depth = values = 0
    for match in _MARK.finditer(text):
        mark = match[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        values += mark in ",[{"
        if depth > _DEEPEST or values > _MOST_VALUES:
            line = text.count("\n", 0, match.start()) + 1
            found = f"more than {_DEEPEST} levels" if depth > _DEEPEST else f"over {_MOST_VALUES:,} values"
            _refuse(Location(place, line, match.start() - text.rfind("\n", 0, match.start())), found)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in made if names.count(name) > 1)
        raise _UnfitError(f"the name {twice[:60]!r} twice in one object")
    return made


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise _UnfitError(f"a number of {len(digits):,} digits")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _UnfitError(f"the number {digits[:40]}, which is out of range")
    return value


def _constant(name: str) -> NoReturn:
    raise _UnfitError(f"{name}, which is no JSON")


def _require_storable(value: Any) -> None:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            _require_text(each)
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            waiting += [*each, *each.values()]


def _require_text(text: str) -> None:
    if len(text) > _LONGEST_TEXT:
        raise _UnfitError(f"a text of {len(text):,} characters")
    if "\0" in text:
        raise _UnfitError("a NUL character in a text")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise _UnfitError("half of a surrogate pair in a text")


def _words(error: json.JSONDecodeError, text: str) -> str:
    if not text.strip():
        return "an empty file"
    return f"{error.msg[:1].lower()}{error.msg[1:]}: {text[error.pos : error.pos + 20]!r}"


def _refuse(location: Location, found: str) -> NoReturn:
    raise RefusedError(
        [
            Finding(
                rule=JSON,
                location=location,
                found=found,
                expected=f"one JSON document of at most {_DEEPEST} levels, {_MOST_VALUES:,} values "
                f"and {MAX_BYTES // 1024 // 1024} MiB, each name once in its object",
                mend="export the package again; a program that writes such a file has a fault",
            )
        ]
    )

"""Documents against their JSON Schema: jsonschema-rs gives the verdict, this module says it in our words.

The only module that knows jsonschema-rs. Every error of the schema is one fault, at the name of the field
where the name is wrong and at its value where the value is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path as FilePath
from typing import Any

from importers.bundle.faults import Fault, Path, Spot, shown
from importers.bundle.gaps import ANY
from importers.bundle.words import as_key, did_you_mean, nearest, one_of
from schemas.findings import Rule
from schemas.words import counted

UNKNOWN_FIELD = Rule("CW140", "unknown-field", "Fields have the names the format gives them.")
MISSING_FIELD = Rule("CW141", "missing-field", "Some fields are needed.")
WRONG_KIND = Rule("CW142", "wrong-kind", "Text is text, numbers are numbers, lists are lists.")
NO_VALUE = Rule("CW143", "no-value", "A field has a value or is left out.")
UNKNOWN_CHOICE = Rule("CW144", "unknown-choice", "The field takes one of a few words.")
OUT_OF_BOUNDS = Rule("CW145", "out-of-bounds", "A number is too small or too large.")
TOO_LONG = Rule("CW146", "too-long", "A text is longer than the place it goes to.")
WRONG_FORM = Rule("CW147", "wrong-form", "Keys, addresses and times are written in one way.")
TOO_FEW = Rule("CW148", "too-few-entries", "A list has too few entries to make sense.")
BAD_NAME = Rule("CW149", "bad-name", "A key that the author chooses is not a key.")
TOO_MANY_FAULTS = Rule("CW159", "too-many-faults", "A file has more faults than anyone would read.")

Words = tuple[str, str, str]
FAULT_LIMIT = 100
_FOLDER = FilePath(__file__).parents[2] / "schemas" / "json"
_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "fields",
}
_FLAGS = {
    **dict.fromkeys(("yes", "y", "on", "true"), "true"),
    **dict.fromkeys(("no", "n", "off", "false"), "false"),
}
_KEY_PATTERN = "^[a-z0-9]"


def faults(kind: str, name: str, data: Any) -> list[Fault]:
    """What the schema of this kind of file objects to in the document; empty for a good one."""
    validator, schema = _validator(kind)
    if validator.is_valid(data):
        return []
    errors = list(islice(validator.iter_errors(data), FAULT_LIMIT + 1))
    found = [fault for error in errors[:FAULT_LIMIT] for fault in _faults(error, name, schema)]
    found = _without_misspelled(found)
    if len(errors) > FAULT_LIMIT:
        found.append(_too_many(name))
    return found


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that the schema refuses: the value at `path`, or there a `missing` field."""

    path: Path
    missing: str | None = None
    unknown: bool = False
    """Whether the name of the field is what is wrong."""

    @property
    def lost(self) -> str:
        """What is not known when the value is left out: a field, or ANY."""
        return ANY if self.unknown or not self.path or self.missing else str(self.path[-1])


def objections(kind: str, data: Any) -> list[Objection]:
    """What `faults` words, as places in the document; the limit does not apply."""
    validator, _ = _validator(kind)
    return (
        [] if validator.is_valid(data) else [o for e in validator.iter_errors(data) for o in _objections(e)]
    )


def likely_types(kind: str, data: Any) -> list[tuple[Path, str]]:
    """(place, the type that was probably meant) of each misspelled `type`: they hide what is beside them."""
    validator, _ = _validator(kind)
    found = []
    for error in validator.iter_errors(data):
        path: Path = tuple(error.instance_path)
        if error.kind.name == "enum" and path[-1:] == ("type",):
            likely = nearest(str(error.instance), error.kind.as_dict()["options"])
            found += [(path, likely)] if likely else []
    return found


def _objections(error: Any) -> Iterator[Objection]:
    path: Path = tuple(error.instance_path)
    details = error.kind.as_dict()
    match error.kind.name:
        case "additionalProperties":
            yield from (Objection((*path, field), unknown=True) for field in details["unexpected"])
        case "propertyNames":
            yield Objection((*path, details["error"].instance), unknown=True)
        case "required":
            yield Objection(path, missing=details["property"])
        case _:
            yield Objection(path)


@cache
def _validator(kind: str) -> tuple[Any, dict[str, Any]]:
    import jsonschema_rs
    import orjson

    schema = orjson.loads((_FOLDER / f"{kind}.schema.json").read_bytes())
    return jsonschema_rs.Draft7Validator(schema), schema


def _without_misspelled(found: list[Fault]) -> list[Fault]:
    """`titel` is one mistake: not also a missing `title`."""
    meant = {(fault.spot.path[:-1], fault.mend) for fault in found if fault.rule is UNKNOWN_FIELD}
    return [
        fault
        for fault in found
        if fault.rule is not MISSING_FIELD
        or (fault.spot.path, f"did you mean '{fault.expected.strip('`')}'?") not in meant
    ]


def _too_many(name: str) -> Fault:
    return Fault(
        rule=TOO_MANY_FAULTS,
        spot=Spot(name),
        found=f"more than {FAULT_LIMIT} faults",
        expected="a file like the examples",
        mend="mend these first; perhaps it is another kind of file than its name says",
    )


# ── one error of the schema ──────────────────────────────────────────────────────────────────────


def _faults(error: Any, name: str, schema: dict[str, Any]) -> Iterator[Fault]:
    path: Path = tuple(error.instance_path)
    keyword = error.kind.name
    details = error.kind.as_dict()
    place = _schema_at(schema, error.schema_path[:-1])
    value = error.instance
    if keyword == "additionalProperties":
        for field in details["unexpected"]:
            yield _unknown_field(Spot(name, (*path, field), key=True), field, place, schema)
    elif keyword == "propertyNames":
        yield _bad_name(Spot(name, (*path, details["error"].instance), key=True), details["error"], place)
    elif keyword == "required":
        yield _missing_field(Spot(name, path), details["property"], value)
    elif value is None:
        needed = bool(path) and path[-1] in _schema_at(schema, error.schema_path[:-3]).get("required", ())
        yield _no_value(Spot(name, path, key=bool(path)), path, needed=needed)
    else:
        found, expected, mend = _words(keyword, details, value, place)
        yield Fault(
            rule=_RULES.get(keyword, WRONG_KIND),
            spot=Spot(name, path),
            found=found,
            expected=expected,
            mend=mend,
        )


def _schema_at(schema: Any, path: list[str | int]) -> dict[str, Any]:
    for step in path:
        schema = schema[step]
    return dict(schema)


def _unknown_field(spot: Spot, field: str, place: dict[str, Any], schema: dict[str, Any]) -> Fault:
    known = list(place.get("properties", {}))
    elsewhere = any(
        field in part.get("properties", {}) for part in (schema, *schema.get("$defs", {}).values())
    )
    otherwise = "check the indentation" if elsewhere else "look up its name in the documentation"
    return Fault(
        rule=UNKNOWN_FIELD,
        spot=spot,
        found=f"the field `{field[:80]}`",
        expected=one_of(known),
        mend=did_you_mean(field, known, f"remove it, or {otherwise}"),
    )


def _missing_field(spot: Spot, field: str, value: dict[str, Any]) -> Fault:
    label = value.get("key") or value.get("title")
    here = f"in {shown(label)}" if isinstance(label, str) else "here"
    return Fault(
        rule=MISSING_FIELD,
        spot=spot,
        found=f"no `{field}` {here}",
        expected=f"`{field}`",
        mend=f"add a line `{field}: …`",
    )


def _no_value(spot: Spot, path: Path, *, needed: bool) -> Fault:
    field = next((f"`{step}`" for step in reversed(path) if isinstance(step, str)), "the document")
    return Fault(
        rule=NO_VALUE,
        spot=spot,
        found=f"{field} without a value",
        expected="a value" if needed else "a value, or no such line",
        mend="write the value" if needed else "write the value, or remove the line",
    )


def _bad_name(spot: Spot, error: Any, names: dict[str, Any]) -> Fault:
    suggestion = as_key(error.instance)
    return Fault(
        rule=BAD_NAME,
        spot=spot,
        found=f"the key {shown(error.instance)}",
        expected=f"{names['patternErrorMessage']}; at most {names['maxLength']} characters",
        mend=f"write {suggestion}" if re.search(names["pattern"], suggestion) else "choose another key",
    )


# ── words ────────────────────────────────────────────────────────────────────────────────────────

_RULES = {
    "type": WRONG_KIND,
    "enum": UNKNOWN_CHOICE,
    "const": UNKNOWN_CHOICE,
    "minimum": OUT_OF_BOUNDS,
    "maximum": OUT_OF_BOUNDS,
    "exclusiveMaximum": OUT_OF_BOUNDS,
    "maxLength": TOO_LONG,
    "minLength": WRONG_FORM,
    "pattern": WRONG_FORM,
    "minItems": TOO_FEW,
}


def _words(keyword: str, details: dict[str, Any], value: Any, place: dict[str, Any]) -> Words:
    """(found, expected, mend) of an error that is about a value."""
    if keyword == "type":
        return _wrong_kind(details["types"], value, place)
    if keyword in ("enum", "const"):
        choices = [str(choice) for choice in details.get("options", [place.get("const")])]
        return shown(value), one_of(choices), did_you_mean(str(value), choices, "choose one of them")
    if keyword == "pattern":
        return _wrong_form(value, place)
    return _wrong_size(keyword, details["limit"], value)


def _wrong_size(keyword: str, limit: int, value: Any) -> Words:
    length = f"a text of {counted(len(value), 'character')}" if isinstance(value, str) else ""
    entries = counted(len(value), "entry").replace("entrys", "entries") if isinstance(value, list) else ""
    return {
        "minimum": (shown(value), f"{limit} or more", "write a larger number"),
        "maximum": (shown(value), f"at most {limit:,}", "write a smaller number"),
        "exclusiveMaximum": (shown(value), f"less than {limit:,}", "write a smaller number"),
        "minLength": (length, f"at least {limit}", "write the text, or remove the line"),
        "maxLength": (length, f"at most {limit:,}", "shorten it; long text belongs into a page"),
        "minItems": (entries, f"at least {limit}", "add what is missing, or remove the whole thing"),
    }[keyword]


def _wrong_kind(types: list[str], value: Any, place: dict[str, Any]) -> Words:
    expected = " or ".join(_KINDS[kind] for kind in types)
    return _with_kind(value), expected, _kind_mend(types[0], value, place)


def _kind_mend(wanted: str, value: Any, place: dict[str, Any]) -> str:
    meant = _meant(wanted, value, place)
    if meant is not None:
        return f"write {meant}"
    return {
        "string": "put the value in quotes" if not isinstance(value, dict | list) else "write a text",
        "boolean": "write true or false, without quotes",
        "number": "write a number" if not isinstance(value, str) else "write digits only",
        "integer": "write a number without decimals" if not isinstance(value, str) else "write digits only",
        "array": "write each entry on a line that starts with `- `",
        "object": "write `name: value` lines, indented below",
    }[wanted]


def _meant(wanted: str, value: Any, place: dict[str, Any]) -> str | None:
    """What an author most probably wanted to write, where that can be told from the value alone."""
    if not isinstance(value, str):
        return None
    word = value.strip()
    if wanted in ("number", "integer") and re.fullmatch("[0-9]+([.,][0-9]{1,2})?", word):
        return f"{word.replace(',', '.')}, without quotes"
    if wanted == "boolean" and word.lower() in _FLAGS:
        return _FLAGS[word.lower()]
    if wanted == "object" and len(place.get("required", ())) == 1 and as_key(word) == word:
        return f"`{place['required'][0]}: {word}`"
    return None


def _with_kind(value: Any) -> str:
    kind = {bool: "", str: "the text ", int: "the number ", float: "the number "}.get(type(value), "")
    return kind + shown(value)


def _wrong_form(value: str, place: dict[str, Any]) -> Words:
    expected = place["patternErrorMessage"]
    if not value.strip():
        return "a blank text", expected, "write the text, or remove the line"
    if place["pattern"].startswith(_KEY_PATTERN) and as_key(value):
        return shown(value), expected, f"write {as_key(value)}"
    if place["pattern"].startswith("^[0-9]{4}"):
        return shown(value), expected, "write date, time and zone; `Z` at the end means UTC"
    if re.search(place["pattern"], value.upper()):
        return shown(value), expected, f"write {value.upper()}"
    if re.search(place["pattern"], f"https://{value}") and place["pattern"].startswith("^http"):
        return shown(value), expected, f"write https://{value}"
    return shown(value), expected, f"write {expected}"

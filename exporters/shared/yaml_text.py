"""YAML as a person would write it, and as every reader reads it: YAML 1.1 (PyYAML) and 1.2 agree on it.

Block style, lists indented, long text as `|` blocks, and JSON's quotes wherever a plain word could be taken
for something else. No aliases, tags or comments. Three times as fast as PyYAML's C dumper, which writes
`1e3` and `0o7` as plain words that YAML 1.2 takes for numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias

Value: TypeAlias = "str | int | Decimal | Sequence[Value] | Mapping[str, Value]"  # bool is an int

# What YAML 1.1 or 1.2 reads as something else than text although it begins with a letter.
_RESERVED: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
# Begins with a letter or a slash, or with a digit and has a letter that no number, octal, hex or timestamp
# has; and holds neither a mapping's colon nor a comment's hash. `isprintable` excludes tabs and odd blanks.
_PLAIN: Final = re.compile(
    r"(?:[^\W\d_]|/|\d(?=.*[g-np-suvwyG-NP-SUVWY]))(?:[^:#]|:(?=\S)|(?<=\S)#)*(?<![ :])"
)
# Not printable in YAML, a line break in YAML 1.1 only, a byte order mark, or able to reorder what is read.
_HIDDEN: Final = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
_UNFIT_FOR_BLOCK: Final = re.compile(f"[{_HIDDEN}]")
_ESCAPED: Final = re.compile(f"[\t{_HIDDEN}]")
_INDENT: Final = "  "
_LONG_ENTRY_LINES: Final = 5


def dump(document: Mapping[str, Value]) -> str:
    """The text of one document. Equal values in equal order give equal text.

    Collections at the top, and entries of lists with long entries, stand between blank lines. Empty
    collections are left out: in this file format they mean what absence means.
    """
    text = ""
    after_collection = False
    for key, value in document.items():
        collection = not isinstance(value, (str, int, Decimal))
        entry = _entry(key, value, "")
        if entry:
            text += (_gap(text) if collection or after_collection else "") + entry
            after_collection = collection
    return text


def _mapping(mapping: Mapping[str, Value], indent: str) -> str:
    return "".join([_entry(key, value, indent) for key, value in mapping.items()])


def _entry(key: str, value: Value, indent: str) -> str:
    if isinstance(value, (str, int, Decimal)):
        return f"{indent}{_key(key)}: {_scalar(value, indent)}\n"
    if not value:
        return ""
    deeper = indent + _INDENT
    body = _mapping(value, deeper) if isinstance(value, Mapping) else _sequence(value, deeper)
    return f"{indent}{_key(key)}:\n{body}"


def _sequence(items: Sequence[Value], indent: str) -> str:
    entries = [_item(item, indent) for item in items]
    if not any(entry.count("\n") >= _LONG_ENTRY_LINES for entry in entries):
        return "".join(entries)
    return "".join([entry + _gap(entry) for entry in entries[:-1]]) + entries[-1]


def _item(item: Value, indent: str) -> str:
    if isinstance(item, (str, int, Decimal)):
        return f"{indent}- {_scalar(item, indent)}\n"
    assert isinstance(item, Mapping), "the file format has no list of lists"
    return f"{indent}- {_mapping(item, indent + _INDENT).lstrip(' ')}"


def _gap(before: str) -> str:
    """A blank line, unless the text before keeps its trailing newlines (`|+`): it would take one more."""
    return "" if not before or before.endswith("\n\n") else "\n"


# ── scalars ──────────────────────────────────────────────────────────────────────────────────────


def _scalar(value: str | int | Decimal, indent: str) -> str:
    if isinstance(value, str):
        return _block(value, indent) if "\n" in value and _fits_block(value) else quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def quoted(text: str) -> str:
    """The text on one line: plain where no reader can mistake it, in JSON's quotes otherwise."""
    if _PLAIN.fullmatch(text) and text.isprintable() and text.lower() not in _RESERVED:
        return text
    return in_quotes(text)


def in_quotes(text: str) -> str:
    """The text in JSON's quotes, with escapes for what is not to be seen."""
    escaped = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", escaped)


_key = lru_cache(maxsize=1024)(quoted)  # the same few dozen names over and over


def _fits_block(text: str) -> bool:
    return bool(text.strip(" \t\n")) and not _UNFIT_FOR_BLOCK.search(text)


def _block(text: str, indent: str) -> str:
    """A literal block (YAML 1.2.2, section 8.1.2), without its last newline.

    `-` says that no newline ends the text, `+` that more than one does; the digit says where the text
    begins when its first line does not show it.
    """
    deeper = indent + _INDENT
    width = str(len(_INDENT)) if text[0] in " \t\n" else ""
    body = text.rstrip("\n")
    ending = len(text) - len(body)
    chomping = ("-", "")[ending] if ending < 2 else "+"
    indented = "\n".join(deeper + line if line else "" for line in body.split("\n"))
    return f"|{width}{chomping}\n{indented}" + "\n" * max(0, ending - 1)

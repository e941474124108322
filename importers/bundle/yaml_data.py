"""YAML bytes → plain data, the fast way: libyaml composes, one pass builds, nothing is kept but the data.

A strict profile of YAML 1.2 (core schema, https://yaml.org/spec/1.2.2/#103-core-schema): `no` and `12:30` are
words; no tags, no merge keys, no keys but text, no key twice. On any doubt the fast way gives up with
`DoubtError` and `yaml_faults` finds out why, with positions. Twice as fast as CSafeLoader (docs/adr/0004).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from typing import Any

import yaml

from importers.bundle.text import forbidden_in_values

MAX_DEPTH = 100
MAX_NODES = 200_000
MAX_INTEGER = 2**63 - 1
EXPANSION = 10
"""Aliases may make a document this many times larger …"""
EXPANSION_FLOOR = 65_536
"""… or this many characters, whichever is more."""

_LARGE = 256 * 1024
_MANY_BRACKETS = 2_000
_INDENT = bytes.maketrans(b"\t-?:", b"    ")
_DEEP = b" " * 200
_ANCHOR = re.compile(rb"(?:^|[\s\[{,:\-?])&[^\s\[\]{},]", re.MULTILINE)

_RISKY_ESCAPE = re.compile(rb"\\[0abefvrNxuU]")

WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_KEY_DOUBTS = frozenset(WORDS) | {"<<"}
_NUMBER_START = frozenset("0123456789+-.")
NUMBER = re.compile(
    r"[-+]?(?P<digits>[0-9]+)"
    r"|0o(?P<octal>[0-7]+)|0x(?P<hex>[0-9a-fA-F]+)"
    r"|[-+]?(?P<float>(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<infinite>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
)


class DoubtError(Exception):
    """The fast way cannot vouch for the document."""


class NumberError(ValueError):
    """`reason` is "leading-zero" or "range"."""


class Loader(yaml.CBaseLoader):
    """libyaml's composer with its tag resolution cut to one letter a node.

    p: plain, s: quoted or block, m: mapping, l: list; an explicit tag stays a longer word. The two hooks
    `*_resolver` are replaced by C callables that do nothing: two Python calls less for each node.
    """

    descend_resolver = operator.is_  # type: ignore[assignment]
    ascend_resolver = tuple  # type: ignore[assignment]

    def resolve(self, kind: type, _value: object, implicit: Any) -> str:
        if kind is yaml.ScalarNode:
            return "p" if implicit[0] else "s"
        return "m" if kind is yaml.MappingNode else "l"


def load(data: bytes) -> Any:
    """The document as dicts, lists, str, int, float, bool and None. `data` comes from `text.harmless`.

    Raises DoubtError or yaml.YAMLError; call `yaml_faults.find` for the reasons.
    """
    if suspicious(data) and not within_limits(data):
        raise DoubtError
    node = compose(data)
    if node is None or (may_have_aliases(data) and not expands_moderately(node)):
        raise DoubtError
    try:
        built = _build(node, 0)
    except RecursionError as error:
        raise DoubtError from error
    if _RISKY_ESCAPE.search(data) and any(map(forbidden_in_values().search, strings(built))):
        raise DoubtError
    return built


def compose(data: bytes) -> Any:
    """The tree of nodes of the only document, None when there is none. Raises yaml.YAMLError."""
    loader = Loader(data)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def strings(data: Any) -> Iterator[str]:
    """Every text in the data, keys included."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)


# ── guards ───────────────────────────────────────────────────────────────────────────────────────


def suspicious(data: bytes) -> bool:
    """Whether composing might be deep enough to crash libyaml, or large enough to fill the memory."""
    brackets = data.count(b"[") + data.count(b"{")
    return brackets > _MANY_BRACKETS or len(data) > _LARGE or _DEEP in data.translate(_INDENT)


def within_limits(data: bytes) -> bool:
    """Counts depth and nodes by libyaml's events, which do not recurse. Raises yaml.YAMLError."""
    depth = nodes = 0
    for event in yaml.parse(data, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            continue
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            return False
    return True


def may_have_aliases(data: bytes) -> bool:
    return b"&" in data and _ANCHOR.search(data) is not None


def expands_moderately(root: Any) -> bool:
    """Whether aliases, written out, keep the document within its budget; False for one that holds itself."""
    sizes: dict[int, int] = {}
    own: list[int] = []
    try:
        expanded = _expanded_size(root, sizes, own)
    except RecursionError:
        return False
    return expanded <= max(EXPANSION * sum(own), EXPANSION_FLOOR)


def _expanded_size(node: Any, sizes: dict[int, int], own: list[int]) -> int:
    known = sizes.get(id(node))
    if known is not None:
        return known
    if isinstance(node, yaml.ScalarNode):
        size = 1 + len(node.value)
        own.append(size)
    else:
        sizes[id(node)] = 1 << 62  # met again while it is being measured: it holds itself
        children = (
            node.value if isinstance(node, yaml.SequenceNode) else (n for pair in node.value for n in pair)
        )
        size = 1 + sum(_expanded_size(child, sizes, own) for child in children)
        own.append(1)
    sizes[id(node)] = size
    return size


# ── nodes → data ─────────────────────────────────────────────────────────────────────────────────


def plain(value: str) -> Any:
    """What an unquoted scalar means (core schema). Raises NumberError for what no reader should guess."""
    if value in WORDS:
        return WORDS[value]
    if value[0] not in _NUMBER_START:
        return value
    match = NUMBER.fullmatch(value)
    if match is None:
        return value
    return _number(value, match)


def _number(value: str, match: re.Match[str]) -> int | float:
    kind, digits = match.lastgroup, match[match.lastgroup or 0]
    if kind == "infinite" or len(digits) > 40:
        raise NumberError("range")
    if digits[0] == "0" and digits[1:2].isdigit():
        raise NumberError("leading-zero")
    if kind == "float":
        number: int | float = float(value)
    else:
        number = int(value, {"octal": 8, "hex": 16}.get(kind or "", 10))
    if abs(number) > (MAX_INTEGER if kind != "float" else 1e300):
        raise NumberError("range")
    return number


def _build(node: Any, depth: int) -> Any:
    kind = node.tag
    if kind == "m":
        return _mapping(node, depth + 1)
    if kind == "l":
        return _list(node, depth + 1)
    if kind == "s":
        return node.value
    if kind != "p":
        raise DoubtError
    return _plain_or_doubt(node.value)


def _plain_or_doubt(value: str) -> Any:
    try:
        return plain(value)
    except NumberError as error:
        raise DoubtError from error


def _mapping(node: Any, depth: int) -> dict[str, Any]:
    """The hot loop: plain text, the most frequent value, is handled without another call."""
    if depth > MAX_DEPTH:
        raise DoubtError
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if key_node.tag == "p":
            if key in _KEY_DOUBTS or (key[0] in _NUMBER_START and _plain_or_doubt(key) is not key):
                raise DoubtError
        elif key_node.tag != "s":
            raise DoubtError
        if key in data:
            raise DoubtError
        kind = value_node.tag
        if kind == "p":
            value = value_node.value
            if value in WORDS or value[0] in _NUMBER_START:
                value = _plain_or_doubt(value)
            data[key] = value
        elif kind == "s":
            data[key] = value_node.value
        else:
            data[key] = _build(value_node, depth)
    return data


def _list(node: Any, depth: int) -> list[Any]:
    if depth > MAX_DEPTH:
        raise DoubtError
    return [_build(child, depth) for child in node.value]

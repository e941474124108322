"""Why a YAML document was refused: every reason at once, each with its line, and how to mend it.

Slow and thorough on purpose: it runs only after `yaml_data.load` gave up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from importers.bundle import yaml_data
from importers.bundle.faults import Fault, Spot, shown
from importers.bundle.text import (
    EMPTY_FILE,
    FORBIDDEN_CHARACTER,
    described,
    forbidden_in_values,
    harmless,
    text_faults,
)
from schemas.findings import Rule

SYNTAX = Rule("CW110", "yaml-syntax", "The file is not YAML.")
TAB = Rule("CW111", "yaml-tab", "Tabs do not indent in YAML.")
SEVERAL_DOCUMENTS = Rule("CW112", "several-documents", "One file holds one document.")
TOO_DEEP = Rule("CW113", "too-deep", f"Nesting ends at {yaml_data.MAX_DEPTH} levels.")
TOO_MANY_NODES = Rule("CW114", "too-many-nodes", f"A document has at most {yaml_data.MAX_NODES:,} values.")
ALIAS = Rule("CW115", "yaml-alias", "An alias repeats an anchor of the same file, defined once.")
ALIAS_EXPLOSION = Rule("CW116", "alias-explosion", "Aliases repeat a little, they do not multiply.")
MERGE_KEY = Rule("CW117", "merge-key", "`<<` is not YAML 1.2; fields are written where they belong.")
TAG = Rule("CW118", "yaml-tag", "Values say what they are without tags.")
DUPLICATE_FIELD = Rule("CW119", "duplicate-field", "A field stands once in its mapping.")
FIELD_NAME = Rule("CW120", "field-name", "Names of fields are text.")
LEADING_ZERO = Rule("CW121", "leading-zero", "YAML readers disagree about numbers with a leading zero.")
NUMBER_RANGE = Rule("CW122", "number-range", "Numbers are finite and fit into 64 bits.")

_MENDS = (
    ("never closed", "close the quote on the line it belongs to"),
    ("mapping values are not allowed", "put a text that contains ': ' in quotes, or check the indentation"),
    ("block sequence entries are not allowed", "put a text that begins with '- ' in quotes"),
    ("could not find expected ':'", "write `name: value`, or indent the line if it continues a text"),
    ("did not find expected key", "align the line with its neighbours, or close the quote before it"),
    ("did not find expected '-'", "align the line with the other `- ` lines of its list"),
    ("did not find expected ',' or", "close the bracket, or separate its entries with commas"),
    ("did not find expected node content", "close the bracket, or remove the comma"),
    ("quoted scalar", "close the quote on the line it belongs to"),
    ("unknown escape character", "use single quotes when a text contains backslashes"),
    ("invalid Unicode character escape", "write the character itself instead of its code"),
    ("cannot start any token", "put a text that begins with this character in quotes"),
    ("while scanning a simple key", "keep the names of fields short, and on one line"),
    ("incompatible YAML document", "remove the %YAML line"),
    ("did not find expected <document start>", "remove what stands before or after the document"),
)


def find(name: str, raw: bytes) -> list[Fault]:
    """All reasons to refuse the file, in the order of their lines; empty only for a document that loads."""
    faults = list(text_faults(name, raw))
    data = harmless(raw)
    if faults or data is None:
        return faults
    try:
        too_large = _size_fault(name, data)
        if too_large is not None:
            return [too_large]
        root = yaml_data.compose(data)
    except yaml.YAMLError as error:
        return [_syntax(name, data, error)]
    if root is None:
        return [
            _fault(
                EMPTY_FILE, _spot(name, None), "an empty file", "a document", "write the file, or delete it"
            )
        ]
    if not yaml_data.expands_moderately(root):
        return [_explosion(name, root)]
    return list(_Walk(name).node(root))


def _fault(rule: Rule, spot: Spot, found: str, expected: str, mend: str, *related: Spot) -> Fault:
    return Fault(rule=rule, spot=spot, found=found, expected=expected, mend=mend, related=related)


def _spot(name: str, mark: Any) -> Spot:
    return Spot(name, mark=(mark.line + 1, mark.column + 1)) if mark else Spot(name, mark=(1, 1))


# ── the document as a whole ──────────────────────────────────────────────────────────────────────


def _size_fault(name: str, data: bytes) -> Fault | None:
    depth = nodes = 0
    for event in yaml.parse(data, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        nodes += isinstance(event, yaml.NodeEvent)
        if depth > yaml_data.MAX_DEPTH:
            return _fault(
                TOO_DEEP,
                _spot(name, event.start_mark),
                f"a value nested more than {yaml_data.MAX_DEPTH} levels deep",
                "nesting as in a course: sections, contents, questions, options",
                "look for brackets or list marks that were typed or generated by mistake",
            )
        if nodes > yaml_data.MAX_NODES:
            return _fault(
                TOO_MANY_NODES,
                _spot(name, event.start_mark),
                f"more than {yaml_data.MAX_NODES:,} values in one file",
                "a file that people can read",
                "split it: a quiz can be a file of its own, and so can every course",
            )
    return None


def _explosion(name: str, root: Any) -> Fault:
    return _fault(
        ALIAS_EXPLOSION,
        _spot(name, root.start_mark),
        "aliases that repeat one another until the document is many times its size, or hold themselves",
        f"at most {yaml_data.EXPANSION} times the text that was written",
        "write the repeated values out",
    )


def _syntax(name: str, data: bytes, error: yaml.YAMLError) -> Fault:
    """What libyaml says, in our words. It speaks of a context (a quote, a mapping) and of a problem in it."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "problem_mark", None)
    spot = _spot(name, mark)
    if "single document" in context or "single document" in problem:
        mend = "delete the line `---`, or split the file"
        return _fault(SEVERAL_DOCUMENTS, spot, "a second document", "one document", mend)
    if "alias" in problem or "anchor" in context:
        return _alias(name, spot, problem, error)
    if _tab_at(data, mark):
        return _fault(TAB, spot, "a tab", "spaces", "indent with spaces; most editors convert tabs")
    if "quoted scalar" in context and "end of stream" in problem:
        spot, problem = _spot(name, getattr(error, "context_mark", mark)), "a quote that is never closed"
    words = f"{context}: {problem}" if context else problem
    mend = next((mend for part, mend in _MENDS if part in words), "check quotes, colons and indentation here")
    return _fault(SYNTAX, spot, problem.removeprefix("found "), "YAML", mend)


def _alias(name: str, spot: Spot, problem: str, error: yaml.YAMLError) -> Fault:
    if "undefined" in problem:
        mend = "write the value out, or put the text in quotes if the `*` belongs to it"
        return _fault(ALIAS, spot, "an alias without its anchor", "`&name` before every `*name`", mend)
    first = _spot(name, getattr(error, "context_mark", None))
    mend = "give the second one another name"
    return _fault(ALIAS, spot, "an anchor defined twice", "each `&name` once", mend, first)


def _tab_at(data: bytes, mark: Any) -> bool:
    """Whether a tab separates or indents at the mark: libyaml only says what it could not read there."""
    lines = data.split(b"\n")
    for number in (mark.line, mark.line - 1) if mark else ():
        if 0 <= number < len(lines):
            line = lines[number].decode(errors="replace")
            start = line[: len(line) - len(line.lstrip(" \t-?:"))]
            if "\t" in start:
                return True
    return False


# ── single values ────────────────────────────────────────────────────────────────────────────────


class _Walk:
    """Goes through the nodes of a document that is sound as a whole, and names what the profile refuses."""

    def __init__(self, name: str) -> None:
        self.name = name

    def node(self, node: Any) -> Iterator[Fault]:
        if len(node.tag) > 1:
            yield self._tag(node)
        elif node.tag == "m":
            yield from self._mapping(node)
        elif node.tag == "l":
            for child in node.value:
                yield from self.node(child)
        else:
            yield from self._scalar(node)

    def _mapping(self, node: Any) -> Iterator[Fault]:
        first: dict[str, Any] = {}
        for key, value in node.value:
            yield from self._key(key)
            if isinstance(key, yaml.ScalarNode) and key.value in first:
                yield self._duplicate(key, first[key.value])
            elif isinstance(key, yaml.ScalarNode):
                first[key.value] = key
            yield from self.node(value)

    def _key(self, key: Any) -> Iterator[Fault]:
        if len(key.tag) > 1:
            yield self._tag(key)
        elif key.tag == "p" and key.value == "<<":
            yield self._at(
                key, MERGE_KEY, "the merge key `<<`", "every field written out", "copy the fields here"
            )
        elif key.tag == "p" and not isinstance(_meaning(key.value), str):
            quoted = f'"{key.value}"'
            yield self._at(
                key,
                FIELD_NAME,
                f"`{key.value}` as a name, which is no text in YAML",
                "text",
                f"write {quoted} in quotes" if key.value else "write a name before the colon",
            )
        elif key.tag in ("m", "l"):
            yield self._at(
                key, FIELD_NAME, f"{_kind(key)} as a name", "text", "write a name before the colon"
            )
        else:
            yield from self._characters(key)

    def _duplicate(self, key: Any, first: Any) -> Fault:
        line = first.start_mark.line + 1
        return self._at(
            key,
            DUPLICATE_FIELD,
            f"`{key.value}` for the second time",
            f"each field once; the first is in line {line}",
            "delete one of the two, or rename it",
            _spot(self.name, first.start_mark),
        )

    def _tag(self, node: Any) -> Fault:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        return self._at(
            node, TAG, f"the tag {shown(tag)}", "a plain value", "remove the tag; put text in quotes"
        )

    def _scalar(self, node: Any) -> Iterator[Fault]:
        if node.tag == "p":
            try:
                yaml_data.plain(node.value)
            except yaml_data.NumberError as error:
                yield self._number(node, str(error))
        yield from self._characters(node)

    def _number(self, node: Any, reason: str) -> Fault:
        if reason == "leading-zero":
            return self._at(
                node,
                LEADING_ZERO,
                f"the number {shown(node.value)}",
                "a number without leading zeros, or text",
                f'write "{node.value[:40]}" in quotes for text, or leave the zeros out',
            )
        return self._at(
            node,
            NUMBER_RANGE,
            f"the number {shown(node.value, 30)}",
            "a finite number of at most 19 digits",
            "write a smaller number, or put text in quotes",
        )

    def _characters(self, node: Any) -> Iterator[Fault]:
        match = forbidden_in_values().search(node.value)
        if match is not None:
            yield self._at(
                node,
                FORBIDDEN_CHARACTER,
                f"{described(match.group())}, written as an escape",
                "printable text, spaces, tabs and line ends",
                "delete the escape; in single quotes a backslash is a backslash",
            )

    def _at(self, node: Any, rule: Rule, found: str, expected: str, mend: str, *related: Spot) -> Fault:
        return _fault(rule, _spot(self.name, node.start_mark), found, expected, mend, *related)


def _meaning(value: str) -> Any:
    try:
        return yaml_data.plain(value)
    except yaml_data.NumberError:
        return 0


def _kind(node: Any) -> str:
    return "a mapping" if node.tag == "m" else "a list"

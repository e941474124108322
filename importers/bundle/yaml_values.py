"""The values of a document that is YAML as a whole: what the profile refuses, and what can be believed."""

from __future__ import annotations

from typing import Any

import yaml

from importers.bundle import yaml_data
from importers.bundle.faults import Fault, Path, Spot, shown
from importers.bundle.gaps import ANY
from importers.bundle.text import FORBIDDEN_CHARACTER, described, forbidden_in_values
from schemas.findings import Rule

MERGE_KEY = Rule("CW117", "merge-key", "`<<` is not YAML 1.2; fields are written where they belong.")
TAG = Rule("CW118", "yaml-tag", "Values say what they are without tags.")
DUPLICATE_FIELD = Rule("CW119", "duplicate-field", "A field stands once in its mapping.")
FIELD_NAME = Rule("CW120", "field-name", "Names of fields are text.")
LEADING_ZERO = Rule("CW121", "leading-zero", "YAML readers disagree about numbers with a leading zero.")
NUMBER_RANGE = Rule("CW122", "number-range", "Numbers are finite and fit into 64 bits.")


class Values:
    """Builds the data as `yaml_data.load` does, but goes on behind faults.

    `doubtful`: places whose value is not known, and mappings (their path, then ANY) with a field of unknown
    name. `repeated`: fields that stand twice; the first one is in the data.
    """

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.name = name
        self.faults = faults
        self.data: Any = None
        self.doubtful: list[Path] = []
        self.repeated: list[Path] = []

    def node(self, node: Any, path: Path) -> Any:
        if len(node.tag) > 1:
            self._tag(node)
            self.doubtful.append(path)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.node(child, (*path, n)) for n, child in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        first: dict[str, Any] = {}
        for key, value in node.value:
            if not self._is_name(key):
                self.doubtful.append((*path, ANY))
                Values(self.name, self.faults).node(value, ())
            elif key.value in first:
                self._duplicate(key, first[key.value])
                self.repeated.append((*path, key.value))
                Values(self.name, self.faults).node(value, ())
            else:
                first[key.value] = key
                data[key.value] = self.node(value, (*path, key.value))
        return data

    def _is_name(self, key: Any) -> bool:
        before = len(self.faults)
        if len(key.tag) > 1:
            self._tag(key)
        elif key.tag == "p" and key.value == "<<":
            self._add(key, MERGE_KEY, "the merge key `<<`", "every field written out", "copy the fields here")
        elif key.tag == "p" and not isinstance(_meaning(key.value), str):
            found = f"`{key.value}` as a name, which is no text in YAML"
            quoted = f'write "{key.value}" in quotes' if key.value else "write a name before the colon"
            self._add(key, FIELD_NAME, found, "text", quoted)
        elif key.tag in ("m", "l"):
            self._add(key, FIELD_NAME, f"{_kind(key)} as a name", "text", "write a name before the colon")
        else:
            self._characters(key)
        return len(self.faults) == before

    def _duplicate(self, key: Any, first: Any) -> None:
        self._add(
            key,
            DUPLICATE_FIELD,
            f"`{key.value}` for the second time",
            f"each field once; the first is in line {first.start_mark.line + 1}",
            "delete one of the two, or rename it",
            self._spot(first),
        )

    def _tag(self, node: Any) -> None:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        self._add(node, TAG, f"the tag {shown(tag)}", "a plain value", "remove the tag; put text in quotes")

    def _scalar(self, node: Any, path: Path) -> Any:
        before = len(self.faults)
        value = node.value
        if node.tag == "p":
            try:
                value = yaml_data.plain(value)
            except yaml_data.NumberError as error:
                self._number(node, str(error))
        self._characters(node)
        if len(self.faults) == before:
            return value
        self.doubtful.append(path)
        return forbidden_in_values().sub("\ufffd", node.value)  # messages of its neighbours may quote it

    def _number(self, node: Any, reason: str) -> None:
        if reason == "leading-zero":
            self._add(
                node,
                LEADING_ZERO,
                f"the number {shown(node.value)}",
                "a number without leading zeros, or text",
                f'write "{node.value[:40]}" in quotes for text, or leave the zeros out',
            )
        else:
            self._add(
                node,
                NUMBER_RANGE,
                f"the number {shown(node.value, 30)}",
                "a finite number of at most 19 digits",
                "write a smaller number, or put text in quotes",
            )

    def _characters(self, node: Any) -> None:
        match = forbidden_in_values().search(node.value)
        if match is not None:
            self._add(
                node,
                FORBIDDEN_CHARACTER,
                f"{described(match.group())}, written as an escape",
                "printable text, spaces, tabs and line ends",
                "delete the escape; in single quotes a backslash is a backslash",
            )

    def _add(self, node: Any, rule: Rule, found: str, expected: str, mend: str, *related: Spot) -> None:
        spot = self._spot(node)
        self.faults.append(
            Fault(rule=rule, spot=spot, found=found, expected=expected, mend=mend, related=related)
        )

    def _spot(self, node: Any) -> Spot:
        return Spot(self.name, mark=(node.start_mark.line + 1, node.start_mark.column + 1))


def _meaning(value: str) -> Any:
    try:
        return yaml_data.plain(value)
    except yaml_data.NumberError:
        return 0


def _kind(node: Any) -> str:
    return "a mapping" if node.tag == "m" else "a list"

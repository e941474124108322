"""Sets one value in a YAML file and leaves every other character alone: comments, order, quotes, blank lines.

The value is found by the marks of the parser. The result is parsed again and must be the old data with
that one value changed; otherwise nothing is done.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

import yaml

from exporters.shared.yaml_text import dump, in_quotes, quoted
from importers.bundle import yaml_data
from importers.bundle.faults import Path

Said: TypeAlias = "str | bool | int | Decimal | None"
Value: TypeAlias = "Said | datetime"
_FLOW = frozenset(",[]{}")


class UneditableError(Exception):
    """The value cannot be set without touching something else."""


def with_value(text: str, path: Path, value: Value) -> str:
    """The text with `value` at `path`; None takes the field away. Lines end in LF. Raises UneditableError."""
    said: Said = f"{value.replace(tzinfo=None).isoformat()}Z" if isinstance(value, datetime) else value
    root = yaml_data.compose(text.encode())
    parent = _node(root, path[:-1])
    if isinstance(parent, yaml.SequenceNode):
        changed = _replaced(text, parent.value[int(path[-1])], said, flow=True)
    else:
        changed = _in_mapping(text, parent, str(path[-1]), said)
    if _load(changed) != _expected(_load(text), path, said):
        raise UneditableError("the file says it in a way that cannot be changed alone, as with an alias")
    return changed


def _load(text: str) -> Any:
    try:
        return yaml_data.load(text.encode())
    except (yaml_data.DoubtError, yaml.YAMLError) as error:
        raise UneditableError("the value cannot be written there") from error


def _expected(data: Any, path: Path, value: Said) -> Any:
    whole = deepcopy(data)
    parent = whole
    for step in path[:-1]:
        parent = parent[step]
    if value is None:
        parent.pop(path[-1], None)
    else:
        parent[path[-1]] = float(value) if isinstance(value, Decimal) else value
    return whole


def _node(root: Any, path: Path) -> Any:
    node = root
    for step in path:
        node = node.value[step] if isinstance(step, int) else _pair(node, step)[1]
    return node


def _pair(mapping: Any, name: str) -> Any:
    return next((pair for pair in mapping.value if pair[0].value == name), (None, None))


def _in_mapping(text: str, mapping: Any, name: str, value: Said) -> str:
    key, node = _pair(mapping, name)
    if key is None:
        return text if value is None else _inserted(text, mapping, name, value)
    if value is None:
        return _removed(text, key, node, flow=bool(mapping.flow_style))
    if isinstance(value, str) and "\n" in value and not mapping.flow_style:
        return text[: key.start_mark.index] + _lines(name, value, key) + text[_end(text, node) :]
    return _replaced(text, node, value, flow=bool(mapping.flow_style))


def _replaced(text: str, node: Any, value: Said, *, flow: bool) -> str:
    written = _scalar(value, node.style, flow=flow)
    return text[: node.start_mark.index] + written + text[_end(text, node) :]


def _end(text: str, node: Any) -> int:
    """A block scalar's mark is where the next thing begins; its own last line ends before."""
    start: int = node.start_mark.index
    return start + len(text[start : node.end_mark.index].rstrip())


def _scalar(value: Said, style: str | None, *, flow: bool) -> str:
    """In the quotes that are there."""
    if not isinstance(value, str):
        assert value is not None, "a field without a value is taken away"
        return dump({"value": value}).removeprefix("value: ").rstrip()
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style == '"' or (flow and _FLOW.intersection(value)):
        return in_quotes(value)
    return quoted(value)


def _lines(name: str, value: str, key: Any) -> str:
    """A field with a text of several lines, as far in as its neighbours."""
    first, *rest = dump({name: value}).rstrip("\n").split("\n")
    indent = " " * key.start_mark.column
    return "\n".join([first, *(indent + line if line else "" for line in rest)])


def _inserted(text: str, mapping: Any, name: str, value: Said) -> str:
    """After the last of the short fields at the top of the entry; at the end of a `{…}`."""
    assert value is not None
    if mapping.flow_style:
        at = mapping.value[-1][1].end_mark.index
        return f"{text[:at]}, {name}: {_scalar(value, None, flow=True)}{text[at:]}"
    anchor = mapping.value[0]
    for key, node in mapping.value:
        if not isinstance(node, yaml.ScalarNode) or node.style in ("|", ">"):
            break
        anchor = key, node
    if not isinstance(anchor[1], yaml.ScalarNode):
        raise UneditableError("there is no place for it")
    at = text.find("\n", _end(text, anchor[1]))
    at = len(text) if at < 0 else at
    entry = dump({name: value}).rstrip("\n").split("\n")
    indent = " " * anchor[0].start_mark.column
    return text[:at] + "".join(f"\n{indent}{line}" if line else "\n" for line in entry) + text[at:]


def _removed(text: str, key: Any, node: Any, *, flow: bool) -> str:
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    if flow or text[start : key.start_mark.index].strip():
        raise UneditableError("it shares its line with something else")
    end = text.find("\n", _end(text, node))
    return text[:start] + (text[end + 1 :] if end >= 0 else "")

"""Paths in documents → lines and columns, looked up only for what is shown.

The document is composed a second time (about 1 ms for a quiz of 50 questions) and the path walked through its
nodes, so the fast way of `yaml_data` keeps none.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from importers.bundle import text, yaml_data
from importers.bundle.faults import Path, Spot, path_text
from schemas.findings import RefusedError
from schemas.model import Location
from schemas.source import Source

LINE_LIMIT = 400
"""Characters of a source line that a finding carries."""
_READ_LIMIT = 8 * 1024 * 1024
_STEP = re.compile(r'\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([^.\[\]]+)')


class Places:
    """Finds spots in the files of one source; keeps what it has read and composed."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lines: dict[str, list[str]] = {}
        self._roots: dict[str, Any] = {}

    def location(self, spot: Spot) -> Location:
        """The spot as the user sees it. Without line when the file cannot be read or composed."""
        mark = spot.mark or self._mark(spot)
        place = self._source.place(spot.name) if spot.name else self._source.label
        line, column = mark or (None, None)
        return Location(place, line, column, path_text(spot.path))

    def line_text(self, spot: Spot, line: int | None) -> str | None:
        """The source line, cut at `LINE_LIMIT`; None when there is none."""
        lines = self._file_lines(spot.name) if line else []
        return lines[line - 1][:LINE_LIMIT] if line and line <= len(lines) else None

    def _mark(self, spot: Spot) -> tuple[int, int] | None:
        if not spot.name.endswith(".yaml"):
            return None
        root = self._root(spot.name)
        if root is None:
            return None
        mark, node = _found(root, spot.path, key=spot.key)
        return self._inside(spot, mark) if spot.inside and node.style == "|" else mark

    def _inside(self, spot: Spot, start: tuple[int, int]) -> tuple[int, int]:
        """A place in a literal block: its lines stand below the bar, one by one, as far in as the first."""
        assert spot.inside is not None
        line, column = spot.inside
        below = self._file_lines(spot.name)[start[0] :]
        first = next((text for text in below if text.strip()), "")
        return start[0] + line, len(first) - len(first.lstrip(" ")) + column

    def _root(self, name: str) -> Any:
        if name not in self._roots:
            self._roots[name] = _composed(self._bytes(name))
        return self._roots[name]

    def _file_lines(self, name: str) -> list[str]:
        if name not in self._lines:
            try:
                self._lines[name] = text.unmarked(self._bytes(name)).decode(errors="replace").split("\n")
            except UnicodeDecodeError:
                self._lines[name] = []
        return self._lines[name]

    def _bytes(self, name: str) -> bytes:
        try:
            return self._source.read(name, _READ_LIMIT)
        except (KeyError, RefusedError):
            return b""


def _composed(raw: bytes) -> Any:
    data = text.harmless(raw)
    if data is None:
        return None
    try:
        return yaml_data.compose(data) if yaml_data.within_limits(data) else None
    except yaml.YAMLError:
        return None


def _found(root: Any, path: Path, *, key: bool) -> tuple[tuple[int, int], Any]:
    """Line and column of the deepest node on the way that exists, or of its key if that was asked for."""
    node = mark = root
    for step in path:
        pair = _child(node, step)
        if pair is None:
            break
        name, node = pair
        mark = name if key and name is not None else node
    return (mark.start_mark.line + 1, mark.start_mark.column + 1), node


def _child(node: Any, step: str | int) -> tuple[Any, Any] | None:
    """(key node, value node) below; the key node is None in lists."""
    if isinstance(node, yaml.MappingNode):
        return next(((name, value) for name, value in node.value if name.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None


def path_of(written: str) -> Path:
    """Reads what `faults.path_text` writes."""
    steps: list[str | int] = []
    for match in _STEP.finditer(written):
        index, quoted, word = match.groups()
        if index is not None:
            steps.append(int(index))
        else:
            steps.append(word if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
    return tuple(steps)

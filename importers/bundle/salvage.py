"""The part of a damaged document that its schema accepts: other faults than the known ones are in there too.

What the schema refuses is left out: a value, or the entry around it when the value was needed. Sections,
contents, questions and whole files are worth keeping for what is in them: they get a key, a title or an empty
list when theirs is missing. Rules that miss something ask `Gaps` first: it may have been left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from importers.bundle import structure, yaml_faults
from importers.bundle.documents import Document
from importers.bundle.faults import Fault, Path, path_text
from importers.bundle.gaps import ANY, Gaps
from importers.bundle.yaml_values import Values

_LISTS = ("sections", "contents", "questions")
_NAMES = ("key", "title")
_LEAVES = ("options", "blanks", "pairs", "distractors")
_ROUNDS = 30
"""Each goes one level up at most, and documents are not as deep."""


def salvage(document: Document, raw: bytes) -> list[Fault]:
    """All faults that YAML and schema find in a document that has some; its sound parts stay in it."""
    document.raw, document.data = raw, None
    values = yaml_faults.examined(document.name, raw)
    if values.data is None:
        return values.faults
    refused = _refused(document, values.data)
    if all(fault.rule is not structure.TOO_MANY_FAULTS for fault in refused):
        document.data, document.gaps = _remains(document.kind, values)
    return [*values.faults, *(fault for fault in refused if not _is_echo(fault, values.doubtful))]


def _refused(document: Document, data: Any) -> list[Fault]:
    """What the schema says, of entries of a misspelled type too. Changes the types in `data`."""
    refused = structure.faults(document.kind, document.name, data)
    if len(refused) > structure.FAULT_LIMIT:
        return refused
    while likely := structure.likely_types(
        document.kind, data
    ):  # once for contents, once for their questions
        for (*above, field), meant in likely:
            entry = data
            for step in above:
                entry = entry[step]
            entry[field] = meant
        refused += structure.faults(document.kind, document.name, data)
    return list(dict.fromkeys(refused))


def _is_echo(fault: Fault, doubtful: list[Path]) -> bool:
    """Whether the schema misses or refuses what YAML has objected to already."""
    path = fault.spot.path
    if fault.rule is structure.MISSING_FIELD and (*path, ANY) in doubtful:
        return True
    below = any(place == path[: len(place)] for place in doubtful)
    return below and fault.rule is not structure.UNKNOWN_FIELD


def _remains(kind: str, values: Values) -> tuple[Any, Gaps]:
    """(what the schema accepts of the data, its gaps); (None, …) when that is nothing. Changes the data."""
    rest = _Rest(values.data)
    rest.note(values.repeated)
    unwanted = {path: str(path[-1]) if path else ANY for path in values.doubtful}
    for _ in range(_ROUNDS):
        if () in unwanted:
            break
        rest.remove(unwanted)
        objections = structure.objections(kind, rest.data)
        unwanted = {each.path: each.lost for each in objections if not rest.is_tolerable(each)}
        if not unwanted:
            rest.fill(each for each in objections if each.missing)
            return rest.data, rest.gaps()
    return None, Gaps()


class _Rest:
    """A document that gets smaller. Keeps by the identity of mappings and lists what they have lost."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self._removed: list[Any] = []  # kept alive: identities must not be given out again
        self._lost: dict[int, set[str]] = {}
        self._origins: dict[int, list[int]] = {}

    def note(self, paths: Iterable[Path]) -> None:
        for path in paths:
            self._lost.setdefault(id(self._at(path[:-1])), set()).add(str(path[-1]))

    def remove(self, unwanted: Mapping[Path, str]) -> None:
        for path in sorted(unwanted, key=_backwards, reverse=True):
            above, step = self._at(path[:-1]), path[-1]
            lost = ANY if isinstance(above, list) else unwanted[path]
            self._lost.setdefault(id(above), set()).add(lost)
            if isinstance(above, list):
                self._origins.setdefault(id(above), list(range(len(above)))).pop(int(step))
            if step != ANY:
                self._removed.append(above.pop(step))

    def is_tolerable(self, objection: structure.Objection) -> bool:
        """Whether what is wrong there can be bridged without losing what is around it."""
        path, missing = objection.path, objection.missing
        place, field = (path, missing) if missing else (path[:-1], path[-1] if path else "")
        if objection.unknown or (len(place) > 1 and place[-2] in _LEAVES):
            return False
        value = None if missing else self._at(path)
        if field in _LISTS:
            return missing is not None or value == []
        return field in _NAMES and (missing is not None or (isinstance(value, str) and bool(value.strip())))

    def fill(self, objections: Iterable[structure.Objection]) -> None:
        gaps = self.gaps()
        for path, missing in ((each.path, each.missing or "") for each in objections):
            above = self._at(path)
            self._lost.setdefault(id(above), set()).add(missing)
            above[missing] = [] if missing in _LISTS else path_text(gaps.original(path)) or "?"

    def gaps(self) -> Gaps:
        lost: set[Path] = set()
        origins: dict[Path, list[int]] = {}
        for path, node in _containers(self.data, ()):
            lost.update((*path, name) for name in self._lost.get(id(node), ()))
            if id(node) in self._origins:
                origins[path] = self._origins[id(node)]
        return Gaps(frozenset(lost), origins)

    def _at(self, path: Path) -> Any:
        node = self.data
        for step in path:
            node = node[step]
        return node


def _backwards(path: Path) -> list[tuple[int, str]]:
    """Sorts later entries behind earlier ones, and what is inside behind what is around it."""
    return [(step, "") if isinstance(step, int) else (-1, step) for step in path]


def _containers(node: Any, path: Path) -> Iterable[tuple[Path, Any]]:
    if isinstance(node, dict | list):
        yield path, node
        for step, child in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _containers(child, (*path, step))

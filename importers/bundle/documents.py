"""A source read into documents: every YAML file parsed, judged by its schema, and kept with its name.

Files are told apart by name alone, so one with a fault in it is still known to be a course.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from importers.bundle import text
from importers.bundle.cache import Cache
from importers.bundle.faults import Fault, Path, Spot
from importers.bundle.words import did_you_mean
from schemas.findings import Finding, RefusedError
from schemas.source import Source

Kind = Literal["bundle", "program", "course", "quiz"]
KINDS: tuple[Kind, ...] = ("bundle", "program", "course", "quiz")
ROOT = "bundle.yaml"
YAML_LIMIT = 8 * 1024 * 1024
"""Bytes of one YAML file."""
PAGE_LIMIT = 1024 * 1024
"""Bytes of one page; the same as the longest inline text."""


@dataclass(slots=True)
class Document:
    """One YAML file. `data` is None when it could not be parsed; `sound` when its schema holds."""

    name: str
    kind: Kind
    data: Any = None
    sound: bool = False

    @property
    def key(self) -> str | None:
        """The author's key, even of a document that is not sound."""
        key = self.data.get("key") if isinstance(self.data, dict) else None
        return key if isinstance(key, str) else None

    @property
    def at(self) -> At:
        return At(self.name)


@dataclass(frozen=True, slots=True)
class At:
    """A node of a document: where it is, and the way to its fields."""

    name: str
    path: Path = ()

    def down(self, *steps: str | int) -> At:
        return At(self.name, self.path + steps)

    def spot(self, *steps: str | int) -> Spot:
        return Spot(self.name, self.path + steps)

    def key(self, *steps: str | int) -> Spot:
        """The name of a field instead of its value."""
        return Spot(self.name, self.path + steps, key=True)


@dataclass(slots=True)
class Documents:
    """Everything `check` and `read` look at. `single` is a lone file, without a bundle around it."""

    source: Source
    names: frozenset[str]
    documents: dict[str, Document]
    faults: list[Fault] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    single: bool = False
    guesses: int = 50
    """How often a name that was meant is still looked for: ten thousand faults need not as many guesses."""
    _folded: dict[str, str] = field(default_factory=dict)
    _based: dict[str, str] = field(default_factory=dict)

    def of(self, kind: Kind) -> Iterator[Document]:
        """The sound ones of a kind, sorted by name."""
        return (document for document in self.documents.values() if document.kind == kind and document.sound)

    def broken(self, *kinds: Kind) -> bool:
        """Whether a document of these kinds has faults, so that what it says or refers to is not known."""
        return any(not document.sound for document in self.documents.values() if document.kind in kinds)

    def did_you_mean(self, word: str, names: Iterable[str], otherwise: str) -> str:
        """A mend, see `words.did_you_mean`; the other advice when there have been enough guesses."""
        if self.guesses == 0:
            return otherwise
        self.guesses -= 1
        return did_you_mean(word, sorted(names), otherwise)

    def alike(self, path: str) -> str | None:
        """The file whose name differs from the path in case or Unicode form only."""
        if not self._folded:
            self._folded = {_folded(name): name for name in sorted(self.names, reverse=True)}
        return self._folded.get(_folded(path))

    def elsewhere(self, path: str) -> str | None:
        """The first file of that name in another folder."""
        if not self._based:
            self._based = {posixpath.basename(name): name for name in sorted(self.names, reverse=True)}
        return self._based.get(posixpath.basename(path))

    @property
    def root(self) -> dict[str, Any] | None:
        """The data of bundle.yaml, if it is sound."""
        document = self.documents.get(ROOT)
        return document.data if document and document.sound else None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def kind_of(name: str) -> Kind | None:
    """What a file is by its name: `course.yaml` and `first-aid.course.yaml` are courses."""
    base = name.rsplit("/", 1)[-1]
    if not base.endswith(".yaml"):
        return None
    stem = base[:-5]
    word = stem.rsplit(".", 1)[-1]
    return next((kind for kind in KINDS if word == kind and (kind != "bundle" or stem == kind)), None)


def is_yaml(name: str) -> bool:
    return name.endswith((".yaml", ".yml", ".YAML", ".YML"))


def is_page(name: str) -> bool:
    return name.lower().endswith((".md", ".markdown"))


def is_hidden(name: str) -> bool:
    return name.startswith(".") or "/." in name


def is_single(source: Source, names: frozenset[str]) -> bool:
    """Whether the user named one YAML file, not a folder that happens to hold one."""
    return len(names) == 1 and all(is_yaml(name) and source.place(name) == source.label for name in names)


def load(source: Source, cache: Cache) -> Documents:
    """Reads, parses and judges every YAML document of the source. Faults are in the result."""
    names = frozenset(name for name in source.names() if not is_hidden(name))
    loaded = Documents(source, names, {}, single=is_single(source, names))
    for name in sorted(names):
        kind = kind_of(name)
        if kind is not None:
            loaded.documents[name] = _document(loaded, name, kind, cache)
    return loaded


def _document(loaded: Documents, name: str, kind: Kind, cache: Cache) -> Document:
    document = Document(name, kind)
    try:
        raw = loaded.source.read(name, YAML_LIMIT)
    except RefusedError as refused:
        loaded.refused.extend(refused.findings)
        return document
    key = cache.key(b"document", kind.encode(), raw)
    document.data = _known(cache, key)
    if document.data is not None:
        document.sound = True
        return document
    document.data, faults = _judged(name, kind, raw)
    document.sound = not faults
    loaded.faults.extend(faults)
    if document.sound:
        _remember(cache, key, document.data)
    return document


def _judged(name: str, kind: Kind, raw: bytes) -> tuple[Any, list[Fault]]:
    """(data, faults) by YAML and by the schema of the kind."""
    data, faults = parse(name, raw)
    if faults:
        return data, faults
    from importers.bundle import structure

    return data, structure.faults(kind, name, data)


def _known(cache: Cache, key: str) -> Any:
    """The data of a document found sound before, at a twentieth of the time of parsing it."""
    stored = cache.get(key)
    if stored is None:
        return None
    import orjson

    return orjson.loads(stored)


def _remember(cache: Cache, key: str, data: Any) -> None:
    import orjson

    cache.put(key, orjson.dumps(data))


def parse(name: str, raw: bytes) -> tuple[Any, list[Fault]]:
    """(data, faults) of a YAML file; data is None when there are faults."""
    import yaml

    from importers.bundle import yaml_data

    data = None if text.is_lfs_pointer(raw) else text.harmless(raw)
    if data is not None:
        try:
            return yaml_data.load(data), []
        except (yaml_data.DoubtError, yaml.YAMLError):
            pass
    from importers.bundle import yaml_faults

    faults = yaml_faults.find(name, raw)
    assert faults, f"{name} was refused without a reason"
    return None, faults


def read_page(loaded: Documents, name: str) -> tuple[str | None, list[Fault]]:
    """(text, faults) of a Markdown page, with LF line ends and without byte order mark."""
    try:
        raw = loaded.source.read(name, PAGE_LIMIT)
    except RefusedError as refused:
        loaded.refused.extend(refused.findings)
        return None, []
    faults = list(text.text_faults(name, raw))
    return (None, faults) if faults else (text.unmarked(raw).decode(), [])

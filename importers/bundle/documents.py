"""A source read into documents: every YAML file parsed, judged by its schema, and kept with its name.

Files are told apart by name alone, so one with a fault in it is still known to be a course.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from importers.bundle import text
from importers.bundle.cache import Cache
from importers.bundle.faults import Fault, Path, Spot
from importers.bundle.gaps import WHOLE, Gaps
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
    """One YAML file. `sound` when nothing is wrong with its YAML and its schema holds.

    `data` of one that is not is what its schema accepts without the `gaps`, None when that is nothing; `raw`
    is how it was written, None when it could not even be read.
    """

    name: str
    kind: Kind
    data: Any = None
    sound: bool = False
    gaps: Gaps = WHOLE
    raw: bytes | None = None

    @property
    def at(self) -> At:
        return At(self.name, gaps=self.gaps)


@dataclass(frozen=True, slots=True)
class At:
    """A node of a document: where it is, and the way to its fields."""

    name: str
    path: Path = ()
    gaps: Gaps = WHOLE

    def down(self, *steps: str | int) -> At:
        return At(self.name, self.path + steps, self.gaps)

    def spot(self, *steps: str | int) -> Spot:
        return Spot(self.name, self.path + steps)

    def key(self, *steps: str | int) -> Spot:
        """The name of a field instead of its value."""
        return Spot(self.name, self.path + steps, key=True)

    def lacks(self, *fields: str) -> bool:
        """Whether a fault made us leave out one of these fields of the node, or a part of it."""
        return self.gaps.lacks(self.path, *fields)


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
    hidden_keys: dict[Kind, set[str] | None] = field(default_factory=dict)
    """What `hidden` found out; it asks for each kind once."""
    _folded: dict[str, str] = field(default_factory=dict)
    _based: dict[str, str] = field(default_factory=dict)

    def of(self, kind: Kind) -> Iterator[Document]:
        """Those of a kind with something to judge in them, sorted by name."""
        every = self.documents.values()
        return (document for document in every if document.kind == kind and document.data is not None)

    def damaged(self, *kinds: Kind) -> list[Document]:
        """Those of these kinds with faults, so that not all that they say or refer to is known."""
        every = self.documents.values()
        return [document for document in every if document.kind in kinds and not document.sound]

    def as_written(self, fault: Fault) -> Fault:
        """A fault in what was left of a document, at its place in the document itself."""
        spots = [self._as_written(spot) for spot in (fault.spot, *fault.related)]
        return replace(fault, spot=spots[0], related=tuple(spots[1:]))

    def _as_written(self, spot: Spot) -> Spot:
        document = self.documents.get(spot.name)
        return replace(spot, path=document.gaps.original(spot.path)) if document and spot.path else spot

    def did_you_mean(self, word: str, names: Iterable[str], otherwise: str) -> str:
        """A mend, see `words.did_you_mean`; the other advice when there have been enough guesses."""
        if self.guesses == 0:
            return otherwise
        self.guesses -= 1
        return did_you_mean(word, sorted(names), otherwise)

    def is_refused(self, path: str) -> bool:
        """Whether the source has told already why it does not give out the file, or a folder above it."""
        return any(_is_at_or_below(self.source.place(path), place) for place in self.refused_places())

    def refused_places(self) -> list[str]:
        return [note.location.file for note in self.source.notes if note.severity == "error"]

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
        """The data of bundle.yaml, if there is something in it."""
        document = self.documents.get(ROOT)
        return document.data if document else None


def _is_at_or_below(place: str, other: str) -> bool:
    return place == other or place.startswith(f"{other.rstrip('/')}/")


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


def is_misnamed(name: str) -> bool:
    """`course.yml` would silently be missing; `mkdocs.yml` is somebody else's."""
    stem = posixpath.basename(name).rsplit(".", 1)[0].lower()
    return is_yaml(name) and kind_of(name) is None and any(kind in stem for kind in KINDS)


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
    _judge(loaded, document, raw)
    if document.sound:
        _remember(cache, key, document.data)
    return document


def _judge(loaded: Documents, document: Document, raw: bytes) -> None:
    """By YAML and by the schema of the kind; what is left of a damaged document stays in it."""
    from importers.bundle import structure

    name, kind = document.name, document.kind
    data, faults = parse(name, raw)
    if not faults:
        faults = structure.faults(kind, name, data)
        document.data, document.sound = data, not faults
    if faults:
        from importers.bundle.salvage import salvage

        loaded.faults += salvage(document, raw)


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

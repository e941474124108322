"""The parameters of an H5P content as a tree of items (https://h5p.org/semantics).

Every content has a library and parameters; parameters hold further contents (`{"library", "params"}`), files
(`{"path", "mime"}`) and plain values. Which of them a version of a library writes, and in what type, is never
certain, so everything is asked for by name and taken for what it should be.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from importers.shared import keys
from importers.shared.pages import words

_LIBRARY: Final = re.compile(r"([A-Za-z][\w.-]{0,254}) (\d{1,5})\.(\d{1,5})")
_SIMPLE: Final = re.compile(r"\w+")
_TEMPORARY: Final = "#tmp"
"""The editor's mark on files that were uploaded and not saved yet; it is no part of the name."""


@dataclass(frozen=True)
class Fields:
    """The members of a JSON object, whatever it really is, and where it is in content.json."""

    data: Any
    path: str = ""
    asked: set[str] = field(default_factory=set, compare=False)
    """Names of members that somebody wanted to know."""

    def value(self, name: str) -> Any:
        self.asked.add(name)
        return self.data.get(name) if isinstance(self.data, dict) else None

    def html(self, name: str) -> str:
        """A text as it is stored: HTML, also where authors write plain text (the editor escapes it)."""
        value = self.value(name)
        if isinstance(value, bool | int | float):
            return str(value)
        return value.strip() if isinstance(value, str) else ""

    def words(self, name: str) -> str:
        return words(self.html(name))

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Old editors wrote "true" and "1"."""
        value = self.value(name)
        return default if value in (None, "") else value not in (False, 0, "false", "0")

    def number(self, name: str) -> float | None:
        try:
            value = float(self.html(name))
        except ValueError:
            return None
        return value if value == value and abs(value) < 1e9 else None  # noqa: PLR0124 - not a number

    def group(self, *names: str) -> Fields:
        """The object at a path of names; an empty one when there is none."""
        found = self
        for name in names:
            found = Fields(found.value(name), _below(found.path, name))
        return found

    def groups(self, name: str) -> list[Fields]:
        """The objects in a list. What is no object stands for one without members."""
        value = self.value(name)
        place = _below(self.path, name)
        several = value if isinstance(value, list) else []
        return [Fields(each, f"{place}[{number}]") for number, each in enumerate(several)]

    def htmls(self, name: str) -> list[str]:
        """The texts in a list, without blank ones."""
        value = self.value(name)
        several = value if isinstance(value, list) else []
        return [each.strip() for each in several if isinstance(each, str) and each.strip()]

    def left(self, also: AbstractSet[str]) -> list[str]:
        """Names of members that nobody asked for, and of those that are only used in part."""
        names = self.data if isinstance(self.data, dict) else {}
        return [name for name in names if name not in self.asked or name in also]

    def __bool__(self) -> bool:
        return isinstance(self.data, dict) and bool(self.data)


@dataclass(frozen=True)
class Item:
    """A content: the whole package (`path` is ""), or a part of one with a library of its own."""

    library: str
    version: tuple[int, int]
    path: str
    params: Fields
    metadata: Fields
    written: str = ""
    """subContentId: the editor's own identifier of a part."""

    @property
    def kind(self) -> str:
        """`H5P.MultiChoice` → `MultiChoice`."""
        return self.library.removeprefix("H5P.")

    @property
    def name(self) -> str:
        """In the report."""
        return f"{self.library} at {self.path}" if self.path else self.library

    @cached_property
    def identifier(self) -> str:
        """What its key is made from. Parts of old packages have none, so their parameters stand for it."""
        if self.written or not self.path:
            return self.written or self.kind
        canonical = json.dumps(self.params.data, sort_keys=True).encode()
        return f"{self.kind}-{hashlib.sha256(canonical).hexdigest()[:8]}"

    @cached_property
    def key(self) -> str:
        return keys.key(self.identifier, "content")

    @cached_property
    def title(self) -> str:
        """The title the author gave; "" for the editor's own, in any language: `Untitled Text`."""
        title = self.metadata.words("title")
        kind = re.escape(self.metadata.words("contentType"))
        untitled = re.fullmatch(rf"(untitled\b.*|\w+:? {kind or '-'})", title, re.IGNORECASE)
        return "" if untitled else title


def _below(path: str, name: str) -> str:
    """The path of a member. No two things have one path, whatever their names are."""
    if not _SIMPLE.fullmatch(name):
        return f"{path}[{json.dumps(name)}]"
    return f"{path}.{name}" if path else name


def item_at(fields: Fields) -> Item | None:
    """The content that an object is, or None when it has no library."""
    data = fields.data
    match = _LIBRARY.fullmatch(str(data.get("library"))) if isinstance(data, dict) else None
    if match is None:
        return None
    written = data.get("subContentId")
    return Item(
        library=match[1],
        version=(int(match[2]), int(match[3])),
        path=fields.path,
        params=fields.group("params"),
        metadata=fields.group("metadata"),
        written=written if isinstance(written, str) else "",
    )


@dataclass(frozen=True)
class File:
    """A file that the content names. `address` is below `content/`, or on the web."""

    address: str
    owner: Fields
    described: bool
    """It says what type it is, as everything does that the player shows."""


def file_at(fields: Fields) -> File | None:
    data = fields.data
    address = data.get("path") if isinstance(data, dict) else None
    if not isinstance(address, str) or not address.strip():
        return None
    return File(address.strip().removesuffix(_TEMPORARY), fields, isinstance(data.get("mime"), str))


def walk(fields: Fields) -> Iterator[Fields]:
    """Every object in the tree, the outer ones first, in the order of the document."""
    waiting: list[tuple[Any, str]] = [(fields.data, fields.path)]
    while waiting:
        data, path = waiting.pop()
        if isinstance(data, dict):
            yield Fields(data, path)
            waiting += [(each, _below(path, name)) for name, each in reversed(data.items())]
        elif isinstance(data, list):
            waiting += [(each, f"{path}[{number}]") for number, each in reversed(list(enumerate(data)))]


def parts(whole: Item) -> list[Item]:
    """The whole and every content in it."""
    return [whole, *(item for each in walk(whole.params) if each.path and (item := item_at(each)))]


def files(params: Mapping[str, Any] | Any) -> list[File]:
    return [found for each in walk(Fields(params)) if (found := file_at(each))]

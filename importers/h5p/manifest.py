"""h5p.json: what a package says of itself (https://h5p.org/documentation/developers/json-file-definitions)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from importers.h5p.content import Fields, Item
from importers.shared import strict_json
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source

MANIFEST: Final = "h5p.json"
CONTENT: Final = "content/content.json"

INCOMPLETE: Final = Rule("CW601", "h5p-incomplete", "An H5P package has h5p.json and content/content.json.")
FIELD: Final = Rule(
    "CW602", "h5p-field", "h5p.json names its main library, and libraries by name and version."
)

_MACHINE_NAME: Final = re.compile(r"[A-Za-z][\w.-]{0,254}", re.ASCII)
_VERSION: Final = re.compile(r"\d{1,5}", re.ASCII)
DEPENDENCIES: Final = ("preloadedDependencies", "dynamicDependencies", "editorDependencies")


class Library(NamedTuple):
    """What a dependency asks for. Many tools write versions as texts."""

    name: str
    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.name} {self.major}.{self.minor}"


@dataclass(frozen=True)
class Manifest:
    """`whole` is the content itself, its metadata those of h5p.json; `digest` is that of content.json."""

    whole: Item
    dependencies: tuple[Library, ...]
    digest: str
    place: str


def read(source: Source) -> Manifest:
    """Raises RefusedError (CW600–CW602)."""
    names = frozenset(source.names())
    absent = [name for name in (MANIFEST, CONTENT) if name not in names]
    if absent:
        raise RefusedError([_incomplete(source, name) for name in absent])
    about = Fields(strict_json.parse(_bytes(source, MANIFEST), source.place(MANIFEST)))
    faults = [
        Finding(
            rule=FIELD,
            location=Location(source.place(MANIFEST), path=path),
            found=found,
            expected=expected,
            mend="export the package again; a program that writes such a file has a fault",
        )
        for path, found, expected in _faults(about)
    ]
    if faults:
        raise RefusedError(faults)
    data = _bytes(source, CONTENT)
    params = strict_json.parse(data, source.place(CONTENT))
    main = about.value("mainLibrary")
    libraries = tuple(dict.fromkeys(library_of(each) for each in dependencies(about)))
    version = next((library.major, library.minor) for library in libraries if library.name == main)
    whole = Item(library=main, version=version, path="", params=Fields(params), metadata=about)
    return Manifest(whole, libraries, hashlib.sha256(data).hexdigest(), source.place(CONTENT))


def dependencies(about: Fields, lists: tuple[str, ...] = DEPENDENCIES) -> list[Fields]:
    """Of h5p.json, or of a library.json."""
    return [each for name in lists for each in about.groups(name)]


def library_of(dependency: Fields) -> Library:
    name, major, minor = (str(dependency.value(part)) for part in _PARTS)
    return Library(name, int(major), int(minor))


def is_library(dependency: Fields) -> bool:
    """Whether its name and version are such; both become the name of a folder."""
    name, major, minor = (str(dependency.value(part)) for part in _PARTS)
    return bool(_MACHINE_NAME.fullmatch(name) and _VERSION.fullmatch(major) and _VERSION.fullmatch(minor))


_PARTS: Final = ("machineName", "majorVersion", "minorVersion")


def _faults(about: Fields) -> Iterator[tuple[str, str, str]]:
    """(path, found, expected) of all that is wrong."""
    listed = dependencies(about)
    for each in listed:
        if not is_library(each):
            said = {part: each.value(part) for part in _PARTS}
            yield (
                each.path,
                f"a dependency of {_short(said)}",
                "a machine name and a version of two whole numbers",
            )
    main = about.value("mainLibrary")
    if not isinstance(main, str) or not _MACHINE_NAME.fullmatch(main):
        yield "mainLibrary", f"main library {_short(main)}", "the machine name of the content's library"
    elif all(each.value("machineName") != main for each in listed):
        yield (
            "mainLibrary",
            f"{main}, which is not among the dependencies",
            "a dependency on it, with its version",
        )


def _short(value: Any) -> str:
    return repr(value)[:120]


def _bytes(source: Source, name: str) -> bytes:
    return source.read(name, strict_json.MAX_BYTES)


def _incomplete(source: Source, name: str) -> Finding:
    return Finding(
        rule=INCOMPLETE,
        location=Location(source.place(name)),
        found=f"no {name}",
        expected="h5p.json, which names the libraries, and content/content.json, which has the content",
        mend="export the content again as .h5p; a copy of a site's folders is no package",
    )

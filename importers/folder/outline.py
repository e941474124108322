"""The order that a site generator's own file gives: MkDocs' `nav`, the SUMMARY.md of GitBook and mdBook."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from importers.folder import front_matter
from importers.shared import text_files
from schemas.findings import RefusedError
from schemas.source import Source

MKDOCS: Final = frozenset(("mkdocs.yml", "mkdocs.yaml"))
SUMMARIES: Final = ("SUMMARY.md", "src/SUMMARY.md")
_ENTRY: Final = re.compile(r"\[(?P<title>[^\[\]\n]{0,300})\]\(\s*<?(?P<address>[^()<>\n]{0,500}?)>?\s*\)")
_DEEPEST: Final = 20


@dataclass(frozen=True, slots=True)
class Outline:
    """`file` gave it. `places` are positions by file, `titles` its names for them; `root` holds the pages."""

    file: str = ""
    title: str = ""
    root: str = ""
    places: dict[str, int] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)


def outline(source: Source) -> Outline:
    """An empty one when no such file is there, or none that can be read. Never raises."""
    names = frozenset(source.names())
    found = Outline()
    with suppress(RefusedError):
        if several := sorted(MKDOCS & names):
            found = _mkdocs(several[0], text_files.read(source, several[0]).text)
        elif own := next((name for name in SUMMARIES if name in names), ""):
            found = _summary(own, text_files.read(source, own).text)
    return found if not found.root or any(name.startswith(f"{found.root}/") for name in names) else Outline()


def _mkdocs(name: str, text: str) -> Outline:
    data = front_matter.mapping(text) or {}
    folder = data.get("docs_dir") if isinstance(data.get("docs_dir"), str) else "docs"
    root = posixpath.normpath(str(folder)).strip("/")
    title = data.get("site_name")
    return _numbered(name, title if isinstance(title, str) else "", root, list(_nav(data.get("nav"), 0)))


def _nav(node: Any, depth: int) -> Iterator[tuple[str, str]]:
    """(address, title) of every page, in order."""
    if depth > _DEEPEST:
        return
    if isinstance(node, str):
        yield node, ""
    for entry in node if isinstance(node, list) else ():
        if isinstance(entry, dict):
            for title, below in entry.items():
                named = [(below, str(title))] if isinstance(below, str) else _nav(below, depth + 1)
                yield from named
        else:
            yield from _nav(entry, depth + 1)


def _summary(name: str, text: str) -> Outline:
    found = [(entry["address"], entry["title"]) for entry in _ENTRY.finditer(text)]
    return _numbered(name, "", posixpath.dirname(name), found)


def _numbered(name: str, title: str, root: str, entries: list[tuple[str, str]]) -> Outline:
    places: dict[str, int] = {}
    titles: dict[str, str] = {}
    for address, called in entries:
        path = posixpath.normpath(posixpath.join(root, address.partition("#")[0]))
        if path not in places:
            places[path] = len(places)
            titles |= {path: called} if called else {}
    return Outline(name, title, root, places, titles)

"""The files of a backup: files.xml names them by their SHA-1, and every one that is used is proven by it.

Moodle 1.9 keeps them under their own names; there is nothing to prove then.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from importers.moodle import faults
from importers.shared.moodle_questions.texts import plain, whole
from importers.shared.xml import Node
from importers.shared.xml_stream import records
from schemas.findings import Finding, RefusedError
from schemas.model import Location
from schemas.source import Source

_HASH: Final = re.compile(r"[0-9a-fA-F]{40}")
_COMPONENT: Final = re.compile(r"[a-z][a-z0-9_]{0,99}")
_RUNS: Final = re.compile(r"\.(php\d?|phtml|phar|asp|aspx|jsp|cgi)$", re.IGNORECASE)
_CHUNK: Final = 1024 * 1024


class Stored(NamedTuple):
    """A row of files.xml, or a file of Moodle 1.9.

    `blob` is where its bytes are, `path` what texts call it in its area.
    """

    identifier: str
    area: str
    path: str
    blob: str
    size: int
    digest: str
    order: int

    @property
    def name(self) -> str:
        """As a person called it."""
        return PurePosixPath(self.path).name

    @property
    def told(self) -> str:
        """How the report calls it."""
        return f"{self.area}/{self.path} ({self.identifier})"


@dataclass(slots=True)
class Files:
    """`areas` are the files by CONTEXT/COMPONENT/AREA/ITEM, in their order."""

    source: Source
    areas: Mapping[str, Sequence[Stored]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    _wrong: dict[str, str] = field(default_factory=dict)

    def all(self) -> Iterator[Stored]:
        return (stored for area in self.areas.values() for stored in area)

    def of(self, area: str) -> Sequence[Stored]:
        return self.areas.get(area, ())

    def find(self, address: str) -> Stored | None:
        """By CONTEXT/COMPONENT/AREA/ITEM/path."""
        parts = address.split("/", 4)
        area = "/".join(parts[:4])
        path = parts[4] if len(parts) == 5 else ""
        return next((stored for stored in self.of(area) if stored.path == path), None)

    def fault(self, stored: Stored) -> str:
        """Why its bytes must not be used; "" when they are what files.xml says."""
        if stored.blob not in self._wrong:
            self._wrong[stored.blob] = self._judged(stored)
        return self._wrong[stored.blob]

    def _judged(self, stored: Stored) -> str:
        try:
            with self.source.open(stored.blob) as file:
                digest = hashlib.sha1(usedforsecurity=False)
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        except KeyError:
            return "its content is not in the backup"
        if stored.digest and digest.hexdigest() != stored.digest:
            return f"its content is not what files.xml says: the SHA-1 is {digest.hexdigest()}"
        return ""


def of_backup(source: Source) -> Files:
    """The rows of files.xml. Raises RefusedError for rows that no Moodle writes (CW572–CW574)."""
    if "files.xml" not in source.names():
        return Files(source)
    place = source.place("files.xml")
    areas: dict[str, list[Stored]] = {}
    found: list[Finding] = []
    notes: list[str] = []
    with source.open("files.xml") as file:
        for number, row in enumerate(records(file, place, {"file"}), 1):
            if plain(row, "filename") in (".", ""):
                continue
            findings = list(_faults(row))
            found += findings
            if not findings:
                stored = _stored(row, number)
                areas.setdefault(stored.area, []).append(stored)
                if plain(row, "contenthash") != stored.digest:
                    notes.append(f"the hash of {stored.path} in upper case")
    found += _sizes(source, areas, place)
    if found:
        raise RefusedError(found)
    _require_own_files(source, areas, place)
    for area in areas.values():
        area.sort(key=lambda stored: -stored.order)  # the main file first, the rest as it is
    return Files(source, areas, tuple(notes))


def by_name(source: Source, areas: Mapping[str, str]) -> Files:
    """The files of a backup of Moodle 1.9: `areas` are the areas by the folder they are in."""
    made: dict[str, list[Stored]] = {}
    for name in source.names():
        for folder, area in areas.items():
            if name.startswith(folder):
                path = name.removeprefix(folder)
                made.setdefault(area, []).append(Stored(name, area, path, name, source.size(name), "", 0))
    return Files(source, made)


def _stored(row: Node, number: int) -> Stored:
    digest = plain(row, "contenthash").lower()
    context, component, area = (plain(row, name) for name in ("contextid", "component", "filearea"))
    item, folder = plain(row, "itemid") or "0", plain(row, "filepath").strip("/")
    return Stored(
        identifier=f"row {number}",
        area=f"{context}/{component}/{area}/{item}",
        path="/".join(filter(None, (folder, plain(row, "filename")))),
        blob=f"files/{digest[:2]}/{digest}",
        size=int(plain(row, "filesize") or -1),
        digest=digest,
        order=whole(plain(row, "sortorder")),
    )


def _faults(row: Node) -> Iterator[Finding]:
    name, folder = plain(row, "filename"), plain(row, "filepath")
    for what, given, right in (
        ("contenthash", plain(row, "contenthash"), _HASH),
        ("component", plain(row, "component"), _COMPONENT),
        ("filearea", plain(row, "filearea"), _COMPONENT),
        ("filesize", plain(row, "filesize") or "0", re.compile(r"\d{1,15}")),
    ):
        if not right.fullmatch(given):
            yield faults.finding(
                faults.BAD_FILE, row.location, f"{what} {given[:100]!r}", "what Moodle writes"
            )
    if "/" in name or "\\" in name or "\0" in name or ".." in folder.replace("\\", "/").split("/"):
        found = f"the path {folder[:100] + name[:100]!r}, which leads elsewhere"
        yield faults.finding(faults.BAD_FILE, row.location, found, "a name, and a path of folders")
    if _RUNS.search(name) and plain(row, "mimetype").startswith(("image/", "audio/", "video/")):
        found = f"{name[:100]!r}, which a server would run, called {plain(row, 'mimetype')[:60]}"
        yield faults.finding(faults.DISGUISED, row.location, found, faults.DISGUISED.about)


def _sizes(source: Source, areas: Mapping[str, Sequence[Stored]], place: str) -> Iterator[Finding]:
    names = frozenset(source.names())
    for area in areas.values():
        for stored in area:
            there = source.size(stored.blob) if stored.blob in names else -1
            if -1 not in (there, stored.size) and there != stored.size:
                found = f"{stored.path[:100]!r} of {stored.size:,} bytes, where there are {there:,}"
                yield faults.finding(faults.BAD_FILE, Location(place), found, "the size of the file")


def _require_own_files(source: Source, areas: Mapping[str, Sequence[Stored]], place: str) -> None:
    """Files may be missing, and the backup may hold further ones; both at once, they are not its files."""
    there = {name for name in source.names() if name.startswith("files/")}
    named = {stored.blob for area in areas.values() for stored in area}
    missing, unnamed = named - there, there - named
    if missing and len(unnamed) >= len(missing):
        found = f"{len(missing)} files that are not in the backup, and {len(unnamed)} others that are"
        raise faults.refused(faults.OTHER_FILES, Location(place), found, "the files of the backup")

"""Where in a package the course is: its root file, its folder, and the branches beside it.

Four layouts are in use: everything at the top (git exports), everything in one folder (Studio's exports),
`published/` beside `drafts/` and other branches (format version 1), and `roots/RUN.xml` without a
course.xml (courses from before Studio).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from importers.olx.faults import NO_COURSE, SEVERAL, Fault
from schemas.model import Location
from schemas.source import Source

HEAD_BYTES: Final = 4096
_ROOTS: Final = ("course.xml", "library.xml")
_START: Final = re.compile(rb"<(course|library)(?=[\s/>])")
_MOODLE: Final = re.compile(rb'<course\s+id="')
_OTHERS: Final = frozenset(("imsmanifest.xml", "moodle_backup.xml"))
"""What stands at the top of other packages that may hold a file named course.xml."""
FOLDERS: Final = frozenset(("chapter", "sequential", "vertical", "html", "problem", "video", "policies"))
_MOST: Final = 20
"""Files that are looked into for the root."""


@dataclass(frozen=True, slots=True)
class Root:
    """`name` is the root file; `base` the folder of the course, "" or ending in a slash; `branches` are the
    folders of drafts and of other branches, from whose files the published ones differ.
    """

    name: str
    base: str
    branches: tuple[str, ...]


def is_olx(source: Source) -> bool:
    """By names and the first bytes of what would be the root file."""
    names = source.names()
    if _OTHERS & set(names):
        return False
    beside = _beside_blocks(names)
    return any(_starts(source, name) or _folder(name) in beside for name in candidates(source)[:_MOST])


def candidates(source: Source) -> list[str]:
    """Files that could be the root, all in the shallowest place that has any."""
    names = source.names()
    for depth in (0, 1):
        here = [name for name in names if name.count("/") == depth and posixpath.basename(name) in _ROOTS]
        if here:
            return here
    old = [name for name in names if re.fullmatch(r"([^/]+/)?roots/[^/]+\.xml", name)]
    if old:
        return old
    others = [name for name in names if name.count("/") == 0 and name.endswith(".xml")]
    return [name for name in others[:_MOST] if _starts(source, name)]


def the_root(source: Source) -> Root:
    """Raises RefusedError (CW590, CW591) where there is not exactly one."""
    found = candidates(source)
    if not found:
        raise _refused(source, [])
    if len(found) > 1:
        raise _refused(source, found)
    base = _folder(found[0])
    if posixpath.basename(base.rstrip("/")) == "roots":
        base = base.removesuffix("roots/")
    return Root(found[0], base, tuple(_branches(base, source.names())))


def _starts(source: Source, name: str) -> bool:
    with source.open(name) as file:
        head = file.read(HEAD_BYTES)
    found = _START.search(head)
    says = found and re.search(rb"\b(url_name|org|course|library|slug)\s*=", head[found.end() :])
    return bool(says) and not _MOODLE.search(head)


def _beside_blocks(names: Iterable[str]) -> set[str]:
    """Folders in which folders of blocks lie: a damaged root is still one there."""
    found = set()
    for name in names:
        *folders, _ = name.split("/")
        found |= {
            "".join(f"{each}/" for each in folders[:at]) for at, each in enumerate(folders) if each in FOLDERS
        }
    return found


def _folder(name: str) -> str:
    return name[: name.rfind("/") + 1]


def _branches(base: str, names: Iterable[str]) -> list[str]:
    """`drafts/` inside the course, or what lies beside `published/` and holds blocks."""
    above = base.removesuffix("published/")
    folders = {f"{base}drafts/"}
    if above != base:
        folders |= {f"{above}{name[len(above) :].split('/')[0]}/" for name in names if name.startswith(above)}
    holding = folders & _beside_blocks(names) - {base}
    return sorted(holding, key=lambda each: (not each.endswith("drafts/"), each))


def _refused(source: Source, found: list[str]) -> Exception:
    if not found:
        where = Location(source.label)
        return Fault(NO_COURSE, where, "no course.xml or library.xml", "the root file of a course").refusal()
    first, *others = (Location(source.place(name)) for name in found)
    return Fault(
        SEVERAL,
        first,
        f"{len(found)} courses: {', '.join(found[:5])}",
        "one course",
        "put each course into a package of its own",
        tuple(others),
    ).refusal()

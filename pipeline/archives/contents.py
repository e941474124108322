"""What of an archive's members is content, and where the package begins among them: zips and tars alike."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from pipeline.archives.findings import about
from pipeline.archives.listing import Listing
from pipeline.archives.names import ACTIVE_FILE, FLASH, LEFT_OUT, is_junk, mended, runs
from schemas.findings import Finding, Rule

EMPTY = Rule("CW017", "empty-package", "An archive without any file in it.")
REROOTED = Rule("CW024", "package-in-folder", "The whole package lies inside one folder of the zip.")

_OPEN_EDX = frozenset({"course.xml", "library.xml"})
_HEAD = ".git/HEAD"
_GIT = re.compile(r"(?<![^/])\.git(/|(attributes|ignore|modules)$)")


def repositories(names: Iterable[str]) -> frozenset[str]:
    """The folders, with their slash, in which a whole git repository was packed along: it has a HEAD."""
    return frozenset(
        name.removesuffix(_HEAD) for name in map(mended, names) if f"/{name}".endswith(f"/{_HEAD}")
    )


def content(stored: str, listing: Listing, repositories: frozenset[str]) -> str | None:
    """The name of a member that is content; None for folders, litter, and what is refused."""
    name = listing.take(stored)
    if name is None or name.endswith("/"):
        return None
    if is_junk(name):
        listing.note(
            LEFT_OUT, name, "left out: an operating system or office program put it there", "content"
        )
        return None
    if (git := _GIT.search(name)) and name[: git.start()] in repositories:
        listing.note(LEFT_OUT, name, "left out: it belongs to a git repository, not to the course", "content")
        return None
    if runs(name):
        expected = "files to show, play or download"
        mend = "Take it out of the package and pack again."
        listing.refuse(ACTIVE_FILE, name, "a file that a server, a shell or git would obey", expected, mend)
        return None
    if name.lower().endswith(".swf"):
        found = "Flash, which browsers no longer play; kept as a file"
        listing.note(FLASH, name, found, "video or HTML", "Replace it.")
    return name


def shared_folder(names: Iterable[str]) -> str:
    """The folder that holds all of some names, with its slash; empty when there is none."""
    known = list(names)
    if not known:
        return ""
    first, last = (name.split("/")[:-1] for name in (min(known), max(known)))
    depth = 0
    while depth < min(len(first), len(last)) and first[depth] == last[depth]:
        depth += 1
    return "".join(part + "/" for part in first[:depth])


def rerooted(label: str, names: Collection[str]) -> Iterator[Finding]:
    """The note about such a folder, unless it is the custom: Open edX packs its courses in one."""
    root = shared_folder(names)
    if not root or not _OPEN_EDX.isdisjoint(name.removeprefix(root) for name in names):
        return
    found = "one folder with everything in it; read from there"
    mend = "Nothing to do; next time pack the content of the folder."
    place = f"{label}!{root}"
    yield about(REROOTED, place, found, "the package at the root of the zip", mend, severity="warning")

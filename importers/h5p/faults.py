"""What makes the content of a package unfit to import: all that is wrong, not only the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from importers.h5p.content import File
from importers.h5p.desk import directory, resolve
from importers.h5p.libraries import UNSAFE
from importers.h5p.manifest import Manifest
from importers.shared import hrefs
from importers.shared.hrefs import Directory
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source

ABSENT: Final = Rule("CW604", "h5p-absent-file", "Files that an H5P content shows are in the package.")
EMPTY: Final = Rule("CW605", "h5p-no-content", "content.json holds the parameters of a content: one object.")


def require_sound(source: Source, about: Manifest, files: Sequence[File]) -> None:
    """Raises RefusedError (CW603–CW605)."""
    found = list(_faults(source, about, files))
    if found:
        raise RefusedError(found)


def is_there(names: AbstractSet[str], place: Directory, file: File) -> bool:
    """What does not say its type may be no file at all."""
    return file.described or f"content/{resolve(place, file.address)}" in names


def _faults(source: Source, about: Manifest, files: Sequence[File]) -> Iterator[Finding]:
    if not isinstance(about.whole.params.data, dict):
        yield Finding(
            rule=EMPTY,
            location=Location(about.place),
            found=f"a JSON {type(about.whole.params.data).__name__}",
            expected="an object",
            mend="export the content again as .h5p",
        )
    place, names = directory(source), frozenset(source.names())
    for file in files:
        where = Location(about.place, path=f"{file.owner.path}.path")
        danger = hrefs.danger(file.address)
        if danger:
            yield Finding(
                rule=UNSAFE,
                location=where,
                found=f"{file.address[:200]!r}, {danger}",
                expected="a path inside content/, or an address on the web",
                mend="open the content in an H5P editor, choose the file again, and export",
            )
        elif file.described and not hrefs.is_web(file.address):
            name = f"content/{resolve(place, file.address)}"
            if name not in names:
                yield Finding(
                    rule=ABSENT,
                    location=where,
                    found=f"{name[:200]!r}, which is not in the package",
                    expected="every file that the content shows",
                    mend="open the content in an H5P editor, choose the file again or remove it, and export",
                )

"""The bundle carried along inside a foreign package, so that our own importer loses nothing of it.

It lies in one folder, whole: documents, pages and media. The package's own files point to the media there,
so nothing is in it twice. Names that servers and unzippers spell differently are written plainly, and a table
beside them says what they are called in the bundle (docs/adr/0022).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from exporters import bundle as writer
from exporters.shared.plain_names import plain
from schemas.inside import FOLDER, NAMES
from schemas.model import Bundle
from schemas.source import Files, Sink

__all__ = ["FOLDER", "href", "names", "path", "write"]

_TABLE: Final = f"{FOLDER}/{NAMES}"


def write(bundle: Bundle, files: Files, sink: Sink) -> None:
    """Every file of the bundle, in `coursewright/` of the package."""
    inside = _Inside(sink)
    writer.write(bundle, files, inside)
    if inside.renamed:
        sink.write(_TABLE, [json.dumps(inside.renamed, indent=1, sort_keys=True).encode()])


def names(bundle: Bundle, files: Files) -> list[str]:
    """Every file that `write` will write, for manifests that list them all."""
    written = writer.names(bundle, files)
    table = [_TABLE] if any(plain(name) != name for name in written) else []
    return [path(name) for name in written] + table


def path(media: str) -> str:
    """Where a media file of the bundle is in the package; an address as well, for it is plain."""
    return f"{FOLDER}/{plain(media)}"


href = path


@dataclass(frozen=True, slots=True)
class _Inside:
    """A sink in a folder of another one. `renamed` are the names that had to change, by the new ones."""

    sink: Sink
    renamed: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        if plain(name) != name:
            self.renamed[plain(name)] = name
        self.sink.write(path(name), chunks)

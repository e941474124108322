"""The bundle carried along inside a foreign package, so that our own importer loses nothing of it.

It lies in one folder, whole: documents, pages and media. The package's own files point to the media there,
so nothing is in it twice (docs/adr/0022).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from exporters import bundle as writer
from schemas.model import Bundle
from schemas.source import Files, Sink

FOLDER: Final = "coursewright"


def write(bundle: Bundle, files: Files, sink: Sink) -> None:
    """Every file of the bundle, in `coursewright/` of the package."""
    writer.write(bundle, files, _Inside(sink))


def names(bundle: Bundle, files: Files) -> list[str]:
    """Every file that `write` will write, for manifests that list them all."""
    return [path(name) for name in writer.names(bundle, files)]


def path(media: str) -> str:
    """Where a media file of the bundle is in the package."""
    return f"{FOLDER}/{media}"


def href(media: str) -> str:
    """The same as a relative address, in ASCII."""
    return quote(path(media))


@dataclass(frozen=True, slots=True)
class _Inside:
    """A sink in a folder of another one."""

    sink: Sink

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        self.sink.write(path(name), chunks)

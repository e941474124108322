"""Media on their way from a bundle into a package, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemas.source import Files

_CHUNK_BYTES: Final = 1024 * 1024


def stream(files: Files, path: str) -> Iterator[bytes]:
    """The bytes of a file of the bundle. Raises KeyError when there is none."""
    with files.open(path) as opened:
        while chunk := opened.read(_CHUNK_BYTES):
            yield chunk

"""Bytes to store, and the keys they belong under."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from schemas.media import storage_key
from schemas.model import Media


@dataclass(frozen=True, slots=True)
class Blob:
    """Some bytes as one file of one type."""

    data: bytes
    media_type: str = "image/png"

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def key(self) -> str:
        return storage_key(self.digest, self.media_type)

    @property
    def size(self) -> int:
        return len(self.data)

    @property
    def open(self) -> Callable[[], BinaryIO]:
        return lambda: io.BytesIO(self.data)

    def media(self, path: str) -> Media:
        return Media(path=path, digest=self.digest, size=self.size, media_type=self.media_type)


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that nothing compresses; the same ones for the same seed."""
    return random.Random(seed).randbytes(size)  # noqa: S311 - not a secret


class Memory:
    """`Files` in memory."""

    def __init__(self, **files: bytes) -> None:
        self.files = {name.replace("__", "/"): data for name, data in files.items()}

    def open(self, name: str) -> BinaryIO:
        return io.BytesIO(self.files[name])

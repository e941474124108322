"""What both stores demand of keys and of bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from schemas.findings import CoursewrightError

CHUNK: Final = 1024 * 1024
_KEY: Final = re.compile(r"sha256/([0-9a-f]{2})/(\1[0-9a-f]{62})(\.[a-z0-9]{1,8})?")


class ChangedError(CoursewrightError):
    """The bytes are not those that were checked: somebody writes to the file meanwhile."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} changed while it was being uploaded", "publish again when nobody edits it")


def digest_of(key: str) -> str:
    """The SHA-256 in a key, in hex. Raises CoursewrightError for anything `storage_key` does not make.

    Nothing an author writes is ever part of a key, so a bad one is a bug or a tampered database.
    """
    match = _KEY.fullmatch(key)
    if not match:
        raise CoursewrightError(f"{key[:100]!r} is no storage key", "restore the tenant's rows from a backup")
    return match[2]


def verified(stream: BinaryIO, key: str, size: int) -> Iterator[bytes]:
    """The stream in chunks; raises ChangedError at its end when size or SHA-256 are not the key's."""
    found, length = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        found.update(chunk)
        length += len(chunk)
        yield chunk
    if length != size or found.hexdigest() != digest_of(key):
        raise ChangedError(key)

"""Verdicts and parsed documents of earlier checks, found by the content of what was checked.

An entry's name is a digest of everything the answer depends on: the bytes of the documents, the sizes and
first bytes of media, our own code, the schemas, the libraries. So nothing is ever out of date, and nothing is
keyed by time or place. Entries are written whole (rename), verified when read, and the oldest go when the
folder grows over `LIMIT`. A cache that cannot be written or read is no cache, never an error.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LIMIT = 256 * 1024 * 1024
"""Bytes in the folder."""
_KEEP = 0.75
_DIGEST_SIZE = 16
_LIBRARIES = ("pyyaml-", "jsonschema_rs-", "pyromark-", "nh3-", "orjson-")
_ROOT = Path(__file__).parents[2]
_OUR_CODE = ("importers/bundle/*.py", "importers/bundle/rules/*.py", "schemas/*.py", "schemas/json/*.json")


class Cache:
    """Bytes by key, in one folder; `folder=None` keeps nothing."""

    def __init__(self, folder: Path | None, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit
        self._written = False

    def key(self, *parts: bytes) -> str:
        """A name for what follows from these parts. Each is hashed with its length."""
        digest = hashlib.sha256(fingerprint())
        for part in parts:
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
        return digest.hexdigest()

    def get(self, key: str) -> bytes | None:
        """What was put under the key; None when it is not there or damaged."""
        if self._folder is None:
            return None
        path = self._path(self._folder, key)
        try:
            stored = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        check, data = stored[:_DIGEST_SIZE], stored[_DIGEST_SIZE:]
        return data if check == _check(data) else None

    def put(self, key: str, data: bytes) -> None:
        """Appears whole or not at all, whoever else writes the same."""
        if self._folder is None:
            return
        path = self._path(self._folder, key)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = path.with_name(f".{path.name[:16]}-{os.getpid()}-{time.monotonic_ns()}")
            with fresh.open("xb") as file:
                file.write(_check(data) + data)
            fresh.replace(path)
        except OSError:
            self._folder = None
        self._written = True

    def tidy(self) -> None:
        """Removes the entries that were not used for longest when there is too much. Call it last."""
        if self._folder is None or not self._written:
            return
        entries = sorted(_entries(self._folder))
        total = sum(size for _, size, _ in entries)
        if total <= self._limit:
            return
        for _, size, path in entries:
            path.unlink(missing_ok=True)
            total -= size
            if total <= self._limit * _KEEP:
                return

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / key[:2] / key[2:]


def user_cache() -> Cache:
    """The cache of this user: COURSEWRIGHT_CACHE names its folder, or is `off`."""
    wish = os.environ.get("COURSEWRIGHT_CACHE", "")
    if wish == "off":
        return Cache(None)
    if wish:
        return Cache(Path(wish))
    home = Path(os.environ.get("XDG_CACHE_HOME", ""))
    base = (
        home if home.is_absolute() else Path("~/.cache").expanduser()
    )  # relative ones are invalid, says XDG
    return Cache(base / "coursewright")


@cache
def fingerprint() -> bytes:
    """What we are: our own code and schemas, the Python and the libraries that read and judge."""
    import orjson

    digest = hashlib.sha256(sys.version.encode())
    for pattern in _OUR_CODE:
        for path in sorted(_ROOT.glob(pattern)):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    site = Path(orjson.__file__).parents[1]
    digest.update("\n".join(sorted(path.name for path in site.iterdir() if _is_library(path.name))).encode())
    return digest.digest()


def _is_library(name: str) -> bool:
    return name.lower().startswith(_LIBRARIES) and name.endswith(".dist-info")


def _check(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_SIZE).digest()


def _entries(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """(last use, size, path) of every entry."""
    for path in folder.glob("*/*"):
        try:
            status = path.stat()
        except OSError:
            continue  # another run has just removed it
        yield status.st_mtime, status.st_size, path

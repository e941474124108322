"""A media store in a folder: what a newcomer has before there is any S3, and what tests compare S3 with."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from loaders.media.keys import digest_of, verified
from schemas.findings import CoursewrightError

_UNFINISHED: Final = ".unfinished"
_STALE_SECONDS: Final = 24 * 3600


class FolderStore:
    """Same keys as in S3. Objects appear by `link`, which is atomic and fails when there is one already."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def missing(self, keys: Sequence[str]) -> set[str]:
        with _told(self._root):
            return {key for key in keys if not self._path(key).exists()}

    def put(self, key: str, open: Callable[[], BinaryIO], size: int, media_type: str) -> bool:  # noqa: A002, ARG002
        path = self._path(key)
        if path.exists():
            return False
        with _told(self._root):
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = self._unfinished / uuid4().hex
            try:
                _copy(open, unfinished, key, size)
                return _appear(unfinished, path)
            finally:
                unfinished.unlink(missing_ok=True)

    def open(self, key: str) -> BinaryIO:
        path = self._path(key)
        with _told(self._root):
            try:
                return path.open("rb")
            except FileNotFoundError:
                raise KeyError(key) from None

    def list(self, prefix: str = "") -> Iterator[str]:
        with _told(self._root):
            keys = (path.relative_to(self._root).as_posix() for path in self._root.glob("sha256/??/*"))
            yield from sorted(key for key in keys if key.startswith(prefix))

    def _path(self, key: str) -> Path:
        digest_of(key)
        return self._root / key

    @cached_property
    def _unfinished(self) -> Path:
        """Where files grow. What a killed process left there a day ago is swept on the first write."""
        folder = self._root / _UNFINISHED
        folder.mkdir(parents=True, exist_ok=True)
        oldest = time.time() - _STALE_SECONDS
        for path in folder.iterdir():
            with suppress(FileNotFoundError):  # whoever writes it has just finished
                if path.stat().st_mtime < oldest:
                    path.unlink()
        return folder


def _copy(source: Callable[[], BinaryIO], target: Path, key: str, size: int) -> None:
    with source() as stream, target.open("xb") as out:
        for chunk in verified(stream, key, size):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def _appear(unfinished: Path, path: Path) -> bool:
    unfinished.chmod(0o444)  # objects never change
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return False
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    """Without it, a power cut may forget the name of bytes that are on disk. Windows has no such call."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _told(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise CoursewrightError(
            f"the media folder {root} cannot be used: {fault.strerror or fault}",
            "give the tenant's `media` a folder that can be written and has room",
        ) from fault

"""Uploading what is missing, many files at a time; and reading a bundle's files back."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from threading import Lock
from typing import BinaryIO, Final, cast

from loaders.media import Store
from loaders.media.keys import ChangedError, digest_of
from schemas.findings import CoursewrightError
from schemas.media import storage_key
from schemas.model import Media
from schemas.source import Files
from schemas.steps import reached

_THREADS: Final = 8  # more buy nothing: the client's CPU is the limit (docs/adr/0008)


@dataclass(frozen=True, slots=True)
class UploadResult:
    """Distinct objects written and found already there, and the bytes written."""

    uploaded: int
    present: int
    bytes: int


def upload_missing(
    store: Store, media: Sequence[Media], files: Files, progress: Callable[[int], None]
) -> UploadResult:
    """Brings every file of `media` into the store; equal bytes are one object.

    `files` opens them by path, from several threads. `progress` is called with bytes as they are read,
    by one thread at a time; what is there already counts at once, so that it all adds up to the sizes of
    the distinct files. Raises ChangedError for a file that is no longer what was checked, and whatever
    the store raises; then no further file is begun, and what is done stays done.
    """
    wanted = {storage_key(one.digest, one.media_type): one for one in media}
    missing = store.missing(sorted(wanted))
    progress(sum(one.size for key, one in wanted.items() if key not in missing))
    counter = _Counter(progress)
    # The largest first, so that no thread starts a long one when the others are finished.
    order = sorted(missing, key=lambda key: (-wanted[key].size, key))
    with ThreadPoolExecutor(_THREADS, "upload") as threads:
        tasks = [
            threads.submit(copy_context().run, _upload, store, key, wanted[key], files, counter)
            for key in order
        ]
        try:
            wait(tasks, return_when=FIRST_EXCEPTION)
        finally:
            threads.shutdown(wait=True, cancel_futures=True)
    written = [key for key, task in zip(order, tasks, strict=True) if not task.cancelled() and task.result()]
    return UploadResult(len(written), len(wanted) - len(written), sum(wanted[key].size for key in written))


class _Counter:
    """Passes on what several threads read, one call at a time."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress = progress
        self._lock = Lock()

    def add(self, amount: int) -> None:
        with self._lock:
            self._progress(amount)


def _upload(store: Store, key: str, media: Media, files: Files, counter: _Counter) -> bool:
    counted = 0

    def count(amount: int) -> None:
        nonlocal counted
        amount = min(amount, media.size - counted)  # a retry reads again; progress does not go back
        counted += amount
        counter.add(amount)

    try:
        written = store.put(key, lambda: _opened(files, media, count), media.size, media.media_type)
    except ChangedError:
        raise ChangedError(media.path) from None
    count(media.size - counted)
    reached(f"stored {media.path}")
    return written


def _opened(files: Files, media: Media, count: Callable[[int], None]) -> BinaryIO:
    try:
        stream = files.open(media.path)
    except KeyError:
        raise ChangedError(media.path) from None
    return cast("BinaryIO", _Counted(stream, count))


class _Counted(io.RawIOBase):
    """A stream that tells how much was read of it."""

    def __init__(self, stream: BinaryIO, count: Callable[[int], None]) -> None:
        self._stream, self._count = stream, count

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._count(len(data))
        return data

    def close(self) -> None:
        self._stream.close()
        super().close()


# ── the way back ─────────────────────────────────────────────────────────────────────────────────


class StoreFiles:
    """A bundle's files, read from a store: `Files` by bundle path. Bytes are checked while they are read."""

    def __init__(self, store: Store, media: Sequence[Media]) -> None:
        self._store = store
        self._keys = {one.path: storage_key(one.digest, one.media_type) for one in media}

    def open(self, name: str) -> BinaryIO:
        """Raises KeyError for no path of the bundle, CoursewrightError for a file the store lost."""
        key = self._keys[name]
        try:
            stream = self._store.open(key)
        except KeyError:
            raise CoursewrightError(
                f"the media store does not have {name} ({key})",
                "publish the bundle again from its files: only what is missing is uploaded",
            ) from None
        return cast("BinaryIO", _Checked(stream, name, key))


class _Checked(io.RawIOBase):
    """Raises at the end when the bytes were not those the key names: a damaged file is never passed on."""

    def __init__(self, stream: BinaryIO, name: str, key: str) -> None:
        self._stream, self._name, self._key = stream, name, key
        self._found = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._found.update(data)
        if (not data or size < 0) and size != 0 and self._found.hexdigest() != digest_of(self._key):
            raise CoursewrightError(
                f"{self._name} is damaged in the media store ({self._key})",
                "delete that object and publish the bundle again from its files",
            )
        return data

    def close(self) -> None:
        self._stream.close()
        super().close()

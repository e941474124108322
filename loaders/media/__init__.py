"""Media stores: files by the hash of their bytes, in a folder or in S3, with the same layout.

Objects are written once and never changed, so a key that exists is done. The digest is in the key, and
whoever writes checks it: bytes that changed since they were hashed are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from schemas.findings import CoursewrightError


class Store(Protocol):
    """What both stores offer. Keys are those of `schemas.media.storage_key`; others are refused.

    Every method may raise CoursewrightError, or TransientError when trying again may help. All of
    them may be called from several threads.
    """

    def missing(self, keys: Sequence[str]) -> set[str]:
        """Those of `keys` that the store does not have."""
        ...

    def put(self, key: str, open: Callable[[], BinaryIO], size: int, media_type: str) -> bool:  # noqa: A002
        """Writes an object if there is none; False when there was one already (or someone was faster).

        All of it becomes visible at once, or nothing. Raises ChangedError when the bytes are not those
        the key names.
        """
        ...

    def open(self, key: str) -> BinaryIO:
        """Opens an object for reading. Raises KeyError when there is none."""
        ...

    def list(self, prefix: str = "") -> Iterator[str]:
        """Keys that start with `prefix`, sorted."""
        ...


def open_store(url: str, endpoint: str | None = None) -> Store:
    """Opens `s3://bucket/prefix` (at `endpoint`, or AWS), a folder's path, or a `file://` URL.

    Connects to nothing and creates nothing yet. Raises CoursewrightError for any other URL.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3":
        from loaders.media.s3 import S3Store

        return S3Store(_bucket(url), parts.path.strip("/"), endpoint)
    if parts.scheme == "file" or "://" not in url:
        from loaders.media.folder import FolderStore

        return FolderStore(Path(unquote(parts.path) if parts.scheme == "file" else url))
    raise CoursewrightError(
        f"there is no media store for {parts.scheme}:// URLs",
        "use s3://bucket/prefix (with `endpoint` for other S3 servers than Amazon's), or a folder",
    )


def _bucket(url: str) -> str:
    bucket = urlsplit(url).netloc
    if not bucket or "@" in bucket or ":" in bucket:
        raise CoursewrightError(
            "the media URL names no bucket"
            if not bucket
            else "the media URL holds more than a bucket's name",
            "write s3://bucket/prefix; credentials come from the environment or the AWS profile",
        )
    return bucket

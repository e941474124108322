"""A media store in an S3 bucket, written so that any number of publishers may do it at once.

Objects are created with `If-None-Match: *`, so the first writer wins and the others notice. The server
checks a SHA-256 of every request's bytes; the digest of the whole is checked here, before anything
appears. Tried on SeaweedFS 4.48. A server that ignores the condition does no harm: equal keys, equal bytes.
"""

from __future__ import annotations

import io
import random
import time
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from loaders.media.described import described
from loaders.media.keys import digest_of, verified
from loaders.media.multipart import PART_BYTES, LostUploadError, Multipart
from loaders.media.refusals import code_of, told
from schemas.findings import CoursewrightError, TransientError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_THREADS: Final = 8
_ATTEMPTS: Final = 5
_BIG_AT_ONCE: Final = 2  # each holds several parts in memory


class S3Store:
    """One prefix of one bucket. Credentials and region come from the environment, as for every AWS tool."""

    def __init__(self, bucket: str, prefix: str, endpoint: str | None = None) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._endpoint = endpoint
        self._place = f"s3://{bucket}/{prefix}".rstrip("/")
        self._big = BoundedSemaphore(_BIG_AT_ONCE)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    def missing(self, keys: Sequence[str]) -> set[str]:
        """Asks by listing: a request a thread for a small store, never more than one a key for a vast one."""
        wanted = sorted({self._name(key) for key in keys})
        size = max(1, -(-len(wanted) // _THREADS))
        slices = [wanted[start : start + size] for start in range(0, len(wanted), size)]
        with told(self._place), ThreadPoolExecutor(_THREADS) as threads:
            return {self._key(name) for absent in threads.map(self._absent, slices) for name in absent}

    def open(self, key: str) -> BinaryIO:
        from botocore.exceptions import ClientError

        with told(self._place):
            try:
                body = self._client.get_object(Bucket=self._bucket, Key=self._name(key))["Body"]
            except ClientError as error:
                if code_of(error) == "NoSuchKey":
                    raise KeyError(key) from None
                raise
        return cast("BinaryIO", io.BufferedReader(_Body(cast("BinaryIO", body), self._place)))

    def list(self, prefix: str = "") -> Iterator[str]:
        with told(self._place):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix
            )
            for page in pages:
                yield from (self._key(one["Key"]) for one in page.get("Contents", ()))

    def _absent(self, names: Sequence[str]) -> set[str]:
        """Those of the sorted `names` that do not exist: lists from each name on that is not decided yet."""
        absent: set[str] = set()
        position = 0
        while position < len(names):
            page = self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=self._prefix, StartAfter=names[position][:-1]
            )
            there = {one["Key"] for one in page.get("Contents", ())}
            decided = bisect_right(names, max(there)) if page["IsTruncated"] else len(names)
            absent.update(name for name in names[position:decided] if name not in there)
            position = decided
        return absent

    # ── writing ──────────────────────────────────────────────────────────────────────────────────

    def put(self, key: str, open: Callable[[], BinaryIO], size: int, media_type: str) -> bool:  # noqa: A002
        with told(self._place):
            for attempt in range(_ATTEMPTS):
                try:
                    if size < PART_BYTES:
                        return self._put_small(key, open, size, media_type)
                    with self._big:
                        return self._put_big(key, open, size, media_type)
                except LostUploadError:
                    # Somebody else is writing the same object; soon it is there, or it is ours to write.
                    time.sleep(random.uniform(0.05, 0.2) * 2**attempt)  # noqa: S311 - jitter is no secret
        raise TransientError(f"{self._place}: another publisher kept writing {key}", "publish again")

    def _put_small(self, key: str, open: Callable[[], BinaryIO], size: int, media_type: str) -> bool:  # noqa: A002
        from botocore.exceptions import ClientError

        with open() as stream:
            body = b"".join(verified(stream, key, size))
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._name(key),
                Body=body,
                IfNoneMatch="*",
                ChecksumSHA256=b64encode(bytes.fromhex(digest_of(key))).decode(),
                **described(key, media_type),
            )
        except ClientError as error:
            if code_of(error) == "PreconditionFailed":
                return self._there(key, size)
            if code_of(error) == "ConditionalRequestConflict":
                raise LostUploadError from None
            raise
        return True

    def _put_big(self, key: str, open: Callable[[], BinaryIO], size: int, media_type: str) -> bool:  # noqa: A002
        """Asks first, since a refusal would come only after all the bytes."""
        if self._size(key) is not None:
            return self._there(key, size)
        upload = Multipart(self._client, self._bucket, self._name(key), size)
        upload.find_or_begin(described(key, media_type))
        with open() as stream:
            upload.send(verified(stream, key, size))
        return upload.complete() or self._there(key, size)

    def _there(self, key: str, size: int) -> bool:
        """False: nothing was written, since a whole object is there already."""
        found = self._size(key)
        if found is None:
            raise LostUploadError
        if found != size:
            raise CoursewrightError(
                f"{self._place}/{key} is damaged: it has {found:,} bytes instead of {size:,}",
                "delete that object and publish again",
            )
        return False

    def _size(self, key: str) -> int | None:
        from botocore.exceptions import ClientError

        try:
            return self._client.head_object(Bucket=self._bucket, Key=self._name(key))["ContentLength"]
        except ClientError as error:
            if code_of(error) in ("404", "NoSuchKey", "NotFound"):
                return None
            raise

    # ── names and connection ─────────────────────────────────────────────────────────────────────

    def _name(self, key: str) -> str:
        digest_of(key)
        return self._prefix + key

    def _key(self, name: str) -> str:
        return name.removeprefix(self._prefix)

    @cached_property
    def _client(self) -> S3Client:
        return _connect(self._endpoint)


def _connect(endpoint: str | None) -> S3Client:
    import boto3
    from botocore.config import Config

    settings = Config(
        # boto3's "standard" mode waits longer each time, with jitter, for throttling and lost connections.
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "auto"},
        max_pool_connections=2 * _THREADS,
        connect_timeout=10,
        read_timeout=60,
    )
    session = boto3.Session()
    region = session.region_name or ("us-east-1" if endpoint else None)
    try:
        return session.client("s3", endpoint_url=endpoint, region_name=region, config=settings)
    except ValueError:
        raise CoursewrightError(
            "the tenant's `endpoint` is no URL", "write it like https://s3.example.org:9000"
        ) from None


class _Body(io.RawIOBase):
    """A download as a stream whose faults are told like all others."""

    def __init__(self, body: BinaryIO, place: str) -> None:
        self._body, self._place = body, place

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with told(self._place):
            data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._body.close()
        super().close()

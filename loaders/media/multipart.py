"""A multipart upload that goes on where a killed one stopped, without notes of its own.

The server is the notebook: the object's name is its content's hash, so any unfinished upload under that
name is an upload of these bytes. A part already there counts when its size and checksum are those of
our part; all others are sent.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict, cast

from botocore.exceptions import ClientError

from loaders.media.described import Description
from loaders.media.keys import ChangedError
from loaders.media.refusals import code_of

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, PartTypeDef

PART_BYTES: Final = 16 * 1024 * 1024
_MOST_PARTS: Final = 9_000  # S3 allows 10,000
_SENDERS: Final = 3
_GONE: Final = frozenset({"NoSuchUpload", "InvalidPart", "ConditionalRequestConflict"})


class LostUploadError(Exception):
    """Another publisher of the same object finished or ended this upload."""


class _Where(TypedDict):
    Bucket: str
    Key: str
    UploadId: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A part's bytes (never copied: most of the memory is here), and what the server would say of them."""

    number: int
    data: bytearray
    sha256: str
    etag: str


class Multipart:
    """One upload of one object. Raises LostUploadError when another publisher ends it."""

    def __init__(self, client: S3Client, bucket: str, name: str, size: int) -> None:
        self._client = client
        self._where: _Where = {"Bucket": bucket, "Key": name, "UploadId": ""}
        self._part_bytes = max(PART_BYTES, -(-size // _MOST_PARTS))
        self._there: dict[int, PartTypeDef] = {}
        self._done: list[CompletedPartTypeDef] = []

    def find_or_begin(self, description: Description) -> None:
        """Takes up the oldest unfinished upload, which all publishers agree on, or begins one."""
        unfinished = self._unfinished()
        if unfinished:
            self._where["UploadId"] = unfinished[0]
            self._there = {part["PartNumber"]: part for part in self._parts()}
            return
        begun = self._client.create_multipart_upload(
            Bucket=self._where["Bucket"], Key=self._where["Key"], ChecksumAlgorithm="SHA256", **description
        )
        self._where["UploadId"] = begun["UploadId"]

    def send(self, chunks: Iterable[bytes]) -> None:
        """Sends what is not there. Ends the upload and raises ChangedError when the file is another one."""
        try:
            with ThreadPoolExecutor(_SENDERS, "part") as threads:
                self._done = list(self._sent(chunks, threads))
        except ChangedError:
            self._abort(self._where["UploadId"])
            raise

    def complete(self) -> bool:
        """Makes the object appear; False when there is one already. Ends every other upload of it."""
        try:
            with _lost():
                self._client.complete_multipart_upload(
                    **self._where, MultipartUpload={"Parts": self._done}, IfNoneMatch="*"
                )
        except ClientError as error:
            if code_of(error) != "PreconditionFailed":
                raise
            won = False
        else:
            won = True
        for upload in self._unfinished():
            self._abort(upload)
        return won

    def _sent(self, chunks: Iterable[bytes], threads: ThreadPoolExecutor) -> Iterator[CompletedPartTypeDef]:
        """A few parts in flight at a time, so that memory stays flat whatever the file's size."""
        flying: deque[Future[CompletedPartTypeDef]] = deque()
        for part in _parts(chunks, self._part_bytes):
            flying.append(threads.submit(self._send, part))
            if len(flying) == _SENDERS:
                yield flying.popleft().result()
        while flying:
            yield flying.popleft().result()

    def _send(self, part: _Part) -> CompletedPartTypeDef:
        etag = self._trusted(part)
        if etag is None:
            body = cast("bytes", part.data)  # boto3 takes a bytearray too, its stubs do not say so
            with _lost():
                etag = self._client.upload_part(
                    **self._where, PartNumber=part.number, Body=body, ChecksumSHA256=part.sha256
                )["ETag"]
        return {"PartNumber": part.number, "ETag": etag, "ChecksumSHA256": part.sha256}

    def _trusted(self, part: _Part) -> str | None:
        there = self._there.get(part.number)
        if there is None or there["Size"] != len(part.data):
            return None
        if "ChecksumSHA256" in there:
            same = there["ChecksumSHA256"] == part.sha256
        else:
            same = there["ETag"].strip('"') == part.etag
        return there["ETag"] if same else None

    def _unfinished(self) -> list[str]:
        """Ids of the unfinished uploads of this very object, oldest first."""
        pages = self._client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self._where["Bucket"], Prefix=self._where["Key"]
        )
        uploads = [
            one for page in pages for one in page.get("Uploads", ()) if one["Key"] == self._where["Key"]
        ]
        return [
            one["UploadId"] for one in sorted(uploads, key=lambda one: (one["Initiated"], one["UploadId"]))
        ]

    def _parts(self) -> Iterator[PartTypeDef]:
        with _lost():
            for page in self._client.get_paginator("list_parts").paginate(**self._where):
                yield from page.get("Parts", ())

    def _abort(self, upload: str) -> None:
        try:
            self._client.abort_multipart_upload(
                Bucket=self._where["Bucket"], Key=self._where["Key"], UploadId=upload
            )
        except ClientError as error:
            if code_of(error) != "NoSuchUpload":
                raise


def _parts(chunks: Iterable[bytes], size: int) -> Iterator[_Part]:
    """Chunks put together to parts of `size` bytes; the last one may be shorter."""
    number, gathered = 1, bytearray()
    for chunk in chunks:
        gathered += chunk
        if len(gathered) >= size:
            rest = gathered[size:]
            del gathered[size:]
            yield _part(number, gathered)
            number, gathered = number + 1, rest
    if gathered:
        yield _part(number, gathered)


def _part(number: int, data: bytearray) -> _Part:
    sha256 = b64encode(hashlib.sha256(data).digest()).decode()
    return _Part(number, data, sha256, hashlib.md5(data, usedforsecurity=False).hexdigest())


@contextmanager
def _lost() -> Iterator[None]:
    """Tells an upload that somebody else ended from a fault."""
    try:
        yield
    except ClientError as error:
        if code_of(error) in _GONE:
            raise LostUploadError from None
        raise

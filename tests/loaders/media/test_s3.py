"""What is special about S3: headers, other publishers, killed ones, and errors that teach."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loaders.media import open_store
from loaders.media.s3 import S3Store
from schemas.findings import CoursewrightError, TransientError
from tests.media_bytes import Blob, noise
from tests.s3_server import S3Server

MIB = 1024 * 1024


def _open(server: S3Server, url: str | None = None) -> S3Store:
    store = open_store(url or server.url(), server.endpoint)
    assert isinstance(store, S3Store)
    return store


def _put(store: S3Store, blob: Blob) -> bool:
    return store.put(blob.key, blob.open, blob.size, blob.media_type)


def _head(server: S3Server, store: S3Store, blob: Blob) -> Any:
    return server.client().head_object(Bucket=server.bucket, Key=store._name(blob.key))


@pytest.mark.parametrize("size", [50, 16 * MIB])
@pytest.mark.parametrize(
    ("media_type", "stored", "disposition"),
    [
        ("video/mp4", "video/mp4", None),
        ("image/svg+xml", "image/svg+xml", "attachment"),
        ("text/html", "text/plain; charset=utf-8", "attachment"),
        ("application/zip", "application/zip", "attachment"),
    ],
)
def test_objects_carry_our_content_type_and_nothing_a_browser_would_run(
    s3: S3Server, size: int, media_type: str, stored: str, disposition: str | None
) -> None:
    store, blob = _open(s3), Blob(noise(size), media_type)
    _put(store, blob)
    head = _head(s3, store, blob)
    assert (head["ContentType"], head.get("ContentDisposition")) == (stored, disposition)
    assert head["CacheControl"] == "private, max-age=31536000, immutable"
    assert head["Metadata"] == {"sha256": blob.digest}


def test_prefixes_that_look_alike_are_different_stores(s3: S3Server) -> None:
    url, blob = s3.url(), Blob(b"of one tenant")
    _put(_open(s3, url), blob)
    assert _open(s3, url + "2").missing([blob.key]) == {blob.key}
    assert list(_open(s3, url[:-1]).list()) == []


def test_a_store_with_many_pages_of_objects_is_asked_in_few_requests(s3: S3Server) -> None:
    store = _open(s3)
    blobs = [Blob(b"%d" % number) for number in range(120)]
    for blob in blobs:
        store._client.put_object(Bucket=s3.bucket, Key=store._name(blob.key), Body=blob.data)
    absent = [Blob(b"-%d" % number).key for number in range(80)]
    wanted = [*absent, *(blob.key for blob in blobs)]
    requests = _count(store, "ListObjectsV2")
    assert store.missing(wanted) == set(absent)
    assert len(requests) == 8  # one for each thread
    _page(store, 3)
    requests.clear()
    assert store.missing(wanted) == set(absent)
    assert len(requests) < 60
    assert store.missing(absent[:1]) == set(absent[:1])


def _page(store: S3Store, size: int) -> None:
    """Makes the server answer in small pages, as it does with a thousand times the objects."""

    def limit(params: dict[str, object], **_: object) -> None:
        params["MaxKeys"] = size

    store._client.meta.events.register("before-parameter-build.s3.ListObjectsV2", limit)


def test_an_object_of_another_size_under_our_key_is_reported_not_trusted(s3: S3Server) -> None:
    store, blob = _open(s3), Blob(noise(5000))
    store._client.put_object(Bucket=s3.bucket, Key=store._name(blob.key), Body=b"cut")
    with pytest.raises(CoursewrightError, match="is damaged: it has 3 bytes instead of 5,000"):
        _put(store, blob)


# ── killed in the middle ─────────────────────────────────────────────────────────────────────────

_SLOW_UPLOAD = """
import sys, time, io
from loaders.media import open_store
from tests.media_bytes import Blob, noise

class Slow(io.BytesIO):
    def read(self, size=-1):
        time.sleep(0.01)
        return super().read(size)

blob = Blob(noise(int(sys.argv[3])))
open_store(sys.argv[1], sys.argv[2]).put(blob.key, lambda: Slow(blob.data), blob.size, blob.media_type)
"""


def test_a_big_upload_that_was_killed_goes_on_where_it_stopped(s3: S3Server) -> None:
    url, blob = s3.url(), Blob(noise(68 * MIB))
    store = _open(s3, url)
    child = subprocess.Popen([sys.executable, "-c", _SLOW_UPLOAD, url, s3.endpoint, str(blob.size)])
    there = _wait_for_parts(s3, store._name(blob.key), 2)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert store.missing([blob.key]) == {blob.key}

    sent = _count(store, "UploadPart")
    assert _put(store, blob)
    assert len(sent) <= 5 - there
    assert _head(s3, store, blob)["ContentLength"] == blob.size
    with store.open(blob.key) as stream:
        assert stream.read() == blob.data
    assert _uploads(s3, store._name(blob.key)) == []


def test_a_part_with_other_bytes_is_not_trusted_and_rival_uploads_are_ended(s3: S3Server) -> None:
    store, blob = _open(s3), Blob(noise(33 * MIB))
    where = {"Bucket": s3.bucket, "Key": store._name(blob.key)}
    client: Any = s3.client()
    uploads = [client.create_multipart_upload(**where)["UploadId"] for _ in range(2)]
    for upload in uploads:
        client.upload_part(**where, UploadId=upload, PartNumber=1, Body=noise(16 * MIB, seed=9))
        client.upload_part(**where, UploadId=upload, PartNumber=2, Body=blob.data[16 * MIB : 32 * MIB])
    sent = _count(store, "UploadPart")
    assert _put(store, blob)
    assert len(sent) == 2  # parts 1 and 3
    with store.open(blob.key) as stream:
        assert stream.read() == blob.data
    assert _uploads(s3, where["Key"]) == []


def test_an_upload_that_somebody_ends_meanwhile_is_begun_again(s3: S3Server) -> None:
    store, blob = _open(s3), Blob(noise(33 * MIB))
    name = store._name(blob.key)
    client, ended = s3.client(), list[str]()

    def end(**_: object) -> None:
        if not ended and (uploads := _uploads(s3, name)):
            ended.extend(uploads)
            client.abort_multipart_upload(Bucket=s3.bucket, Key=name, UploadId=uploads[0])

    store._client.meta.events.register("before-call.s3.UploadPart", end)
    assert _put(store, blob)
    assert ended
    with store.open(blob.key) as stream:
        assert stream.read() == blob.data


def _count(store: S3Store, operation: str) -> list[str]:
    requests: list[str] = []

    def note(**_: object) -> None:
        requests.append(operation)

    store._client.meta.events.register(f"before-call.s3.{operation}", note)
    return requests


def _uploads(server: S3Server, name: str) -> list[str]:
    found = server.client().list_multipart_uploads(Bucket=server.bucket, Prefix=name)
    return [upload["UploadId"] for upload in found.get("Uploads", ())]


def _wait_for_parts(server: S3Server, name: str, parts: int) -> int:
    client = server.client()
    for _ in range(600):
        for upload in _uploads(server, name):
            there = client.list_parts(Bucket=server.bucket, Key=name, UploadId=upload).get("Parts", ())
            if len(there) >= parts:
                return len(there)
        time.sleep(0.02)
    pytest.fail("the upload to be killed never sent a part")


# ── errors teach, and keep secrets ───────────────────────────────────────────────────────────────

_SECRET = "hunter2-secret"


@pytest.fixture
def environment(s3: S3Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    return monkeypatch


def _no_credentials(environment: pytest.MonkeyPatch, server: S3Server) -> S3Store:
    environment.delenv("AWS_ACCESS_KEY_ID")
    environment.delenv("AWS_SECRET_ACCESS_KEY")
    return _open(server)


def _wrong_secret(environment: pytest.MonkeyPatch, server: S3Server) -> S3Store:
    environment.setenv("AWS_SECRET_ACCESS_KEY", _SECRET)
    return _open(server)


def _unknown_key(environment: pytest.MonkeyPatch, server: S3Server) -> S3Store:
    environment.setenv("AWS_ACCESS_KEY_ID", "AKIANOBODY")
    environment.setenv("AWS_SECRET_ACCESS_KEY", _SECRET)
    return _open(server)


def _no_bucket(environment: pytest.MonkeyPatch, server: S3Server) -> S3Store:
    return _open(server, "s3://nobody-made-this-bucket/x")


def _no_server(environment: pytest.MonkeyPatch, server: S3Server) -> S3Store:
    environment.setattr("loaders.media.s3._ATTEMPTS", 1)
    store = open_store("s3://bucket/x", "http://127.0.0.1:9")
    assert isinstance(store, S3Store)
    return store


def _no_url(environment: pytest.MonkeyPatch, server: S3Server) -> S3Store:
    store = open_store("s3://bucket/x", "127.0.0.1:9000")
    assert isinstance(store, S3Store)
    return store


@dataclass(frozen=True)
class Case:
    broken: Callable[[pytest.MonkeyPatch, S3Server], S3Store]
    says: str
    mend: str
    kind: type[CoursewrightError] = CoursewrightError


@pytest.mark.parametrize(
    "case",
    [
        Case(_no_credentials, "no credentials", "AWS_ACCESS_KEY_ID"),
        Case(_wrong_secret, "secret does not belong", "AWS_SECRET_ACCESS_KEY"),
        Case(_unknown_key, "does not know this access key", "AWS_PROFILE"),
        Case(_no_bucket, "no such bucket", "create it"),
        Case(_no_server, "cannot be reached", "endpoint", TransientError),
        Case(_no_url, "is no URL", "https://"),
    ],
    ids=lambda case: case.broken.__name__.strip("_"),
)
def test_every_refusal_says_what_to_do_next_and_shows_no_secret(
    s3: S3Server, environment: pytest.MonkeyPatch, case: Case
) -> None:
    store, blob = case.broken(environment, s3), Blob(b"x")
    for use in (lambda: store.missing([blob.key]), lambda: _put(store, blob), lambda: store.open(blob.key)):
        with pytest.raises(case.kind) as told:
            use()
        assert case.says in str(told.value)
        assert case.mend in told.value.mend
        assert told.value.__cause__ is None
        assert _SECRET not in f"{told.value!r} {told.value.mend}"

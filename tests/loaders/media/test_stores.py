"""What every store promises, tried on a folder and on a real S3 server."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import pytest

from loaders.media import Store, open_store
from loaders.media.keys import ChangedError
from schemas.findings import CoursewrightError
from tests.media_bytes import Blob, noise
from tests.s3_server import S3Server

MIB = 1024 * 1024


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(str(tmp_path / "media"))
    server: S3Server = request.getfixturevalue("s3")
    return open_store(server.url(), server.endpoint)


def _put(store: Store, blob: Blob) -> bool:
    return store.put(blob.key, blob.open, blob.size, blob.media_type)


@pytest.mark.parametrize("size", [0, 1, 70_000, 16 * MIB - 1, 16 * MIB, 33 * MIB])
def test_what_is_put_comes_back_equal(store: Store, size: int) -> None:
    blob = Blob(noise(size))
    assert _put(store, blob)
    with store.open(blob.key) as stream:
        assert stream.read() == blob.data


def test_a_store_that_was_never_written_to_misses_everything(store: Store) -> None:
    keys = [Blob(noise(10, seed)).key for seed in range(3)]
    assert store.missing(keys) == set(keys)
    assert list(store.list()) == []


@pytest.mark.parametrize("size", [100, 17 * MIB])
def test_the_second_put_of_the_same_bytes_writes_nothing(store: Store, size: int) -> None:
    blob = Blob(noise(size))
    assert [_put(store, blob) for _ in range(3)] == [True, False, False]
    assert list(store.list()) == [blob.key]


def test_missing_names_exactly_what_is_not_there(store: Store) -> None:
    blobs = [Blob(noise(20, seed)) for seed in range(40)]
    for blob in blobs[::2]:
        _put(store, blob)
    assert store.missing([blob.key for blob in blobs]) == {blob.key for blob in blobs[1::2]}
    assert store.missing([]) == set()


def test_keys_are_listed_in_order_and_by_prefix(store: Store) -> None:
    keys = sorted(blob.key for blob in (Blob(noise(20, seed)) for seed in range(20)) if _put(store, blob))
    assert list(store.list()) == keys
    prefix = keys[7][:9]
    assert list(store.list(prefix)) == [key for key in keys if key.startswith(prefix)]


def test_an_unknown_key_is_a_keyerror(store: Store) -> None:
    with pytest.raises(KeyError):
        store.open(Blob(b"never stored").key)


@pytest.mark.parametrize("size", [100, 17 * MIB])
def test_bytes_that_changed_since_they_were_hashed_are_refused_and_leave_nothing(
    store: Store, size: int
) -> None:
    blob, changed = Blob(noise(size)), noise(size, seed=1)
    with pytest.raises(ChangedError, match="changed while it was being uploaded"):
        store.put(blob.key, lambda: io.BytesIO(changed), blob.size, blob.media_type)
    with pytest.raises(ChangedError):
        store.put(blob.key, lambda: io.BytesIO(blob.data[:-1]), blob.size, blob.media_type)
    assert list(store.list()) == []
    assert _put(store, blob)


def test_of_many_publishers_of_the_same_file_exactly_one_writes_it(store: Store) -> None:
    blob = Blob(noise(1000))
    assert _race(store, blob, 16).count(True) == 1


def test_many_publishers_of_a_big_file_write_one_object(store: Store) -> None:
    """Those who resumed one another's upload complete the same one, and S3 calls that a success for each."""
    blob = Blob(noise(17 * MIB))
    assert any(_race(store, blob, 4))
    assert list(store.list()) == [blob.key]
    assert not _put(store, blob)


def _race(store: Store, blob: Blob, writers: int) -> list[bool]:
    with ThreadPoolExecutor(writers) as threads:
        won = list(threads.map(lambda _: _put(store, blob), range(writers)))
    with store.open(blob.key) as stream:
        assert stream.read() == blob.data
    return won


def test_a_source_that_fails_in_the_middle_leaves_nothing(store: Store) -> None:
    blob = Blob(noise(3 * MIB))
    with pytest.raises(CoursewrightError, match="pulled out"):
        store.put(blob.key, _failing_after(blob.data[:MIB]), blob.size, blob.media_type)
    assert list(store.list()) == []


def _failing_after(data: bytes) -> Callable[[], BinaryIO]:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if found := super().read(size):
                return found
            raise CoursewrightError("the disk was pulled out")

    return lambda: Failing(data)


def test_only_keys_of_our_own_making_are_taken(store: Store) -> None:
    blob = Blob(b"x")
    other = "ff" if blob.key[7:9] != "ff" else "00"
    for key in ("", "x", blob.key.upper(), blob.key + "/..", blob.key.replace("/", "//", 1),
                f"sha256/{other}/{blob.digest}.png", blob.key + "\n"):  # fmt: skip
        for use in (store.open, lambda key: store.missing([key]), lambda key: _put_as(store, key, blob)):
            with pytest.raises(CoursewrightError, match="is no storage key"):
                use(key)
    assert list(store.list()) == []


def _put_as(store: Store, key: str, blob: Blob) -> bool:
    return store.put(key, blob.open, blob.size, blob.media_type)


def test_urls_name_a_bucket_or_a_folder_and_nothing_else(tmp_path: Path) -> None:
    blob = Blob(b"the same folder")
    assert _put(open_store(str(tmp_path)), blob)
    assert open_store(tmp_path.as_uri()).missing([blob.key]) == set()
    for url in ("https://bucket.example.org", "gs://bucket", "s3://", "s3://key:hunter2@bucket", "ftp://x"):
        with pytest.raises(CoursewrightError) as told:
            open_store(url)
        assert told.value.mend
        assert "hunter2" not in f"{told.value} {told.value.mend}"
    assert open_store(f"s3://bucket/{uuid4()}") is not None

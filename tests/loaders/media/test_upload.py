"""Uploading a bundle's media, interrupted and not, and reading them back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from loaders.media import Store, open_store
from loaders.media.keys import ChangedError
from loaders.media.upload import StoreFiles, UploadResult, upload_missing
from schemas.findings import CoursewrightError
from tests.media_bytes import Blob, Memory, noise
from tests.s3_server import S3Server


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str | None]:
    """A store's URL and endpoint."""
    if request.param == "folder":
        return str(tmp_path / "media"), None
    server: S3Server = request.getfixturevalue("s3")
    return server.url(), server.endpoint


def _ignore(_amount: int) -> None:
    pass


def test_each_distinct_file_is_uploaded_once_and_a_second_run_uploads_nothing(
    place: tuple[str, str | None],
) -> None:
    store = open_store(*place)
    first, second = Blob(noise(3000)), Blob(noise(50, 1), "video/mp4")
    files = Memory(a=first.data, copy=first.data, b=second.data)
    media = [first.media("a"), first.media("copy"), second.media("b")]
    seen: list[int] = []
    assert upload_missing(store, media, files, seen.append) == UploadResult(2, 0, 3050)
    assert sum(seen) == 3050
    seen.clear()
    assert upload_missing(store, media, files, seen.append) == UploadResult(0, 2, 0)
    assert sum(seen) == 3050
    assert set(store.list()) == {first.key, second.key}


def test_the_same_bytes_as_jpg_and_jpeg_are_one_object() -> None:
    assert Blob(b"x", "image/jpeg").key.endswith(".jpg")


def test_a_file_edited_between_check_and_upload_is_named_and_the_rest_stays(
    place: tuple[str, str | None],
) -> None:
    store = open_store(*place)
    big, edited = Blob(noise(9000)), Blob(noise(40, 1))
    files = Memory(media__big=big.data, media__edited=b"other bytes")
    with pytest.raises(ChangedError, match="media/edited changed while it was being uploaded"):
        upload_missing(store, [big.media("media/big"), edited.media("media/edited")], files, _ignore)
    assert list(store.list()) == [big.key]


def test_a_file_deleted_between_check_and_upload_is_named(place: tuple[str, str | None]) -> None:
    gone = Blob(b"gone")
    with pytest.raises(ChangedError, match=r"media/gone\.png changed"):
        upload_missing(open_store(*place), [gone.media("media/gone.png")], Memory(), _ignore)


def test_after_a_failure_no_further_file_is_begun(tmp_path: Path) -> None:
    blobs = [Blob(noise(1000 - number, number)) for number in range(200)]
    opened: list[str] = []

    class Broken(Memory):
        def open(self, name: str) -> BinaryIO:
            opened.append(name)
            raise CoursewrightError("the disk was pulled out")

    media = [blob.media(str(number)) for number, blob in enumerate(blobs)]
    with pytest.raises(CoursewrightError, match="pulled out"):
        upload_missing(open_store(str(tmp_path)), media, Broken(), _ignore)
    assert len(opened) < 100


# ── reading back ─────────────────────────────────────────────────────────────────────────────────


def _stored(place: tuple[str, str | None], blob: Blob) -> tuple[Store, StoreFiles]:
    store = open_store(*place)
    store.put(blob.key, blob.open, blob.size, blob.media_type)
    return store, StoreFiles(store, [blob.media("media/a.png")])


def test_a_bundles_files_are_read_by_their_path(place: tuple[str, str | None]) -> None:
    blob = Blob(noise(200_000))
    _, files = _stored(place, blob)
    with files.open("media/a.png") as stream:
        assert b"".join(iter(lambda: stream.read(4096), b"")) == blob.data
    with files.open("media/a.png") as stream:
        assert stream.read() == blob.data
    with pytest.raises(KeyError):
        files.open("media/other.png")


def test_a_file_the_store_lost_is_named_with_the_way_to_bring_it_back(place: tuple[str, str | None]) -> None:
    files = StoreFiles(open_store(*place), [Blob(b"x").media("media/a.png")])
    with pytest.raises(CoursewrightError, match=r"does not have media/a\.png") as told:
        files.open("media/a.png")
    assert "publish the bundle again" in told.value.mend


@pytest.mark.parametrize("chunk", [-1, 7])
def test_a_damaged_file_is_never_passed_on(tmp_path: Path, chunk: int) -> None:
    blob = Blob(noise(5000))
    _, files = _stored((str(tmp_path), None), blob)
    path = tmp_path / blob.key
    path.chmod(0o600)
    path.write_bytes(blob.data[:-1] + b"?")
    with files.open("media/a.png") as stream, pytest.raises(CoursewrightError, match=r"a\.png is damaged"):
        list(iter(lambda: stream.read(chunk), b""))


# ── killed ───────────────────────────────────────────────────────────────────────────────────────

_UPLOAD = """
import os, sys
from loaders.media import open_store
from loaders.media.upload import upload_missing
from tests.media_bytes import Blob, Memory, noise

blobs = [Blob(noise(20_000, seed)) for seed in range(150)]
files = Memory(**{f"f{seed}": blob.data for seed, blob in enumerate(blobs)})
media = [blob.media(f"f{seed}") for seed, blob in enumerate(blobs)]
progress = lambda amount: os.write(1, b".")
print(upload_missing(open_store(sys.argv[1], sys.argv[2] or None), media, files, progress))
"""


@pytest.mark.parametrize("dots", [3, 100])
def test_after_kill_9_every_object_is_whole_and_the_next_run_completes(
    place: tuple[str, str | None], dots: int
) -> None:
    command = [sys.executable, "-c", _UPLOAD, place[0], place[1] or ""]
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert child.stdout
    assert len(child.stdout.read(dots)) == dots
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()

    store = open_store(*place)
    blobs = [Blob(noise(20_000, seed)) for seed in range(150)]
    _all_whole(store, {blob.key: blob for blob in blobs}.__getitem__)
    files = Memory(**{f"f{seed}": blob.data for seed, blob in enumerate(blobs)})
    media = [blob.media(f"f{seed}") for seed, blob in enumerate(blobs)]
    result = upload_missing(store, media, files, _ignore)
    assert result.uploaded + result.present == 150
    assert set(store.list()) == {blob.key for blob in blobs}


def _all_whole(store: Store, blob: Callable[[str], Blob]) -> None:
    for key in store.list():
        with store.open(key) as stream:
            assert stream.read() == blob(key).data

"""What is special about a folder: names that appear at once, leftovers, rights."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from loaders.media import open_store
from schemas.findings import CoursewrightError
from tests.media_bytes import Blob


def test_looking_into_a_store_does_not_create_it(tmp_path: Path) -> None:
    """A dry run must leave no trace."""
    store = open_store(str(tmp_path / "media"))
    store.missing([Blob(b"x").key])
    assert list(store.list()) == []
    assert not (tmp_path / "media").exists()


def test_the_layout_is_that_of_s3_and_objects_cannot_be_written_by_accident(tmp_path: Path) -> None:
    blob = Blob(b"x", "image/jpeg")
    open_store(str(tmp_path)).put(blob.key, blob.open, blob.size, blob.media_type)
    path = tmp_path / "sha256" / blob.digest[:2] / f"{blob.digest}.jpg"
    assert path.read_bytes() == b"x"
    assert path.stat().st_mode & 0o222 == 0


def test_what_a_killed_process_left_is_swept_a_day_later_and_never_listed(tmp_path: Path) -> None:
    leftovers = tmp_path / ".unfinished"
    leftovers.mkdir()
    for name, age in (("old", 48), ("running", 1)):
        (leftovers / name).write_bytes(b"half a file")
        os.utime(leftovers / name, (time.time() - age * 3600,) * 2)
    blob = Blob(b"x")
    store = open_store(str(tmp_path))
    assert list(store.list()) == []
    store.put(blob.key, blob.open, blob.size, blob.media_type)
    assert [path.name for path in leftovers.iterdir()] == ["running"]
    assert list(store.list()) == [blob.key]


def test_tenants_that_share_a_folder_may_begin_to_write_at_the_same_time(tmp_path: Path) -> None:
    """Each sweeps what was left there while the files of the others come and go."""

    def begin(number: int) -> bool:
        blob = Blob(b"%d" % number)
        return open_store(str(tmp_path)).put(blob.key, blob.open, blob.size, blob.media_type)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(begin, range(400)))


def test_a_folder_that_is_a_file_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "media").write_bytes(b"")
    blob, store = Blob(b"x"), open_store(str(tmp_path / "media"))
    with pytest.raises(CoursewrightError, match=str(tmp_path / "media")) as told:
        store.put(blob.key, blob.open, blob.size, blob.media_type)
    assert "folder that can be written" in told.value.mend

"""Hostile object keys: none is ever written, whatever the list says of it, since we make every key ourselves.

The list is policy: it tells which names may be written as inert media below a tenant's prefix. We write
no names at all, so all 37 are refused as keys, and a file with an acceptable name gets a key from its hash.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loaders.media import Store, open_store
from schemas.findings import CoursewrightError
from schemas.media import media_type_of
from tests.media_bytes import Blob
from tests.s3_server import S3Server


@pytest.fixture(scope="module")
def keys(hostile: Path) -> list[dict[str, str | bool]]:
    lines = (hostile / "lists/s3_keys.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(str(tmp_path / "below" / "media"))
    server: S3Server = request.getfixturevalue("s3")
    return open_store(server.url(), server.endpoint)


def test_no_hostile_key_is_written_read_or_asked_for(
    store: Store, keys: list[dict[str, str | bool]], tmp_path: Path
) -> None:
    blob = Blob(b"inert")
    assert len(keys) == 37
    for row in keys:
        key = str(row["key"])
        for refused in (key, f"sha256/{key}", blob.key[:10] + key, f"{blob.key}/{key}"):
            with pytest.raises(CoursewrightError):
                store.put(refused, blob.open, blob.size, blob.media_type)
            with pytest.raises(CoursewrightError):
                store.open(refused)
            with pytest.raises(CoursewrightError):
                store.missing([refused])
    assert list(store.list()) == []
    assert list(tmp_path.rglob("*")) == []


def test_files_with_acceptable_names_are_stored_under_keys_of_our_own(
    store: Store, keys: list[dict[str, str | bool]]
) -> None:
    names = [str(row["key"]) for row in keys if row["accept"]]
    stored = {media_type_of(name) for name in names} - {None}
    assert stored == {"image/png"}
    blob = Blob(b"inert", "image/png")
    assert store.put(blob.key, blob.open, blob.size, blob.media_type)
    assert list(store.list()) == [blob.key]

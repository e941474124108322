"""A release's bundle comes back as it was published, without a single media file being read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.media import open_store
from pipeline import keeping
from pipeline.prepared import Prepared
from schemas.findings import CoursewrightError
from schemas.media import storage_key
from tests.edits import edits
from tests.exporters.everything import EVERYTHING
from tests.strategies import bundles

_quick = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@_quick
@given(data=st.data())
def test_any_bundle_comes_back_with_its_moves_and_no_media_in_the_store(
    tmp_path: Path, data: st.DataObject
) -> None:
    bundle = data.draw(edits(data.draw(bundles()))).bundle
    store = open_store(str(tmp_path))
    kept = keeping.pack(bundle)
    keeping.keep(store, kept)
    _, reading = keeping.recall(store, kept.digest, "release 1")
    assert reading.bundle == bundle
    assert reading.bundle.moved == bundle.moved


def test_the_media_of_a_kept_bundle_are_opened_from_the_store(tmp_path: Path) -> None:
    from loaders.media.upload import upload_missing

    store = open_store(str(tmp_path))
    upload_missing(store, EVERYTHING.bundle.media, EVERYTHING.files, lambda _: None)
    kept = keeping.pack(EVERYTHING.bundle)
    keeping.keep(store, kept)
    _, reading = keeping.recall(store, kept.digest, "release 1")
    for media in EVERYTHING.bundle.media:
        with reading.files.open(media.path) as stream:
            assert stream.read() == EVERYTHING.files.contents[media.path]


def test_the_same_bundle_is_kept_once(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    for _ in range(2):
        keeping.keep(store, keeping.pack(EVERYTHING.bundle))
    assert len(list(store.list())) == 1


def test_a_kept_bundle_that_is_gone_or_damaged_is_said_to_be(tmp_path: Path) -> None:
    store, kept = open_store(str(tmp_path)), keeping.pack(EVERYTHING.bundle)
    with pytest.raises(CoursewrightError, match="does not have release 1"):
        keeping.recall(store, kept.digest, "release 1")
    keeping.keep(store, kept)
    object_file = tmp_path / storage_key(kept.digest, "application/gzip")
    object_file.chmod(0o644)
    object_file.write_bytes(kept.data[:-1] + b"?")
    with pytest.raises(CoursewrightError, match="release 1 is damaged"):
        keeping.recall(store, kept.digest, "release 1")


def test_publishing_to_many_tenants_at_once_packs_the_bundle_once() -> None:
    prepared = Prepared(EVERYTHING.bundle)
    with ThreadPoolExecutor(4) as threads:
        packed = list(threads.map(lambda _: prepared.kept(), range(8)))
    assert len({id(one) for one in packed}) == 1
    assert packed[0] == keeping.pack(EVERYTHING.bundle)

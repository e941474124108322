"""The zip a foreign package becomes: the same bytes for the same files, and no litter."""

from __future__ import annotations

import gc
import hashlib
import tempfile
from pathlib import Path

import pytest

from importers.shared.package import of_source
from tests.importers.packages import MemorySource

_FILES = {"b.txt": b"b" * 100_000, "a/ü.html": b"<p>", "empty": b""}


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_digest_is_that_of_the_bytes_and_does_not_depend_on_order(scratch: Path) -> None:
    one = of_source("media/p.zip", MemorySource(_FILES), ["b.txt", "a/ü.html", "empty"])
    two = of_source("media/p.zip", MemorySource(_FILES), sorted(_FILES))
    with one.open("media/p.zip") as opened:
        data = opened.read()
    assert one.media == two.media
    assert (one.media.digest, one.media.size) == (hashlib.sha256(data).hexdigest(), len(data))


def test_the_digest_is_the_same_on_every_machine(scratch: Path) -> None:
    """Pinned: a change of the zip's form would make every imported package look new to its tenants."""
    package = of_source("media/p.zip", MemorySource(_FILES), sorted(_FILES))
    assert package.media.digest == "935869d396f2b7504dec727cec3641f76237895372597b27d8f652b10e7f0a05"


def test_it_opens_as_often_as_one_likes_and_only_under_its_name(scratch: Path) -> None:
    package = of_source("media/p.zip", MemorySource(_FILES), sorted(_FILES))
    with package.open("media/p.zip") as one, package.open("media/p.zip") as two:
        assert one.read() == two.read()
    with pytest.raises(KeyError):
        package.open("media/other.zip")


def test_nothing_is_left_on_disk_when_nobody_needs_it_any_more(scratch: Path) -> None:
    package = of_source("media/p.zip", MemorySource(_FILES), sorted(_FILES))
    assert len(list(scratch.iterdir())) == 1
    del package
    gc.collect()
    assert list(scratch.iterdir()) == []


def test_a_source_that_fails_leaves_nothing_on_disk(scratch: Path) -> None:
    with pytest.raises(KeyError):
        of_source("media/p.zip", MemorySource(_FILES), ["b.txt", "gone"])
    gc.collect()
    assert list(scratch.iterdir()) == []

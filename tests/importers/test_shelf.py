"""Media of a bundle in the making: each file once, under a name that bundles may have, never in memory."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.bundle.references import resolve
from importers.shared.shelf import Refused, Shelf, tidy
from tests.importers.packages import MemorySource

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\6\0\0\0"

_PDF = b"%PDF-1.4 x"
_FILES = {
    "a/One: Bild?.PNG": PNG,
    "b/two.png": PNG,
    "c.pdf": _PDF,
    "page.md": b"# x",
    "x.exe": b"MZ\x00",
    "lie.png": _PDF,
}


def _shelf() -> Shelf:
    return Shelf(MemorySource(_FILES))


def test_equal_bytes_are_one_file_whatever_they_are_called() -> None:
    shelf = _shelf()
    assert shelf.put("a/One: Bild?.PNG") == shelf.put("b/two.png") == "media/a/One-Bild.png"
    (media,) = shelf.media
    assert media.media_type == "image/png"
    with shelf.open(media.path) as file:
        assert file.read() == PNG


def test_other_bytes_of_the_same_name_get_another() -> None:
    shelf = _shelf()
    first, second = shelf.put_bytes("n.pdf", _PDF), shelf.put_bytes("N.pdf", _PDF + b"!")
    assert first == "media/n.pdf"
    assert isinstance(second, str)
    assert second.startswith("media/N-")


def test_a_file_of_a_hash_is_called_what_people_call_it() -> None:
    assert _shelf().put("c.pdf", called="Week 1/Safety rules.pdf") == "media/Week-1/Safety-rules.pdf"


@pytest.mark.parametrize("name", ["page.md", "x.exe", "lie.png"])
def test_what_is_no_media_is_refused_with_a_reason(name: str) -> None:
    found = _shelf().put(name)
    assert isinstance(found, Refused)
    assert found.reason


def test_a_file_is_refused_for_a_use_it_does_not_fit() -> None:
    shelf = _shelf()
    assert shelf.put("c.pdf", use="video") == Refused("application/pdf, which is no video")
    assert shelf.put("c.pdf", use="document") == "media/c.pdf"


def test_data_addresses_are_files() -> None:
    shelf = _shelf()
    assert shelf.put_data("data:application/pdf;base64,JVBERi0xLjQgeA==", "said") == "media/said.pdf"
    for broken in ("data:image/png;base64,!", "data:x", "data:application/x-php,<?php"):
        assert isinstance(shelf.put_data(broken, "said"), Refused)


def test_what_is_no_media_can_be_packed_and_equal_packages_are_one() -> None:
    shelf = _shelf()
    path = shelf.pack("rest", ["page.md", "x.exe"])
    assert shelf.pack("again", ["x.exe", "page.md"]) == path == "media/rest.zip"
    with shelf.open(path) as file, zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["page.md", "x.exe"]
    assert shelf.pack_bytes("piece", [("q.xml", b"<q/>")]) == "media/piece.zip"


@given(st.text(max_size=60))
def test_any_name_becomes_one_that_a_bundle_takes(called: str) -> None:
    path = tidy(called)
    assert resolve(f"media/{path}", "bundle.yaml") == (f"media/{path}", None)
    assert tidy(path) == path


def test_files_are_packed_under_the_names_that_people_gave_them() -> None:
    shelf = Shelf(MemorySource({"files/ab/abcd": b"x"}))
    with shelf.open(shelf.pack_as("Old talk.swf", {"Old talk.swf": "files/ab/abcd"})) as file:
        assert zipfile.ZipFile(file).namelist() == ["Old talk.swf"]
    assert [media.path for media in shelf.media] == ["media/Old-talk.swf.zip"]

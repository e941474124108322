"""Media types, storage keys, and files that are not what their names say."""

from __future__ import annotations

import re
import struct

import pytest

from schemas.media import (
    CEILINGS,
    PIXEL_CEILING,
    extensions,
    fits,
    headers,
    is_active,
    is_packed,
    media_type_of,
    storage_key,
    verdict,
)

_DIGEST = "ab" + "0" * 62


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("media/a.PNG", "image/png"),
        ("media/a.jpeg", "image/jpeg"),
        ("a.tar.gz", "application/gzip"),
        ("media.v2/README", None),
        (".png", None),
        ("a.exe", None),
        ("a.png.exe", None),
        ("list.m3u8", None),
    ],
)
def test_the_type_is_what_the_last_extension_says_on_every_machine(path: str, media_type: str | None) -> None:
    assert media_type_of(path) == media_type


def test_every_allowed_file_has_a_key_that_is_safe_everywhere() -> None:
    for extension in extensions("any"):
        media_type = media_type_of(f"x{extension}")
        assert media_type
        key = storage_key(_DIGEST, media_type)
        assert re.fullmatch(rf"sha256/ab/{_DIGEST}\.[a-z0-9]{{2,8}}", key)


def test_keys_in_tenants_do_not_change_between_versions() -> None:
    """A changed row here would make every published file of that type unreachable."""
    stored = {
        extension: storage_key("", media_type_of(f"x{extension}") or "")[8:]
        for extension in extensions("any")
    }
    assert {extension: key for extension, key in stored.items() if extension != key} == {
        ".jpeg": ".jpg", ".m4v": ".mp4", ".oga": ".ogg", ".opus": ".ogg", ".tgz": ".gz", ".yml": ".yaml",
        ".ipynb": ".json", ".geojson": ".json", ".log": ".txt", ".tex": ".txt", ".sql": ".txt", ".py": ".txt",
        ".r": ".txt", ".java": ".txt", ".c": ".txt", ".h": ".txt", ".cpp": ".txt", ".cs": ".txt", ".sh": ".txt",
        ".html": ".txt", ".htm": ".txt", ".xhtml": ".txt", ".xml": ".txt", ".xsd": ".txt", ".xsl": ".txt",
        ".js": ".txt", ".mjs": ".txt", ".css": ".txt",
    }  # fmt: skip


def test_nothing_that_can_run_is_served_so_that_it_runs() -> None:
    for extension in extensions("any"):
        media_type = media_type_of(f"x{extension}") or ""
        served = headers(media_type)
        if is_active(media_type):
            assert served.disposition == "attachment"
            assert served.content_type in ("text/plain; charset=utf-8", "image/svg+xml")
        assert not served.content_type.startswith(("text/html", "text/javascript", "application/x")) or (
            served.disposition == "attachment"
        )


def test_uses_ask_for_fitting_types() -> None:
    assert extensions("subtitles") == (".vtt",)
    assert extensions("document") == (".pdf",)
    assert fits("image", "image/svg+xml")
    assert not fits("image", "video/mp4")
    assert fits("any", "application/zip")
    assert not fits("video", "audio/mpeg")
    assert set(CEILINGS) == {"video", "image", "subtitles", "document", "any"}


def test_compressed_files_are_stored_in_zips_as_they_are() -> None:
    assert is_packed("media/Intro.MP4")
    assert is_packed("a.jpeg")
    assert not is_packed("quiz.yaml")
    assert not is_packed("unknown")


# ── bytes against names ──────────────────────────────────────────────────────────────────────────

_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x06\0\0\0"
_MP4 = b"\0\0\0\x18ftypisom\0\0\x02\0"


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("a.png", _PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
        ("a.gif", b"GIF89a\x3d\0\x20\0\0"),
        ("a.webp", b"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0" + b"\0" * 24),
        ("a.svg", b"<?xml version='1.0'?>\n<!-- by <a hand> -->\n<!DOCTYPE svg>\n<svg xmlns='x'>"),
        ("a.svg", b"\xef\xbb\xbf<svg:svg>"),
        ("a.mp4", _MP4),
        ("a.mov", b"\0\0\0\x08wide\0\0\0\0mdat"),
        ("a.m4a", _MP4),
        ("a.webm", b"\x1a\x45\xdf\xa3\x01"),
        ("a.mp3", b"\xff\xfb\x90\x00"),
        ("a.mp3", b"ID3\x04\0"),
        ("a.wav", b"RIFF\x24\0\0\0WAVEfmt "),
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"),
        ("a.docx", b"PK\x03\x04\x14\0"),
        ("empty.zip", b"PK\x05\x06" + b"\0" * 18),
        ("a.vtt", b"\xef\xbb\xbfWEBVTT\n\n00:00.000 --> 00:01.000\nHi"),
        ("cars.txt", b"BMW and other cars"),
        ("tags.txt", b"ID3 tags explained; GIF89a is older than MZ"),
        ("a.txt", "\ufeffGr\u00fc\u00dfe".encode("utf-16")),
        ("a.tex", b"%!TEX root = main.tex\n"),
        ("a.html", b"<!DOCTYPE html><p>"),
        ("a.xml", b"<?xml version='1.0'?><manifest>"),
        ("a.csv", b"a;b\r\n"),
        ("a.js", b"/* by hand */"),
    ],
)  # fmt: skip
def test_honest_files_pass(path: str, head: bytes) -> None:
    assert verdict(path, head) is None


@pytest.mark.parametrize(
    ("path", "head", "found"),
    [
        ("a.png", b"\xff\xd8\xff\xe0", "a .png file whose bytes are jpeg"),
        ("a.PNG", b"<svg onload=x>", "a .PNG file whose bytes are svg"),
        ("a.pdf", b"MZ\0\0", "a .pdf file whose bytes are executable"),
        ("a.mp4", b"<!doctype html>", "a .mp4 file whose bytes are html"),
        ("a.vtt", b"1\n00:00:00,000 --> 00:00:01,000\n", "a .vtt file whose bytes are text"),
        ("a.txt", b"\x7fELF\x02", "a .txt file whose bytes are executable"),
        ("a.svg", b"<html>", "a .svg file whose bytes are html"),
        ("a.jpg", b"", "an empty file"),
        ("README", b"x", "a file without an extension"),
        ("a.exe", b"MZ\0", "files of type '.exe'"),
        ("a.webp", b"RIFF\xff\0\0\0WEBPVP8 \x18\0\0\0", "a webp file that claims more bytes than it has"),
        ("a.webp", b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0" + b"\0" * 10,
         "an image of 16384 × 16384 pixels"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x04\0\0\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03", "an image of 65535 × 65535 pixels"),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_is_refused_with_the_way_to_mend_it(
    path: str, head: bytes, found: str
) -> None:
    objection = verdict(path, head)
    assert objection
    assert objection.found == found
    assert objection.expected
    assert objection.mend


def test_images_at_the_ceiling_pass_and_above_it_do_not() -> None:
    side = int(PIXEL_CEILING**0.5)
    assert verdict("a.png", _PNG[:16] + struct.pack(">II", side, side)) is None
    assert verdict("a.png", _PNG[:16] + struct.pack(">II", side, side + 1))

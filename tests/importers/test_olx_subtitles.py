"""Subtitles of Open edX as WebVTT."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.olx.subtitles import to_vtt
from schemas.media import verdict

_VTT = b"WEBVTT\n\n00:00:01.500 --> 00:00:03.000\nOne & <b>two</b>\n".replace(b"&", b"&amp;")


@pytest.mark.parametrize(
    ("name", "data", "made"),
    [
        ("a.srt", b"1\r\n00:00:01,500 --> 00:00:03,000\r\nOne & <b>two</b>\r\n", _VTT),
        ("a.srt", b"\xef\xbb\xbf0:1,5 --> x\n\n00:00:01.5 --> 00:00:03.0\nOne & <b>two</b>", _VTT),
        ("a.srt.sjson", b'{"start": [1500], "end": [3000], "text": ["One &amp; <b>two</b>"]}', _VTT),
        ("a.vtt", _VTT, _VTT),
        ("a.srt", b"", None),
        ("a.sjson", b"[]", None),
        ("a.sjson", b'{"start": [1], "end": ["x"], "text": ["a"]}', None),
    ],
)
def test_words_and_times_stay(name: str, data: bytes, made: bytes | None) -> None:
    assert to_vtt(name, data) == made


@given(st.sampled_from(["a.srt", "a.sjson", "a.vtt"]), st.text().map(str.encode) | st.binary())
def test_any_bytes_are_subtitles_or_none(name: str, data: bytes) -> None:
    made = to_vtt(name, data)
    assert made is None or verdict("a.vtt", made) is None


@given(st.text(min_size=1))
def test_no_text_of_a_cue_ends_it(text: str) -> None:
    made = to_vtt("a.srt", f"1\n00:00:01,000 --> 00:00:02,000\n{text}".encode("utf-8", "replace"))
    assert made is None or made.count(b"-->") == 1 + text.count("00 -->")

"""Strings that attack a terminal, a log file or a CI log are shown, and obeyed by nobody."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.printable import printable


@pytest.fixture(scope="module")
def strings(hostile: Path) -> list[str]:
    lines = (hostile / "lists/log_strings.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def test_every_hostile_string_becomes_one_harmless_line(strings: list[str]) -> None:
    assert len(strings) == 33
    for text in strings:
        shown = printable(text)
        assert shown.splitlines() in ([shown], [])
        assert not any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in shown)
        assert not any(unicodedata.bidirectional(letter) in _BIDIRECTIONAL for letter in shown)


_BIDIRECTIONAL = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(st.text())
def test_escaping_twice_changes_nothing_and_the_result_can_be_written_anywhere(text: str) -> None:
    shown = printable(text)
    assert printable(shown) == shown
    assert shown.encode().decode() == shown


@given(st.characters(categories=["L", "M", "N", "P", "S", "Zs"]))
def test_letters_marks_and_signs_stay_as_they_are(letter: str) -> None:
    assert printable(letter) == letter


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("img/\x1b[2J.png", r"img/\x1b[2J.png"),
        ("a\nINFO ok", r"a\nINFO ok"),
        ("report\u202egnp.exe", r"report\u202egnp.exe"),
        ("C:\\new\\table", "C:\\new\\table"),
        ("👩\u200d🏫 Größe 数学", "👩\u200d🏫 Größe 数学"),
    ],
)
def test_escapes_are_readable(text: str, shown: str) -> None:
    assert printable(text) == shown

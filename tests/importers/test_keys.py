"""Keys from identifiers: readable, and the same whatever else is in the package."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.shared.keys import key, keys

_KEY = re.compile(r"^[a-z0-9][a-z0-9._-]{0,79}$")


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("com.example.Course_1", "com.example.course_1"),
        ("_5uNZXl6T68a_course_id", "5unzxl6t68a_course_id"),
        ("HĐ2:_Công_dụng,_ý_nghĩa", "h-2-_cong_dung-_y_nghia"),
        ("Größe", "grosse"),
        ("NUL", "item-nul"),
        ("con.1", "item-con.1"),
        ("console", "console"),
    ],
)
def test_keys_look_like_their_identifiers(identifier: str, expected: str) -> None:
    assert key(identifier, "item") == expected


def test_an_identifier_without_latin_letters_gets_a_key_of_its_own() -> None:
    assert re.fullmatch(r"item-[0-9a-f]{8}", key("第一课", "item"))
    assert key("第一课", "item") != key("第二课", "item")


def test_identifiers_that_differ_in_case_get_keys_that_differ_whatever_the_order() -> None:
    made = keys(["I1", "i1", "other"], "item")
    assert made["i1"] == "i1"
    assert re.fullmatch(r"i1-[0-9a-f]{8}", made["I1"])
    assert keys(["other", "i1", "I1"], "item") == made


@given(st.sets(st.text(min_size=1), max_size=8))
def test_any_identifiers_give_valid_distinct_keys(identifiers: set[str]) -> None:
    made = keys(identifiers, "item")
    assert set(made) == identifiers
    assert len(set(made.values())) == len(identifiers)
    assert all(_KEY.match(each) for each in made.values())

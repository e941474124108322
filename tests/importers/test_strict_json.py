"""JSON of strangers: one document in bounds, or a refusal that says where."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.shared.strict_json import parse
from schemas.findings import RefusedError


def _refusal(data: bytes) -> str:
    with pytest.raises(RefusedError) as refused:
        parse(data, "a.json")
    (finding,) = refused.value.findings
    assert (finding.rule.code, finding.location.file) == ("CW600", "a.json")
    return f"{finding.location.line}:{finding.location.column} {finding.found}"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "1:1 an empty file"),
        (b'{"a":1}\n;', "2:1 extra data: ';'"),
        (b'{"a":"x\x1b"}', "1:8 invalid control character at: '\\x1b\"}'"),
        (b'{"a":1,"a":2}', "None:None the name 'a' twice in one object"),
        (b"[NaN]", "None:None NaN, which is no JSON"),
        (b"[-Infinity]", "None:None -Infinity, which is no JSON"),
        (b"[1e999]", "None:None the number 1e999, which is out of range"),
        (b"9" * 10_000, "None:None a number of 10,000 digits"),
        (b'"\\u0000"', "None:None a NUL character in a text"),
        (b'["\xc3\xa9\\ud800"]', "None:None half of a surrogate pair in a text"),
        (b'"\xe9"', "1:None bytes that are no UTF-8"),
        (b'\n"' + b"A" * 1_048_577 + b'"', "None:None a text of 1,048,577 characters"),
        (b"\n" + b"[" * 100_000, "2:101 more than 100 levels"),
        (b"[" + b"0," * 100_001, "1:200001 over 100,000 values"),
    ],
)
def test_what_is_not_one_sane_document_is_refused_with_what_was_found(data: bytes, found: str) -> None:
    assert _refusal(data) == found


def test_brackets_in_strings_do_not_count_and_byte_order_marks_do_not_matter() -> None:
    text = json.dumps({"a": "[" * 1000 + '\\"', "b": "é"}, ensure_ascii=False)
    expected = {"a": "[" * 1000 + '\\"', "b": "é"}
    assert parse(text.encode(), "") == parse(text.encode("utf-8-sig"), "") == expected
    assert parse(text.encode("utf-16"), "") == expected


def test_a_string_that_never_ends_costs_no_more_than_its_length() -> None:
    start = time.process_time()
    _refusal(b'"' + b'\\"' * 500_000)
    assert time.process_time() - start < 1


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_characters="\0", codec="utf-8")), inner),
)  # fmt: skip


@given(_VALUES)
def test_what_json_can_say_is_read_as_it_was_written(value: object) -> None:
    assert parse(json.dumps(value).encode(), "") == value


@given(st.binary())
def test_any_bytes_are_a_value_or_a_refusal(data: bytes) -> None:
    with contextlib.suppress(RefusedError):
        parse(data, "a.json")

"""YAML is read the way people mean it, and the fast way never accepts what the slow way would refuse."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.shared.yaml_text import dump
from importers.bundle import documents, text, yaml_data, yaml_faults


def load(written: str) -> Any:
    data, faults = documents.parse("a.yaml", written.encode())
    assert faults == []
    return data


@pytest.mark.parametrize(
    "word",
    ["no", "yes", "on", "off", "y", "N", "12:30", "1:30:00", "2026-12-24", "2026-12-24T17:00:00Z", "1_000", "0b11", "08:15",
     "+49 30 123", "1.2.3", "v1", "nan", "inf", "e3", "1e", "0o8", "0x", "tRUE", "nULL", "=", "--", "..", "a#b", "a:b"],
)  # fmt: skip
def test_words_stay_words(word: str) -> None:
    assert load(f"a: {word}\n") == {"a": word}
    assert load(f"[{word}]\n") == [word]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("5", 5), ("-5", -5), ("+5", 5), ("0", 0), ("0x1F", 31), ("0o17", 15), ("1.50", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-0.0", -0.0),
     ("true", True), ("False", False), ("TRUE", True), ("null", None), ("~", None), ("", None), ("9223372036854775807", 2**63 - 1)],
)  # fmt: skip
def test_the_core_schema_of_yaml_1_2_says_what_is_not_a_word(written: str, meant: object) -> None:
    read = load(f"a: {written}\n")["a"]
    assert read == meant
    assert type(read) is type(meant)


@pytest.mark.parametrize("quoted", ["'no'", '"12"', "'true'", '""', "|\n  5\n", ">-\n  null\n"])
def test_what_is_quoted_or_a_block_is_text(quoted: str) -> None:
    assert isinstance(load(f"a: {quoted}\n")["a"], str)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_of_every_system_are_the_same(end: str) -> None:
    assert load(f"a: |{end}  one{end}  two{end}b: 2{end}") == {"a": "one\ntwo\n", "b": 2}


def test_a_few_aliases_are_honest() -> None:
    assert load("a: &x [1, 2]\nb: *x\nc: *x\n") == {"a": [1, 2], "b": [1, 2], "c": [1, 2]}


def test_a_template_of_two_lines_may_be_used_in_every_question() -> None:
    template = "t: &t {note: " + "x" * 200 + "}\n"
    uses = "".join(f"q{n}: *t\n" for n in range(100))
    assert len(load(template + uses)) == 101


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cn"), exclude_characters="\ufeff"),
    min_size=1,
    max_size=12,
)
SCALARS = st.one_of(WORDS, st.integers(-(2**63) + 1, 2**63 - 1), st.booleans())
LISTS = st.lists(SCALARS, min_size=1, max_size=3)
MAPPINGS = st.dictionaries(WORDS, SCALARS | LISTS, min_size=1, max_size=3)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(WORDS, SCALARS | LISTS | MAPPINGS, min_size=1))
def test_what_our_writer_writes_is_read_back_the_same(data: dict[str, Any]) -> None:
    assert load(dump(data)) == data


BROKEN = st.lists(
    st.sampled_from(
        ["a", "b: ", ": ", "- ", "  ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ", ", "'", '"', "|\n", ">", "# c", "&a ", "*a", "!t ", "---\n",
         "? ", "\t", "0", "01", "1e9", ".nan", "<<: ", "\\x00", "\u2028", "é", "%TAG", "true: ", "~", "@", "`"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(BROKEN)
def test_whatever_is_typed_is_either_data_or_findings_with_a_place(typed: str) -> None:
    """No exception, no third way; and what the fast way gives up on, the slow way can explain."""
    data, faults = documents.parse("a.yaml", typed.encode())
    assert (data is None) or not faults
    for fault in faults:
        assert fault.spot.mark is not None
        line, column = fault.spot.mark
        assert 1 <= line <= typed.count("\n") + 2
        assert column >= 1
        assert fault.mend
    if not faults:
        assert yaml_faults.find("a.yaml", typed.encode()) == [], "the slow way refuses what the fast one took"


@settings(max_examples=400, deadline=None)
@given(BROKEN)
def test_we_accept_nothing_that_pyyaml_refuses(typed: str) -> None:
    data, faults = documents.parse("a.yaml", typed.encode())
    if not faults:
        prepared = text.harmless(typed.encode())
        assert prepared is not None
        oracle = yaml.load(prepared, Loader=yaml.CBaseLoader)  # noqa: S506  text only: the safest there is
        assert _shape(data) == _shape(oracle)


def _shape(data: Any) -> Any:
    """Only the shape and the keys: what scalars mean is where we differ on purpose."""
    if isinstance(data, dict):
        return {key: _shape(value) for key, value in data.items()}
    return [_shape(value) for value in data] if isinstance(data, list) else None


def test_a_value_is_not_looked_at_twice_for_speed_but_its_escapes_are() -> None:
    """Only files with escapes that could make a control character are searched for one."""
    data, faults = documents.parse("a.yaml", b'a: "\\x07"\n')
    assert data is None
    assert [fault.rule.code for fault in faults] == ["CW102"]
    assert load('a: "\\x41\\u2028"\n') == {"a": "A\u2028"}


def test_bytes_that_are_latin_1_are_named_with_the_letter_they_were() -> None:
    [fault] = yaml_faults.find("a.yaml", b"title: Gr\xf6\xdfe\n")
    assert "'ö' in Windows-1252" in fault.found
    assert fault.spot.mark == (1, 10)


def test_every_fault_of_a_document_is_found_not_only_the_first() -> None:
    faults = yaml_faults.find("a.yaml", b"a: 01\na: 2\nb: !t x\n<<: {c: .inf}\n")
    assert [fault.rule.code for fault in faults] == ["CW121", "CW119", "CW118", "CW117", "CW122"]


def test_a_thousand_levels_are_refused_before_libyaml_can_crash() -> None:
    assert yaml_data.MAX_DEPTH == 100
    for deep in (
        b"[" * 30_000,
        b"- " * 30_000,
        b"? " * 30_000,
        b"{a: " * 30_000,
        b"a:\n" + b"".join(b" " * n + b"a:\n" for n in range(1, 999)),
    ):
        [fault] = yaml_faults.find("a.yaml", deep)
        assert fault.rule.code == "CW113"
        with pytest.raises(
            (yaml_data.DoubtError, yaml.YAMLError)
        ):  # libyaml has had an end of its own since PyYAML 6.0.4
            yaml_data.load(deep)

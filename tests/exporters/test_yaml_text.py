"""Our YAML says the same to every reader, whichever version of the standard it was written for."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from exporters.shared.yaml_text import Value, dump
from tests.strategies import NASTY_WORDS, YAML_BRACKETS, texts, titles

BOUNDARIES = ("", " ", "\n", "\n\n", "\t\n", "a\n", "a\n\n", "a\n\n\n", "\na", "\n\na\n", "  a\nb", "\ta\nb", "a\n  ", "a\n\t\nb\n", "a \nb")  # fmt: skip
CONTROLS = (
    "\x00",
    "a\x07b",
    "\x1b[31m",
    "\x7f",
    "a\x85b",
    "\ufeffa",
    "a\u2028b\nc",
    "\u202ea\nb",
    "a\rb",
    "\ufffe\n",
    "\U0010ffff",
    "\U0001f393\n\ufeff",
)


def read_1_1(text: str) -> Any:
    return yaml.safe_load(text)


class Core(yaml.SafeLoader):
    """PyYAML with the tags of the YAML 1.2 core schema (YAML 1.2.2, section 10.3.2)."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  PyYAML's own attribute


for tag, pattern, starts in (
    ("null", r"(~|null|Null|NULL|)", "~nN"),
    ("bool", r"(true|True|TRUE|false|False|FALSE)", "tTfF"),
    ("int", r"([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)", "-+0123456789"),
    (
        "float",
        r"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))",
        "-+0123456789.",
    ),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(starts))


def read_1_2(text: str) -> Any:
    return yaml.load(text, Core)  # noqa: S506  a SafeLoader


@pytest.mark.parametrize("read", [read_1_1, read_1_2])
@pytest.mark.parametrize("text", [*NASTY_WORDS, *YAML_BRACKETS, *BOUNDARIES, *CONTROLS])
def test_a_text_comes_back_as_it_was_wherever_it_stands(text: str, read: Any) -> None:
    document: dict[str, Value] = {text: text, "list": [text, {"first": text, text: [text]}], "last": text}
    assert read(dump(document)) == document


@given(st.lists(titles | texts, min_size=1, max_size=4))
def test_any_texts_in_a_row_come_back_as_they_were(several: list[str]) -> None:
    document: dict[str, Value] = {
        "list": [{"text": text, "items": several} for text in several],
        "end": several[0],
    }
    assert read_1_1(dump(document)) == document
    assert read_1_2(dump(document)) == document


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_no_character_is_lost_even_those_the_reader_refuses(text: str) -> None:
    assert read_1_1(dump({"a": text}))["a"] == text


def test_what_needs_no_quotes_gets_none() -> None:
    words = [
        "Welcome",
        "Is it so?",
        "O'Brien & Ünal",
        "5 steps",
        "a:b",
        "C#",
        "https://example.org/a#b",
        "(x)",
    ]
    assert dump({"list": words[:-1]}) == "list:\n" + "".join(f"  - {word}\n" for word in words[:-1])


def test_numbers_and_flags_look_like_numbers_and_flags() -> None:
    document: dict[str, Value] = {
        "a": Decimal("2.50"),
        "b": Decimal(100),
        "c": Decimal("0E-2"),
        "d": True,
        "e": 0,
    }
    assert dump(document) == "a: 2.5\nb: 100\nc: 0\nd: true\ne: 0\n"


def test_long_text_is_a_block_that_diffs_line_by_line() -> None:
    assert (
        dump({"text": "# One\n\nTwo\n", "next": "x\n  y"})
        == "text: |\n  # One\n\n  Two\nnext: |-\n  x\n    y\n"
    )


def test_entries_that_hold_lists_stand_apart() -> None:
    document: dict[str, Value] = {
        "key": "a",
        "none": [],
        "list": [{"a": "b", "c": ["d"]}, {"a": "text\n\n", "c": [], "e": "f\n\n"}, {"a": "g"}],
    }
    assert dump(document) == (
        "key: a\n\nlist:\n  - a: b\n    c:\n      - d\n\n  - a: |+\n      text\n\n    e: |+\n      f\n\n  - a: g\n"
    )

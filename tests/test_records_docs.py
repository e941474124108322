"""The page about records lists every column with the words of `schemas/records.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemas.records import RECORDS, Records

PAGE = Path(__file__).parents[1] / "docs" / "records.md"


def columns(kind: Records) -> str:
    rows = [f"| `{column.name}` | {column.about} |" for column in kind.columns]
    return "\n".join(["| column | what it says |", "|---|---|", *rows])


@pytest.mark.parametrize("kind", RECORDS.values(), ids=RECORDS)
def test_the_page_explains_every_column(kind: Records, request: pytest.FixtureRequest) -> None:
    block = re.compile(rf"(?<=<!-- columns: {kind.name} -->\n).*?(?=\n<!-- end -->)", re.DOTALL)
    text = PAGE.read_text(encoding="utf-8")
    if request.config.getoption("--accept"):
        text = block.sub(lambda _: columns(kind), text)
        PAGE.write_text(text, encoding="utf-8")
    assert block.findall(text) == [columns(kind)]


def test_the_page_names_every_status() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for kind in RECORDS.values():
        listed = ", ".join(f"`{status}`" for status in kind.statuses[:-1])
        assert f"`status` is {listed} or `{kind.statuses[-1]}`." in text

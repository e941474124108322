"""Where every tag of an XML text begins, found without a parser.

It serves two ends: elements get a line and a column (lxml knows a line at best, and the wrong one for
tags over several lines), and oversized or declaring documents are refused before a parser works on
them. The text is decoded already, so there is no encoding to hide behind.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

_Kind = Literal["open", "empty", "close", "doctype", "declaration", "instruction", "other"]
_SPANS: Final[tuple[tuple[str, str, _Kind], ...]] = (
    ("<!--", "-->", "other"),
    ("<![CDATA[", "]]>", "other"),
    ("<?", "?>", "instruction"),
)
_DOCTYPE: Final = re.compile(
    r"""<!DOCTYPE\s+[^\s\[>"'<]+(?:\s+(?:SYSTEM|PUBLIC)(?:\s*(?:"[^"]*"|'[^']*')){1,2})?\s*>"""
)
_START_TAG: Final = re.compile(r"""<[^\s/>!?<"']+(?:[^"'<>]++|"[^"<]*+"|'[^'<]*+')*+>""")


class Tag(NamedTuple):
    """A piece of markup by its offsets. A `doctype` is harmless; a `declaration` is or begins a DTD."""

    kind: _Kind
    start: int
    end: int


def tags(text: str) -> Iterator[Tag]:
    """All markup in document order; ends where the text stops being well-formed, or at its end.

    Linear in the text: each branch either finds its end or gives up for good.
    """
    offset = 0
    while (start := text.find("<", offset)) >= 0:
        tag = _tag(text, start)
        if tag is None:
            return
        yield tag
        offset = tag.end


def _tag(text: str, start: int) -> Tag | None:
    match text[start + 1 : start + 2]:
        case "!" | "?":
            return _special(text, start)
        case "/":
            end = text.find(">", start)
            return None if end < 0 else Tag("close", start, end + 1)
    match = _START_TAG.match(text, start)
    if match is None:
        return None
    return Tag("empty" if text[match.end() - 2] == "/" else "open", start, match.end())


def _special(text: str, start: int) -> Tag | None:
    for opening, closing, kind in _SPANS:
        if text.startswith(opening, start):
            end = text.find(closing, start + len(opening))
            return None if end < 0 else Tag(kind, start, end + len(closing))
    plain = _DOCTYPE.match(text, start)
    return Tag("doctype", start, plain.end()) if plain else Tag("declaration", start, start + 2)


class Lines:
    """Offsets of a text as (line, column), both from 1."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

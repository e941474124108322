"""Authors' Markdown as HTML that fits into a page that has a heading of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Final

from schemas.richtext import render

Resolve = Callable[[str], str | None]

_HEADING: Final = re.compile(r"<(/?)h([1-6])(?=[ >])")
_TITLE: Final = re.compile(r"\s*<h1[^>]*>(.*?)</h1>\s*", re.DOTALL)
_ALIGNMENT: Final = re.compile(r'(<t[dh][^<>]*?) style="text-align: (left|right|center)"')
_PARAGRAPH: Final = re.compile(r"\s*<p>((?:(?!</?p>).)*)</p>\s*", re.DOTALL)


def prose(markdown: str, resolve: Resolve, title: str | None = None) -> str:
    """Headings below the page's own; a first one that only repeats `title` is left out.

    Columns are aligned by attributes that the style sheet knows: platforms may forbid styles in pages.
    """
    html = _ALIGNMENT.sub(r'\1 data-align="\2"', render(markdown, resolve))
    first = _TITLE.match(html)
    if first and title and words(first[1]) == words(title):
        html = html[first.end() :]
    if "<h1" not in html:
        return html
    return _HEADING.sub(lambda found: f"<{found[1]}h{min(int(found[2]) + 1, 6)}", html)


def inline(markdown: str, resolve: Resolve) -> str:
    """A text that stands in a label: without the paragraph around it, where there is only one."""
    html = prose(markdown, resolve)
    only = _PARAGRAPH.fullmatch(html)
    return only[1] if only else html


def words(html: str) -> str:
    """The text alone, on one line: what a select list, a report or a screen reader can say."""
    collector = _Words()
    collector.feed(html)
    collector.close()
    return " ".join("".join(collector.pieces).split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.pieces.append(dict(attrs).get("alt") or "")
        elif tag in {"br", "p", "li"}:
            self.pieces.append(" ")

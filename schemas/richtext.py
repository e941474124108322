"""Markdown pages to inert HTML, and the links in them with their places.

Markdown is CommonMark with GitHub's tables, task lists, strikethrough, footnotes and alerts, definition
lists and `{#anchors}` on headings. The HTML passes the allow-list of `schemas.inert`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

import pyromark

from schemas.inert import CONTENT_LINK, Resolve, clean, is_safe_url, local_path, sanitize, targets

__all__ = [
    "CONTENT_LINK",
    "Link",
    "Loss",
    "is_safe_url",
    "links",
    "local_path",
    "losses",
    "render",
    "sanitize",
    "to_html",
]

OPTIONS: Final = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_DEFINITION_LIST
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
)


@dataclass(frozen=True, slots=True)
class Link:
    """`target` as written (entities resolved), and where: 1-based line and column in the Markdown.

    `image` is true of everything shown in the page: images, players. `local_path` tells the file.
    """

    target: str
    line: int
    column: int
    image: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """Inline HTML that `render` drops: `what` is an element (`script`) or an attribute (`onclick of p`)."""

    what: str
    line: int
    column: int


def render(markdown: str, resolve: Resolve) -> str:
    """A page as sanitised HTML; see `schemas.inert.clean` for what `resolve` does."""
    return clean(pyromark.html(markdown, options=OPTIONS), resolve)


def to_html(markdown: str) -> str:
    """A page as HTML that nobody has judged yet: for readers of foreign pages, who name what they remove."""
    return str(pyromark.html(markdown, options=OPTIONS))


def links(markdown: str) -> list[Link]:
    """Every link and image of a page in document order, those in inline HTML too; safe or not."""
    place = _Places(markdown)
    page = _parse(markdown)
    found = list(page.links)
    for html in page.html:
        found.extend(_links_in_html(html))
    return [Link(target, *place.of(start), image=image) for start, target, image in sorted(found)]


def losses(markdown: str) -> list[Loss]:
    """Everything `render` drops from inline HTML, so that nothing an author wrote vanishes in silence."""
    if "<" not in markdown:
        return []
    place = _Places(markdown)
    return [
        Loss(what, *place.of(html.starts[0]))
        for html in _parse(markdown).html
        for what in sanitize(html.text())[1]
    ]


# ── places ───────────────────────────────────────────────────────────────────────────────────────


class _Places:
    """Line and column of byte offsets; the parser counts in UTF-8."""

    def __init__(self, markdown: str) -> None:
        self._bytes = markdown.encode()
        self._starts = [0, *(match.end() for match in re.finditer(b"\n", self._bytes))]
        self._last = (0, 1)

    def of(self, offset: int) -> tuple[int, int]:
        """Counts on from the last place when it is before in the same line, for lines may be very long."""
        line = bisect_right(self._starts, offset)
        begin, column = self._starts[line - 1], 1
        if begin <= self._last[0] <= offset:
            begin, column = self._last
        column += len(self._bytes[begin:offset].decode(errors="replace"))
        self._last = (offset, column)
        return line, column


@dataclass(slots=True)
class _Html:
    """A run of raw HTML: its lines, and where each starts in the Markdown (quotes and lists indent them)."""

    lines: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def text(self) -> str:
        return "".join(self.lines)

    def offsets(self, indexes: Iterable[int]) -> list[int]:
        """The byte offsets in the Markdown of characters of `text()`."""
        ends = list(accumulate(len(line) for line in self.lines))
        return [self._offset(index, bisect_right(ends, index), ends) for index in indexes]

    def _offset(self, index: int, line: int, ends: list[int]) -> int:
        begin = ends[line - 1] if line else 0
        return self.starts[line] + len(self.lines[line][: index - begin].encode())


@dataclass(slots=True)
class _Page:
    """What matters here of a parsed page: (byte offset, target, image) of links, and raw HTML."""

    links: list[tuple[int, str, bool]] = field(default_factory=list)
    html: list[_Html] = field(default_factory=list)


_MOST_RUNS: Final = 2_000


def _parse(markdown: str) -> _Page:
    page = _Page()
    for event, span in pyromark.events_with_range(markdown, options=OPTIONS):
        if isinstance(event, str):
            continue
        # Events are dicts of one item. Unpacking it takes half the time of matching patterns.
        ((kind, value),) = event.items()
        if kind == "InlineHtml":
            page.html.append(_Html([str(value)], [span["start"]]))
        elif kind == "Html":  # the lines of a block may share a tag
            page.html[-1].lines.append(str(value))
            page.html[-1].starts.append(span["start"])
        elif kind == "Start":
            _start(page, value, span["start"])
    if len(page.html) > _MOST_RUNS:  # parsing each alone would cost a hostile page seconds
        page.html = [_joined(page.html)]
    return page


def _start(page: _Page, tag: object, offset: int) -> None:
    match tag:
        case "HtmlBlock":
            page.html.append(_Html())
        case {"Link": {"dest_url": str(target)}}:
            page.links.append((offset, target, False))
        case {"Image": {"dest_url": str(target)}}:
            page.links.append((offset, target, True))
        case _:
            pass


def _joined(runs: list[_Html]) -> _Html:
    return _Html(
        [line for run in runs for line in run.lines], [start for run in runs for start in run.starts]
    )


def _links_in_html(html: _Html) -> Iterator[tuple[int, str, bool]]:
    text = html.text()
    next_search: dict[str, int] = {}
    found: set[tuple[int, str, bool]] = set()
    for tag, target in targets(text):
        index = text.find(target, next_search.get(target, 0))
        if index < 0 and target in next_search:
            continue  # the parser repeated an unclosed element
        next_search[target] = index + 1
        found.add((max(index, 0), target, tag != "a"))  # not found: it was written with entities
    offsets = html.offsets(index for index, _target, _image in found)
    return ((offset, target, image) for offset, (_index, target, image) in zip(offsets, found, strict=True))

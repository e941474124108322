"""Markdown with other addresses in it, and not a character else: pages stay as their authors wrote them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, Final, TypeAlias

import pyromark

from schemas.richtext import OPTIONS, links

Address: TypeAlias = Callable[[str, bool], str]
"""Gets a target and whether it is shown in the page (images, players); answers with what to write."""

_ATTRIBUTE: Final = re.compile(rb"""(?i)(\b(?:href|poster|src)\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""")
_MARKS: Final = re.compile(r'[\\"&<>]')
_AUTOMATIC: Final = frozenset(("Autolink", "Email"))


def readdressed(markdown: str, address: Address) -> str | None:
    """The page with its links rewritten where they stand; None when that cannot be done to all of them.

    What is written is proven: a parser finds the links in it that should be there.
    """
    found = links(markdown)
    wanted = Counter(address(link.target, link.image) for link in found)
    if wanted == Counter(link.target for link in found):
        return markdown
    source = markdown.encode()
    written = _replaced(source, sorted(_edits(source, markdown, address)))
    return written if Counter(link.target for link in links(written)) == wanted else None


@dataclass(frozen=True, slots=True, order=True)
class _Edit:
    """Bytes `start` to `end` become `text`."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Open:
    """A link that is being read: what it is, and where the words in its brackets end so far."""

    tag: dict[str, Any]
    words_end: int
    shown: bool


def _edits(source: bytes, markdown: str, address: Address) -> Iterator[_Edit]:
    opened: list[_Open] = []
    for event, span in pyromark.events_with_range(markdown, options=OPTIONS):
        ((kind, value),) = event.items() if isinstance(event, dict) else ((event, None),)
        link = _link(value) if kind == "Start" else None
        if link:
            opened.append(_Open(link[1], span["start"] + 1 + link[0], shown=link[0]))
            continue
        if kind == "End" and value in ("Link", "Image"):
            yield from _edit(opened.pop(), span["end"], address)
        if opened:
            opened[-1].words_end = max(opened[-1].words_end, span["end"])
        if kind in ("Html", "InlineHtml"):
            yield from _attributes(source, span["start"], span["end"], address)


def _link(value: object) -> tuple[bool, dict[str, Any]] | None:
    """(whether it is an image, the tag) of the beginning of a link."""
    if isinstance(value, dict):
        for name in ("Link", "Image"):
            if name in value:
                return name == "Image", value[name]
    return None


def _edit(link: _Open, end: int, address: Address) -> Iterator[_Edit]:
    """Everything from the closing bracket on is written anew: links by reference are none any more."""
    target = str(link.tag["dest_url"])
    new = address(target, link.shown)
    if new != target and link.tag["link_type"] not in _AUTOMATIC:
        yield _Edit(link.words_end, end, f"]({new}{_title(str(link.tag['title']))})")


def _title(title: str) -> str:
    return ' "{}"'.format(_MARKS.sub(r"\\\g<0>", title)) if title else ""


def _attributes(source: bytes, start: int, end: int, address: Address) -> Iterator[_Edit]:
    for found in _ATTRIBUTE.finditer(source, start, end):
        written = found[2].decode().strip("\"'")
        target = unescape(written)
        shown = found[1][:4].lower() != b"href"
        new = address(target, shown)
        if new != target:
            yield _Edit(found.start(2), found.end(2), f'"{escape(new)}"')


def _replaced(source: bytes, edits: list[_Edit]) -> str:
    pieces, end = [], 0
    for edit in edits:
        pieces += [source[end : edit.start], edit.text.encode()]
        end = edit.end
    return b"".join([*pieces, source[end:]]).decode()

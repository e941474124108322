"""Foreign HTML → a Markdown page of ours, with the names of all that did not come along.

Each block becomes Markdown where Markdown says the same, and stays HTML where it does not: a merged cell, a
subscript, a player. What could run is removed; what was embedded from elsewhere becomes a link
(docs/adr/0013).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

import nh3

from importers.shared import blocks, embedded, plain_text
from importers.shared.blocks import MOST_CHARACTERS, PLAIN
from importers.shared.embedded import WORDS
from schemas.inert import CONTENT_LINK, sanitize, too_deep

__all__ = ["MOST_CHARACTERS", "WORDS", "Link", "Page", "page", "words"]

Link = Callable[[str, str], str | None]
"""(element, address as written) → address to write, or None to have none; `words:…`: text in its place."""

_ADDRESSES: Final = frozenset(("href", "src", "poster", "data"))
_SILENT_WHEN_EMPTY: Final = frozenset(("class", "dir", "id", "lang", "title"))
_SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{0,30}):")
_CONTROLS: Final = re.compile(r"[\x00-\x1f]")
"""Browsers leave them out of addresses, and find schemes that were broken by them."""
_REFRESH: Final = re.compile(r"<meta\b[^>]{0,200}\bhttp-equiv=[\"']?refresh\b", re.IGNORECASE)
_HEAD: Final = frozenset(("html", "head", "meta", "link", "base"))
"""Elements that speak of a page to browsers, in attributes that nobody reads."""
_INNER: Final = frozenset(
    ("html", "head", "body", "title", "meta", "link", "tbody", "span", "font", "center")
)
"""Elements whose text stays when they go: nothing is lost but their look."""


@dataclass(frozen=True, slots=True)
class Page:
    """Markdown ("" when nothing was left), and what was removed or changed, in words for the report."""

    text: str
    notes: tuple[str, ...] = ()


def page(html: str, link: Link) -> Page:
    """A fragment or a whole document as a page. `link` sees every address before anything is judged.

    Never raises for input; a page longer than a text of a bundle may be is cut, with a note.
    """
    if len(html) < MOST_CHARACTERS and PLAIN.fullmatch(html):
        return Page(html)
    html = plain_text.harmless(html)
    opened, said = (html, []) if too_deep(html) else embedded.replaced(_opened(html, link))
    kept, removed = sanitize(opened)
    text, cut = blocks.markdown(plain_text.harmless(kept))  # again: for what were character references
    forward = ["left out: a forward to another page"] if _REFRESH.search(html) else []
    return Page(text, (*said, *_told(removed), *forward, *cut))


def words(html: str) -> str:
    """The text alone, in one line: for titles."""
    cleaned = nh3.clean(html, tags=set(), clean_content_tags={"script", "style", "title"})
    return " ".join(unescape(cleaned).split())


def _opened(html: str, link: Link) -> str:
    """Normal HTML with the addresses rewritten; nothing is judged yet, so it must be cleaned afterwards."""
    names = {name.lower() for name in re.findall(r"<([a-zA-Z][^\s/>]*)", html)} - {"html", "head", "body"}
    faults: list[Exception] = []

    def attribute(tag: str, name: str, value: str) -> str | None:
        if not value.strip():
            return None if name in _SILENT_WHEN_EMPTY else value
        if name not in _ADDRESSES:
            return value
        if CONTENT_LINK.fullmatch(value.strip()):
            return "#"  # a place in a foreign page that is called like one of our keys
        try:
            return link(tag, value.strip())
        except Exception as fault:  # noqa: BLE001 - nh3 would print it and go on; it is raised below
            faults.append(fault)
            return None

    opened = nh3.Cleaner(
        tags=names | {"a", "p"},
        clean_content_tags={"title", "head"} - names,
        generic_attribute_prefixes={""},
        attribute_filter=attribute,
        link_rel=None,
        url_schemes=_schemes(html),
    ).clean(html)
    if faults:
        raise faults[0]
    return opened


def _schemes(html: str) -> set[str]:
    """Every scheme that is written, also in disguise: `link` and the last pass judge them."""
    plain = _CONTROLS.sub("", unescape(html)) if "&" in html or _CONTROLS.search(html) else ""
    return {scheme.lower() for scheme in _SCHEME.findall(html + plain)} | {"https"}


def _told(removed: Iterable[str]) -> Iterator[str]:
    """Layout that our pages do not have is one note, everything else a note each."""
    layout: Counter[str] = Counter()
    for what in removed:
        name, _, element = what.partition(" of ")
        if element in _HEAD:
            continue
        if " of " in what and name not in _ADDRESSES and not name.startswith("on"):
            layout[name] += 1
        elif what not in _INNER:
            layout[f"element {what}" if " of " not in what else what] += 1
    if layout:
        yield "left out: " + ", ".join(
            name + (f" ({count})" if count > 1 else "") for name, count in sorted(layout.items())
        )

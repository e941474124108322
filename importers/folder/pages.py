"""Markdown and HTML files → pages. Markdown stays as its author wrote it wherever it says the same here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Final

from importers.folder import front_matter, names
from importers.folder.addresses import Addresses
from importers.folder.front_matter import Said
from importers.folder.survey import Kind
from importers.shared import pages, plain_text
from importers.shared.html import HEAD_BYTES, page_title
from importers.shared.pages import WORDS, Page
from schemas.richtext import links, losses, to_html

LARGEST: Final = 1024 * 1024
"""Bytes of a page of a bundle (importers/bundle/documents.py)."""
NOTHING_LEFT: Final = "nothing of it can be shown on a page"
_HEADING: Final = re.compile(r"^(?:#\s+(?P<atx>[^\n]+?)\s*#*\s*|(?P<setext>[^\n]+)\n=+[ \t]*)$", re.MULTILINE)
_TITLE_WITHIN: Final = 4_096
_H1: Final = re.compile(r"<h1\b[^>]{0,500}>(.{1,2000}?)</h1\s*>", re.IGNORECASE | re.DOTALL)
_FENCE: Final = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)[ \t]*$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_TARGET: Final = r"(?P<target><[^<>\n]*>|[^\s<>()\"']+(?:\([^\s<>()]*\)[^\s<>()]*)*)"
_INLINE: Final = re.compile(rf"(?P<before>\]\(\s*){_TARGET}")
_DEFINITION: Final = re.compile(rf"(?P<before>^[ ]{{0,3}}\[[^\]\n]+\]:\s*){_TARGET}", re.MULTILINE)
_ATTRIBUTE: Final = re.compile(r"""(?P<before>\b(?:src|href|poster)\s*=\s*["']?)(?P<target>[^\s"'<>]+)""")
_WHOLE_LINK: Final = re.compile(rf"!?\[(?P<words>[^\[\]]*)\]\(\s*{_TARGET}(?:\s+\"[^\"\n]*\")?\s*\)")
_WIKI: Final = re.compile(
    r"(?P<shown>!?)\[\[(?P<name>[^\[\]|#\n]{1,300})(?:#[^\[\]|\n]*)?(?:\|(?P<words>[^\[\]\n]*))?\]\]"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A page before its links are followed: `body` as written, without what stands in front of it."""

    name: str
    kind: Kind
    body: str
    said: Said
    title: str
    note: str = ""


def draft(name: str, kind: Kind, text: str, note: str, called: str) -> Draft:
    """`called` is what an outline calls it."""
    if kind == "html":
        said, body = Said(), text
        found = pages.words(page_title(text[:HEAD_BYTES].encode())) or _heading_of_html(text)
    else:
        said, body = front_matter.split(text)
        found = said.title or _heading(body)
    title = plain_text.title(pages.words(called or found))[0] or names.title(name)
    return Draft(name, kind, body, said, title, note)


def made(page: Draft, addresses: Addresses) -> Page:
    """Raises nothing for input; an empty text means that nothing was left of the page."""

    def link(tag: str, address: str) -> str | None:
        shown = addresses.is_shown(tag)
        found = addresses.resolve(page.name, address, shown=shown)
        return f"{WORDS}(picture missing)" if found is None and tag == "img" else found

    if page.kind == "html":
        return pages.page(page.body, link)
    body = _without_wiki_links(plain_text.harmless(page.body).strip("\n"), page.name, addresses)
    kept = _kept(body, page.name, addresses)
    return Page(kept) if kept is not None else pages.page(to_html(body), link)


def _heading(text: str) -> str:
    found = _HEADING.search(_FENCE.sub("", text[:_TITLE_WITHIN]))
    return re.sub(r"[*_`]|\s*\{#[^}]*\}\s*$", "", found["atx"] or found["setext"]) if found else ""


def _heading_of_html(text: str) -> str:
    found = _H1.search(text)
    return pages.words(unescape(found[1])) if found else ""


# ── Markdown as it is ────────────────────────────────────────────────────────────────────────────


def _kept(text: str, name: str, addresses: Addresses) -> str | None:
    """The text with its links rewritten where they stand; None when that cannot be done to all of them.

    What is written is proven: it has the links it should have, and loses nothing when it is published.
    """
    found = links(text)
    new: dict[str, str | None] = {}
    for link in found:
        address = addresses.resolve(name, link.target, shown=link.image)
        if new.setdefault(link.target, address) != address:
            return None  # shown here, linked there: two different addresses
    wanted = Counter(address for link in found if (address := new[link.target]) is not None)
    written = _rewritten(text, new)
    proven = Counter(link.target for link in links(written)) == wanted and not losses(written)
    return written if proven else None


def _rewritten(text: str, new: Mapping[str, str | None]) -> str:
    """Links, definitions and attributes with new targets; a link to nothing leaves its words."""

    def target(found: re.Match[str]) -> str:
        address = new.get(found["target"].strip("<>"))
        return f"{found['before']}{address}" if address is not None else found[0]

    def words(found: re.Match[str]) -> str:
        return found["words"] if new.get(found["target"].strip("<>"), "") is None else found[0]

    def part(text: str) -> str:
        for pattern in (_INLINE, _DEFINITION, _ATTRIBUTE):
            text = pattern.sub(target, text)
        return _WHOLE_LINK.sub(words, text)

    return "".join(text if is_code else part(text) for is_code, text in _parts(text))


def _without_wiki_links(text: str, name: str, addresses: Addresses) -> str:
    """`[[Page]]` and `![[picture.png]]`, as Obsidian writes them, as links; outside of code."""
    if "[[" not in text:
        return text
    return "".join(
        part if is_code else _WIKI.sub(lambda found: _plain_link(found, name, addresses), part)
        for is_code, part in _parts(text)
    )


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    end = 0
    for code in _FENCE.finditer(text):
        yield False, text[end : code.start()]
        yield True, code[0]
        end = code.end()
    yield False, text[end:]


def _plain_link(found: re.Match[str], name: str, addresses: Addresses) -> str:
    target = addresses.by_name(name, found["name"].strip())
    if target is None:
        return found[0]
    words = (found["words"] or found["name"]).strip()
    return f"{found['shown']}[{words}](<{target}>)"

"""Authors' Markdown as XHTML of one page: headings below the page's own, addresses that lead somewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from exporters.epub.outline import Outline
from exporters.epub.shelf import Shelf, Use
from exporters.epub.validity import make_valid
from exporters.epub.xhtml import Node, drop, fragment, h, name, remove, rename, replace, words
from exporters.shared.places import named, relative
from schemas.richtext import CONTENT_LINK, local_path, render

_HEADING: Final = re.compile(r"h[1-6]")
_HOST: Final = re.compile(r"[A-Za-z0-9._~-]+|[^\x00-\x7f.]+(\.[^\x00-\x7f.]+|\.[A-Za-z0-9-]+)*")
_BAD_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNFIT_FOR_ID: Final = re.compile(r"[^A-Za-z0-9_.-]")
_USES: Final[dict[str, Use]] = {
    "img": "image",
    "audio": "audio",
    "video": "video",
    "source": "video",
    "track": "track",
}
_ADDRESSES: Final = ("href", "src", "poster")

WORDS_ONLY: Final = "a link to a file is words: a book cannot open it"
LOOSE: Final = "a link to a content that is not in the book is words"
ELSEWHERE: Final = "a picture on the web is a link: a book may not show it"
NOT_SHOWN: Final = "a file that readers of EPUB need not show is named only"


@dataclass(slots=True)
class Texts:
    """Of the page at `place`. `notes` collects what its texts lost; `alone`: a picture of it has no words."""

    outline: Outline
    shelf: Shelf
    course: str
    place: str
    notes: list[str] = field(default_factory=list)
    alone: bool = False
    _ids: set[str] = field(default_factory=set)
    _texts: int = 0

    def block(self, markdown: str, *, below: int, folder: str = "", title: str = "") -> Node:
        """A `div`. Its highest heading gets the level `below`; a first one that repeats `title` is left out.

        Relative links mean files seen from `folder` of the bundle.
        """
        root = fragment(render(markdown, _leave))
        for element in list(root.iterdescendants()):
            self._readdress(element, folder)
        _without_dead_players(root)
        make_valid(root)
        self._identify(root)
        _without_title(root, title)
        _lower(root, below)
        self.alone = self.alone or any(not image.get("alt") for image in root.iter("{*}img"))
        root.set("class", "text")
        return root

    def inline(self, markdown: str) -> list[Node | str]:
        """The same for a label: without the paragraph around it, where there is only one."""
        root = self.block(markdown, below=3)
        only = root[0] if len(root) == 1 and name(root[0]) == "p" else None
        if only is None or (root.text or "").strip() or (only.tail or "").strip():
            return [root]
        rename(only, "span")
        only.tail = None
        return [only]

    def picture(self, path: str | None, alt: str, css: str = "") -> Node | None:
        """A picture of the bundle; None without one, or when it cannot be shown."""
        place = self.shelf.take(path, "image") if path else None
        if path and place is None:
            self.notes.append(NOT_SHOWN)
        if place is None:
            return None
        image = h("img", src=self.to(place), class_=css)
        image.set("alt", alt)
        return image

    def to(self, place: str) -> str:
        """The address of another file of the book."""
        return relative(place, self.place)

    # ── addresses ────────────────────────────────────────────────────────────────────────────────

    def _readdress(self, element: Node, folder: str) -> None:
        tag = name(element)
        target = element.get("href") if tag == "a" else element.get("src")
        if element.get("poster"):
            self._poster(element, folder)
        if tag == "a":
            self._set(element, "href", self._destination(target or "", folder))
        elif tag in _USES and target is not None:
            self._show(element, tag, target, folder)
        elif tag == "img":
            remove(element)

    def _destination(self, target: str, folder: str) -> str | None:
        """What a link leads to; None when it can only be words."""
        by_key = CONTENT_LINK.fullmatch(target)
        if by_key:
            place = self.outline.linked(by_key[1] or self.course, by_key[2])
            if place is None:
                self.notes.append(LOOSE)
            return self.to(place) if place else None
        if target.startswith("#"):
            return target
        path = local_path(target)
        if path is None:
            return web_address(target)
        place = self.outline.pages.get(named(path, folder))
        if place:
            return self.to(place)
        self.shelf.name(named(path, folder), "a book cannot open it; a page speaks of it")
        self.notes.append(WORDS_ONLY)
        return None

    def _poster(self, element: Node, folder: str) -> None:
        path = local_path(element.get("poster", ""))
        place = self.shelf.take(named(path, folder), "image") if path else None
        self._set(element, "poster", self.to(place) if place else None)

    def _show(self, element: Node, tag: str, target: str, folder: str) -> None:
        path = local_path(target)
        parent = element.getparent()
        audio = tag == "source" and parent is not None and name(parent) == "audio"
        use: Use = "audio" if audio else _USES[tag]
        place = self.shelf.take(named(path, folder), use) if path else None
        if place:
            element.set("src", self.to(place))
            return
        remote = web_address(target) if path is None else None
        self.notes.append(ELSEWHERE if remote and tag == "img" else NOT_SHOWN)
        if tag in ("source", "track"):
            remove(element)
            return
        shown = element.get("alt") or (path or target).rpartition("/")[2]
        replace(element, h("a", shown, href=remote) if remote else h("span", shown, class_="missing"))

    def _set(self, element: Node, attribute: str, value: str | None) -> None:
        if value is None:
            drop(element, attribute)
        else:
            element.set(attribute, value)

    # ── names of places in the page ──────────────────────────────────────────────────────────────

    def _identify(self, root: Node) -> None:
        """Ids that are unique on the page, and links to those only; each text has names of its own."""
        self._texts += 1
        prefix = f"t{self._texts}-"
        own = set()
        for element in root.iter():
            said = element.get("id")
            drop(element, "id")
            made = prefix + _UNFIT_FOR_ID.sub(_hex, str(said)) if said else ""
            if made and made not in own:
                element.set("id", made)
                own.add(made)
        for link in root.iter("{*}a"):
            target = str(link.get("href", ""))
            if target.startswith("#"):
                made = prefix + _UNFIT_FOR_ID.sub(_hex, unquote(target[1:]))
                self._set(link, "href", f"#{made}" if made in own else None)


def web_address(target: str) -> str | None:
    """An address that is one for readers that check; None for what is none."""
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", "mailto"):
        return None
    if parts.scheme != "mailto" and not _HOST.fullmatch(parts.hostname or ""):
        return None
    _ = port  # reading it is what checks it
    return quote(_BAD_PERCENT.sub("%25", target), safe="!#$%&'()*+,/:;=?@_~-.")


def _leave(_path: str) -> None:
    return None


def _without_dead_players(root: Node) -> None:
    """A player without anything to play leaves the words that stood in it."""
    for player in list(root.iter("{*}audio", "{*}video")):
        if not player.get("src") and not any(name(child) == "source" for child in player):
            replace(player, h("span", words(player), class_="missing"))


def _hex(character: re.Match[str]) -> str:
    return f"_{ord(character[0]):x}"


def _without_title(root: Node, title: str) -> None:
    first = root[0] if len(root) and not (root.text or "").strip() else None
    if title and first is not None and name(first) == "h1" and words(first) == " ".join(title.split()):
        remove(first)


def _lower(root: Node, below: int) -> None:
    headings = [element for element in root.iter() if _HEADING.fullmatch(name(element))]
    highest = min((int(name(heading)[1]) for heading in headings), default=below)
    for heading in headings:
        rename(heading, f"h{min(6, int(name(heading)[1]) - highest + below)}")

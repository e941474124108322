"""Addresses inside pages: files of the course, other blocks, and pages of the platform."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from importers.olx.blocks import Block
from importers.olx.ledger import Ledger
from importers.olx.names import Names
from importers.shared import hrefs
from importers.shared.outcome import CARRIED, Outcome, changed, skipped
from importers.shared.pages import WORDS
from importers.shared.shelf import Refused, Shelf
from schemas.media import Use
from schemas.model import content_link
from schemas.richtext import is_safe_url

_STATIC: Final = re.compile(
    r"^(?:https?://[^/]+)?(?:/?static/|/c4x/[^/]+/[^/]+/asset/|/?(?:assets/courseware/.*)?asset-v1:.*block(?:@|/))(.+)$"
)
"""A file of the course: as authors write it, and as two generations of the platform address it."""
_JUMP: Final = re.compile(r"/jump_to(?:_id)?/([^?#]+)")
_COURSEWARE: Final = re.compile(r"^/courses/[^?#]+/courseware/([^?#]+)")
_TAB: Final = re.compile(r"^/courses/.*/(?:static_tab/)?([^/?#]+)/?$")
_LONGEST_SHOWN: Final = 200
_LONGEST: Final = 2_000
"""Characters of an address that is looked at."""
_PLATFORM: Final = re.compile(r"^/(?:courses|course|dashboard|wiki|discussion)\b")
_SHOWN: Final = frozenset(("a", "img", "audio", "video", "source", "track", "iframe", "embed", "object"))
"""Elements of pages here that have files, or become links to them; the files of others are no part of it."""


@dataclass(slots=True)
class Links:
    """Finds what addresses mean. `targets` are the blocks by url_name, `pages` the keys of tabs by slug."""

    shelf: Shelf
    ledger: Ledger
    names: Names
    base: str
    files: frozenset[str]
    targets: Mapping[str, Block]
    pages: Mapping[str, str]
    used: set[str] = field(default_factory=set)
    """Files that something refers to."""
    _static: dict[str, str] = field(default_factory=dict)
    _packed: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        folder = f"{self.base}static/"
        for name in sorted(self.files):
            if name.startswith(folder):
                inside = name[len(folder) :]
                for form in (inside, _flat(inside), _flat(inside).casefold()):
                    self._static.setdefault(form, name)

    def of(self, owner: str) -> Callable[[str, str], str | None]:
        """As `pages.page` wants it: (element, address) → address. All of the course are accounted for."""

        def link(tag: str, address: str) -> str | None:
            found = self._found(tag, address)
            if found is None:
                return f"https:{address}" if address.startswith("//") else address
            written, outcome = found
            shown = address if len(address) <= _LONGEST_SHOWN else f"{address[:_LONGEST_SHOWN]}…"
            self.ledger.tell("link", f"{owner} → {shown}", outcome)
            if written is None and tag == "img":
                return f"{WORDS}({posixpath.basename(address)[:80]})"
            return written

        return link

    def file(self, address: str) -> str | None:
        """The file of the package that an address of the course's files means."""
        match = _STATIC.match(address.strip())
        plain = unquote(match[1] if match else address).partition("?")[0].partition("#")[0].lstrip("/")
        for form in (plain, _flat(plain), _flat(plain).casefold()):
            if form in self._static:
                return self._static[form]
        return None

    def media(self, address: str, use: Use = "any") -> str | Refused:
        """The file as media of the bundle; what may be none goes into a zip."""
        name = self.file(address)
        if name is None:
            return Refused("the file is not in the package")
        self.used.add(name)
        called = name[len(f"{self.base}static/") :]
        put = self.shelf.put(name, called=called, use=use)
        if isinstance(put, Refused) and use == "any":
            if name not in self._packed:
                self._packed[name] = self.shelf.pack(f"{called}.zip", [name])
            return self._packed[name]
        return put

    def content(self, url_name: str) -> str | None:
        """A link to a block, or to the first content of one that holds others."""
        block = self.targets.get(unquote(url_name))
        found = first(block) if block else None
        return content_link(self.names.of(found)) if found else None

    # ── one address ──────────────────────────────────────────────────────────────────────────────

    def _found(self, tag: str, address: str) -> tuple[str | None, Outcome] | None:
        """What to write and its account; None for addresses that mean nothing of the course."""
        if len(address) > _LONGEST and not address.startswith("data:"):
            return None
        for reading in (self._block, self._file, self._page, self._data):
            found = reading(tag, address)
            if found:
                return found
        if _PLATFORM.match(address):
            return None, skipped("a page of the platform")
        if address.startswith(("#", "//", "?")) or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", address):
            return None
        if self.file(address):
            return self._file(tag, f"/static/{address}")
        return None, skipped("leads to nothing in the package")

    def _block(self, _tag: str, address: str) -> tuple[str | None, Outcome] | None:
        jump, inside = _JUMP.search(address), _COURSEWARE.match(address)
        if not jump and not inside:
            return None
        path = (jump or inside)[1].strip("/")  # type: ignore[index]
        wanted = re.split(r"[/@]", path)[-1] if jump else path
        written = next(filter(None, map(self.content, reversed(wanted.split("/")))), None)
        if written is None and hrefs.is_web(address):
            return None
        missing = skipped("the block is not in the package, or nothing of it can be opened")
        return (written, CARRIED) if written else (None, missing)

    def _file(self, tag: str, address: str) -> tuple[str | None, Outcome] | None:
        if not _STATIC.match(address):
            return None
        if self.file(address) is None and hrefs.is_web(address):
            return None
        if tag not in _SHOWN:
            return None, skipped(f"a page here has no <{tag}>")
        path = self.media(address, "image" if tag == "img" else "any")
        if isinstance(path, Refused):
            return None, skipped(path.reason)
        plain, mark, fragment = address.partition("#")
        if path.endswith(".zip") and not unquote(plain).endswith(".zip"):
            return path, changed("the file is in a zip: it is no media by itself")
        return path + mark + fragment, CARRIED

    def _data(self, tag: str, address: str) -> tuple[str | None, Outcome] | None:
        """A picture in its address."""
        if tag != "img" or not address.startswith("data:"):
            return None
        path = self.shelf.put_data(address, "picture")
        if isinstance(path, Refused):
            return None, skipped(path.reason)
        return path, CARRIED

    def _page(self, _tag: str, address: str) -> tuple[str | None, Outcome] | None:
        match = _TAB.match(address)
        key = self.pages.get(match[1]) if match else None
        return (content_link(key), CARRIED) if key else None


def first(block: Block) -> Block | None:
    """What is opened when one goes to a block: itself, or the first that can be opened in it."""
    if block.same:
        return first(block.same)
    if not block.holds:
        return None if block.problem else block
    return next(filter(None, map(first, block.children)), None) or (None if block.children else block)


def web(address: str) -> str | None:
    """An address for a field that wants one on the web, or None."""
    full = f"https:{address}" if address.startswith("//") else address
    good = hrefs.is_web(full) and is_safe_url(full) and len(full) <= 500
    return full if good and re.match(r"^https?://[^@/?#\\\x00-\x20]+([/?#][^\x00-\x20]*)?$", full) else None


def _flat(name: str) -> str:
    """The platform keeps files without folders, and with underscores for what it finds odd."""
    return re.sub(r"[^\w.()\[\]-]", "_", name)

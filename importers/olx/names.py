"""Keys of contents and sections: the url_names, which learners' progress hangs on in Open edX too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from importers.olx.blocks import Block
from importers.shared import keys

_KEEPING: Final = ("chapter", "sequential", "vertical", "html", "video", "problem")
"""Of blocks of several categories with one url_name (courses written by hand), the first keeps it."""


class Names:
    """The key of every block, and further keys that no block has."""

    def __init__(self, blocks: Iterable[Block], pages: Iterable[str]) -> None:
        identifiers: dict[Block, str] = {}
        taken: set[str] = set()
        own = [block for block in blocks if not block.same]
        for block in sorted(own, key=lambda each: (bool(each.branch), _rank(each))):
            identifiers[block] = _identifier(block, taken)
            taken.add(identifiers[block])
        self._pages = {page: _free(page, taken) for page in pages}
        taken |= set(self._pages.values())
        self._keys = keys.keys(sorted(taken), "block")
        self._identifiers = identifiers
        self._taken = set(self._keys.values())

    def of(self, block: Block) -> str:
        return self._keys[self._identifiers[block.same or block]]

    def page(self, page: str) -> str:
        return self._keys[self._pages[page]]

    def beside(self, key: str, what: str) -> str:
        """A key for what belongs to a content: its pictures, its source."""
        made = f"{key[: keys.MAX_LENGTH - len(what) - 1]}-{what}"
        if made in self._taken:
            made = keys.distinct(made, f"{key} {what}")
        self._taken.add(made)
        return made


def _rank(block: Block) -> int:
    return _KEEPING.index(block.category) if block.category in _KEEPING else len(_KEEPING)


def _identifier(block: Block, taken: set[str]) -> str:
    """The url_name; drafts that differ from what is published say which branch they are of."""
    plain = block.url_name or block.identity
    wanted = f"{block.branch}-{plain}" if block.branch and plain in taken else plain
    if wanted in taken:
        wanted = f"{block.category}-{wanted}"
    return wanted if wanted not in taken else f"{wanted}-{block.digest[:12]}"


def _free(page: str, taken: set[str]) -> str:
    return f"page-{page}" if page in taken else page


def targets(blocks: Iterable[Block]) -> Mapping[str, Block]:
    """Blocks by url_name, for links: what is published before drafts."""
    found: dict[str, Block] = {}
    for block in sorted(blocks, key=lambda each: bool(each.branch)):
        if block.url_name and not block.problem:
            found.setdefault(block.url_name, block.same or block)
    return found

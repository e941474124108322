"""What is made of a bundle once, however many tenants it goes to: the first thread that needs it makes it."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loaders.content.rows.items import Tree
    from pipeline.keeping import Kept
    from schemas.model import Bundle


class Prepared:
    """Of one bundle: its documents packed for the media store, and its rows."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle, self._lock = bundle, Lock()
        self._kept: Kept | None = None
        self._tree: Tree | None = None

    def kept(self) -> Kept:
        from pipeline.keeping import pack

        with self._lock:
            if self._kept is None:
                self._kept = pack(self._bundle)
            return self._kept

    def tree(self) -> Tree:
        from loaders.content.collector import paused
        from loaders.content.rows.flatten import flatten

        with self._lock, paused():
            if self._tree is None:
                self._tree = flatten(self._bundle)
            return self._tree

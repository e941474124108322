"""Bundle paths as the media store knows them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from functools import partial

from schemas.media import storage_key
from schemas.model import Media


class Stored:
    """The media of one bundle."""

    def __init__(self, media: Iterable[Media]) -> None:
        self.media = {one.path: one for one in media}
        self._keys = {one.path: storage_key(one.digest, one.media_type) for one in media}

    def key(self, path: str | None) -> str | None:
        """The storage key of a file. Raises KeyError for a path that is not in the bundle's media."""
        return None if path is None else self._keys[path]

    def resolver(self, folder: str) -> Callable[[str], str | None]:
        """For `richtext.render`: links of a page in `folder`; other targets are left as they are."""
        return partial(self._resolve, folder)

    def _resolve(self, folder: str, target: str) -> str | None:
        path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        return self._keys.get(path)


def paths(**named: str | None) -> dict[str, str] | None:
    """Where an item's files are in the bundle, by field; None when it has none."""
    return {name: path for name, path in named.items() if path is not None} or None

"""Where the media of a bundle lie in formats that have pages of their own beside them."""

from __future__ import annotations

import posixpath
from typing import Final
from urllib.parse import quote

_MEDIA: Final = "media/"
_ELSEWHERE: Final = "files/"


def media_place(path: str) -> str:
    """What is in `media/` stays there, the rest goes into `files/`: no two meet, and none meets a page."""
    return path if path.startswith(_MEDIA) else _ELSEWHERE + path


def relative(target: str, page: str) -> str:
    """The address of a file as seen from a page, in ASCII."""
    return quote(posixpath.relpath(target, posixpath.dirname(page) or "."), safe="/~")


def named(path: str, folder: str) -> str:
    """The file of the bundle that a link (decoded) on a page in `folder` means."""
    return path[1:] if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))

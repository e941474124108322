"""Names of files that every server, unzipper and address spells alike."""

from __future__ import annotations

import hashlib
import posixpath
import re
from typing import Final

_UNFIT: Final = re.compile(r"[^A-Za-z0-9._/-]+")


def plain(path: str) -> str:
    """The path if it is plain, else a name in ASCII that no other path has, with the same extension."""
    name = _UNFIT.sub("-", path)
    if name == path:
        return path
    stem, extension = posixpath.splitext(name)
    return f"{stem}-{hashlib.sha256(path.encode()).hexdigest()[:8]}{extension}"

"""What things are called in a course: blocks by the keys of the bundle, files without folders.

Open edX tells learners' work apart by `url_name`, so it depends on keys alone. A name that holds `~` is none
of a content: keys have no such character, and usage keys allow it (opaque-keys, `ALLOWED_ID_CHARS`).
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from typing import Final

from schemas.model import Content, QuizContent

RUN: Final = "course"
"""The name of the run: a course of ours is not repeated with other dates."""
STARTED: Final = "2020-01-01T00:00:00Z"
ENDED: Final = "2100-01-01T00:00:00Z"
"""Of what says no date: without one, Studio takes 2030 for the start of a course, and others complain."""
SUBTITLES: Final = "subtitles-"
"""How files begin that are none of the bundle, and no other."""
_MEDIA: Final = "media/"
_ODD: Final = re.compile(r"[^A-Za-z0-9._-]+")
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def lesson(key: str) -> str:
    """The sequential that holds a content, or what is said of a section."""
    return f"{key}~lesson"


def unit(key: str) -> str:
    """The vertical in it."""
    return f"{key}~unit"


def beside(key: str, what: str) -> str:
    """A block beside the one that has the key itself, or a question of a quiz."""
    return f"{key}~{what}"


def target(content: Content) -> str:
    """What a link to a content leads to: the unit of a quiz, which is several blocks."""
    return unit(content.key) if isinstance(content, QuizContent) else content.key


def static(path: str) -> str:
    """The name of a file of the bundle among those of the course, in ASCII and without folders.

    The platform keeps them in one folder, and replaces what it finds odd in names.
    """
    inside = path.removeprefix(_MEDIA)
    if path.startswith(_MEDIA) and _PLAIN.fullmatch(inside) and not inside.startswith(SUBTITLES):
        return inside
    stem, ending = posixpath.splitext(_ODD.sub("_", inside))
    plain = stem.removeprefix(SUBTITLES).strip("._-") or "file"
    return f"{plain}-{hashlib.sha256(path.encode()).hexdigest()[:8]}{ending}"

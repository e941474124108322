"""What a book can say of itself to readers who do not see or hear it (EPUB Accessibility 1.1, section 2)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

_ALWAYS: Final = ("tableOfContents", "readingOrder", "structuralNavigation", "displayTransformability")
_MOVING: Final = frozenset(("image/gif", "image/svg+xml", "image/webp"))


def modes(types: AbstractSet[str]) -> tuple[str, ...]:
    """The senses that something in the book is for; `types` are the media types of its files."""
    seen = any(kind.startswith(("image/", "video/")) for kind in types)
    return ("textual", *(["visual"] if seen else []), *(["auditory"] if _sounds(types) else []))


def sufficient(types: AbstractSet[str], *, alone: bool) -> str:
    """Text is enough where nothing sounds and no picture stands alone, without words."""
    return ",".join(modes(types)) if alone or _sounds(types) else "textual"


def features(types: AbstractSet[str], *, alone: bool) -> tuple[str, ...]:
    described = any(kind.startswith("image/") for kind in types) and not alone
    return (*_ALWAYS, "alternativeText") if described else _ALWAYS


def moves(types: AbstractSet[str]) -> bool:
    """Whether something might flash or move: nobody has looked at it."""
    return any(kind.startswith("video/") for kind in types) or bool(_MOVING & types)


def _sounds(types: AbstractSet[str]) -> bool:
    return any(kind.startswith(("audio/", "video/")) for kind in types)

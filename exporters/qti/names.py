"""Keys as identifiers of QTI: NCNames, the same at every export."""

from __future__ import annotations

from typing import Final

RESPONSE: Final = "RESPONSE"


def named(key: str) -> str:
    """An identifier begins with a letter or `_`."""
    return key if key[0].isalpha() else f"_{key}"


def right_side(key: str) -> str:
    """Of a pair, whose left side has its key: no key has capitals."""
    return f"R_{key}"

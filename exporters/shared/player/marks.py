"""Short names for what state is kept of: they fit into 4,096 characters and outlive any new order.

A mark is the beginning of a digest of the thing's address, three characters or as many as keep all
marks of the unit apart. A later version of the package with longer marks still knows the shorter ones.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from typing import Final

_SHORTEST: Final = 3


def marks(addresses: Sequence[str]) -> list[str]:
    """One mark for each address, all of the same length; the addresses differ."""
    digests = [digest(address) for address in addresses]
    length = _SHORTEST
    while len({whole[:length] for whole in digests}) < len(digests):
        length += 1
    return [whole[:length] for whole in digests]


def shape(parts: Iterable[str]) -> str:
    """Tells whether stored answers, which are positions, still mean the same: six characters."""
    return digest("\n".join(parts))[:6]


def digest(text: str) -> str:
    """43 characters of URL-safe base64."""
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")

"""Readable, stable keys from the identifiers of foreign packages.

An authoring tool keeps an identifier when a package is exported again, and learners' progress hangs on
the key: so a key depends on the identifiers alone, never on titles or positions.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final

MAX_LENGTH: Final = 80
_WINDOWS_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
"""Keys become file names, and these are no names for files."""
_TAIL: Final = 8
"""Hex digits that tell keys apart where the identifiers' own characters do not."""


def key(identifier: str, fallback: str) -> str:
    """An identifier as a key: `HĐ2:_Công_dụng` → `h-2-_cong_dung`.

    One without a Latin letter or digit gives `fallback-<hash>`; a long one is cut and ends in its hash.
    """
    plain = unicodedata.normalize("NFKD", identifier.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = re.sub(r"[^a-z0-9._]+", "-", plain).strip("-._")
    if not plain:
        return f"{fallback}-{_tail(identifier)}"
    if _WINDOWS_DEVICE.match(plain):
        return f"{fallback}-{plain}"
    if len(plain) > MAX_LENGTH:
        return f"{plain[: MAX_LENGTH - _TAIL - 1]}-{_tail(identifier)}"
    return plain


def keys(identifiers: Iterable[str], fallback: str) -> dict[str, str]:
    """A distinct key for each of several distinct identifiers.

    Where two give the same key (`Item` and `item`), the one that is written like the key keeps it and the
    others end in their hash, whatever the order: adding an item later renames nothing that was written so.
    """
    plain = {identifier: key(identifier, fallback) for identifier in identifiers}
    shared = Counter(plain.values())
    return {
        identifier: short if shared[short] == 1 or short == identifier else distinct(short, identifier)
        for identifier, short in plain.items()
    }


def distinct(short: str, identifier: str) -> str:
    """The key with a hash of what it stands for behind it."""
    return f"{short[: MAX_LENGTH - _TAIL - 1]}-{_tail(identifier)}"


def _tail(identifier: str) -> str:
    return hashlib.sha256(identifier.encode()).hexdigest()[:_TAIL]

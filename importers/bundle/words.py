"""Small words of messages: lists of names, and the name that was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

_CANDIDATES = 200
"""Comparing a word with one name takes 10 to 50 µs."""


def one_of(names: Iterable[str], limit: int = 12) -> str:
    """`'a', 'b' or 'c'`, cut after `limit` names."""
    quoted = [f"'{name}'" for name in names]
    if len(quoted) > limit:
        return ", ".join(quoted[:limit]) + f" or {len(quoted) - limit} others"
    if len(quoted) < 2:
        return "".join(quoted) or "nothing"
    return ", ".join(quoted[:-1]) + f" or {quoted[-1]}"


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name a person meant who typed `word`; None when none is like it."""
    from difflib import get_close_matches

    spelled = {_plain(name): name for name in islice(names, _CANDIDATES)}
    found = get_close_matches(_plain(word), spelled, n=1, cutoff=0.6)
    return spelled[found[0]] if found else None


def did_you_mean(word: str, names: Iterable[str], otherwise: str) -> str:
    """A mend: `did you mean 'title'?`, or the other advice when nothing is near."""
    near = nearest(word, names)
    return f"did you mean '{near}'?" if near else otherwise


def as_key(text: str) -> str:
    """A key made of the text, as a suggestion: `First Aid` → `first-aid`; empty when nothing is left."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._")[:80]


def _plain(name: str) -> str:
    """`passingScore`, `passing-score` and `passing_score` are one name to a person."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().replace("-", "_")

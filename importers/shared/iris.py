"""Readable keys from identifiers that are addresses (IRIs), as xAPI and cmi5 have them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from importers.shared import keys

_SCHEME: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:/*")
_SEGMENTS: Final = re.compile(r"[^/:#?]*[/:#?]*")


def without_scheme(iri: str) -> str:
    """`https://example.org/course` → `example.org/course`."""
    return _SCHEME.sub("", iri)


def keys_below(iri: str, others: Sequence[str], fallback: str) -> dict[str, str]:
    """A key for each of several distinct IRIs, from what they do not share with the IRI of their course.

    Each depends on the two IRIs alone, so that a further one renames nothing; only where two would be the
    same (`…/course/one` and `…/one`), both are made from the whole IRI.
    """
    short = {each: _below(each, iri) for each in others}
    taken = Counter(short.values())
    text = {each: name if taken[name] == 1 else without_scheme(each) for each, name in short.items()}
    if len(set(text.values())) < len(text):
        text = {each: each for each in others}
    made = keys.keys(text.values(), fallback)
    return {each: made[text[each]] for each in others}


def _below(iri: str, root: str) -> str:
    """The segments of an IRI behind those it has in common with another."""
    own, shared = _SEGMENTS.findall(iri)[:-1], _SEGMENTS.findall(root)[:-1]
    same = 0
    while same < min(len(own), len(shared)) and own[same].rstrip("/:#?") == shared[same].rstrip("/:#?"):
        same += 1
    return "".join(own[same:]) or without_scheme(iri)

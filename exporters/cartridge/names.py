"""Identifiers of a manifest: NCNames that are unique in it, made from keys alone.

An LMS tells by them what it has already. Keys begin with a small letter or a digit, so none of a resource is
one of an item (`I-`), a section (`_`) or a file (`F-`).
"""

from __future__ import annotations

import hashlib


def resource(key: str) -> str:
    return key if key[0].isalpha() else f"r-{key}"


def beside(key: str, what: str) -> str:
    """What stands beside a content or a section: `T-film` for its transcript."""
    return f"{what}-{key}"


def item(resource: str) -> str:
    return f"I-{resource}"


def section(key: str) -> str:
    return f"_{key}"


def manifest(course: str) -> str:
    return f"__{course}"


def file(path: str) -> str:
    return f"F-{hashlib.sha256(path.encode()).hexdigest()[:16]}"

"""What every bundle needs and hardly any foreign package says: a key that is its own, and somebody to ask."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from importers.shared import keys
from importers.shared.outcome import CARRIED, Outcome

PLACEHOLDER_INSTRUCTOR: Final = "instructor@example.com"
"""Packages name no instructor and a course needs one: whoever imports puts the real address here."""
NOBODY: Final[Outcome] = (
    "changed",
    "the package names nobody, and a placeholder stands there: put the real address into bundle.yaml",
)

_PLACEHOLDER: Final = re.compile(
    r"^(exeackagename.*|((single|multi|my|ims|scorm|manifest|man|course|package|default|module|id|b)[-_.]*)*\d{0,3})$"
)
"""Identifiers that tools write for every package alike: as keys they would make two bundles one."""
_PLACEHOLDER_TITLES: Final = re.compile(
    r"^(untitled|title|package|course|course-title|course-object-title|captivate-e-learning-course|project)?(-\d+)?$"
)


@dataclass(frozen=True, slots=True)
class Name:
    """The key of the bundle and what the report says about it."""

    key: str
    outcome: Outcome


def name(identifier: str, title: str, digest: str) -> Name:
    """A bundle's key: the package's identifier; where that is a placeholder, the title; or the digest.

    `digest` is that of the manifest's bytes: the same package always gives the same key.
    """
    own = keys.key(identifier, "package") if identifier else ""
    if own and not _PLACEHOLDER.match(own):
        return Name(own, CARRIED)
    said = f"{identifier!r} stands in many packages" if identifier else "no identifier"
    from_title = keys.key(title, "package") if title.strip() else "package"
    if not _PLACEHOLDER_TITLES.match(from_title):
        return Name(
            from_title, ("changed", f"{said}: the key is made from the title; keep it in bundle.yaml")
        )
    made = keys.distinct(from_title, digest)
    return Name(made, ("changed", f"{said}, as does the title: choose a better key in bundle.yaml"))


def of_file(identifier: str, title: str) -> Name:
    """The key of what has nothing but the name of its file or folder: the same for each edition of it."""
    return name(identifier, title, hashlib.sha256(identifier.encode()).hexdigest())

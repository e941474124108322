"""Finding the file that says what a package holds: the shallowest one of its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source

SEVERAL: Final = Rule("CW507", "several-manifests", "A zip holds one package.")


def shallowest(names: Sequence[str], manifest: str) -> list[str]:
    """Those of a name that lie least deep: exports keep further ones of their own attachments below."""
    found = [name for name in names if name.lower().rpartition("/")[2] == manifest]
    depth = min((name.count("/") for name in found), default=0)
    return [name for name in found if name.count("/") == depth]


def near(names: Sequence[str], manifest: str) -> list[str]:
    """The shallowest, where they lie at the root or one folder down."""
    return [name for name in shallowest(names, manifest) if name.count("/") <= 1]


def require_one(source: Source, found: Sequence[str]) -> None:
    """Raises RefusedError where packages lie side by side."""
    if len(found) > 1:
        raise RefusedError(
            [
                Finding(
                    rule=SEVERAL,
                    location=Location(source.label),
                    found=f"{len(found)} packages side by side: {', '.join(found[:3])}",
                    expected="one package, at the root or in one folder",
                    mend="zip each package on its own and import them one by one",
                )
            ]
        )

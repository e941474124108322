"""The releases of a tenant, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from schemas.printable import printable

if TYPE_CHECKING:
    from loaders.content.plan import Release

_HAPPENED = ("created", "changed", "moved", "restored", "archived")


def write(releases: Sequence[Release], tenant: str, stream: TextIO) -> None:
    """A line a release, and one of what it did; `now` marks what the tenant has."""
    if not releases:
        stream.write(f"nothing was ever published to {tenant}\n")
    seen: set[str] = set()
    for release in releases:
        current = "  (now)" if release.bundle not in seen else ""
        seen.add(release.bundle)
        stream.write(printable(_line(release)) + current + "\n")
        stream.write(f"      {done(release.counts)}{_mark(release)}\n")


def _line(release: Release) -> str:
    commit = f", commit {release.git_commit}" if release.git_commit else ""
    return (
        f"{release.id:>4}  {release.published_at:%Y-%m-%d %H:%M} UTC  {release.bundle}"
        f"  {release.digest.hex()[:8]}  by {release.published_by or 'somebody who is gone'}{commit}"
    )


def done(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Totals over all kinds, as in "3 created, 1 archived"."""
    totals = {word: sum(each.get(word, 0) for each in counts.values()) for word in _HAPPENED}
    return ", ".join(f"{number:,} {word}" for word, number in totals.items() if number)


def _mark(release: Release) -> str:
    back = f"; back to release {release.rollback_to}" if release.rollback_to else ""
    return back if release.bundle_file else f"{back}; kept no bundle: cannot be rolled back to"


def document(release: Release) -> dict[str, Any]:
    return {
        "release": release.id,
        "bundle": release.bundle,
        "at": release.published_at.isoformat(),
        "by": release.published_by,
        "commit": release.git_commit,
        "digest": release.digest.hex(),
        "bundle_file": release.bundle_file,
        "rollback_to": release.rollback_to,
        "counts": {kind: dict(each) for kind, each in release.counts.items()},
    }

"""How much a package may hold. Each refusal names the limit by the field's name (docs/adr/0006)."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes. The size limits are for archives only: a folder holds no more than it shows.

    A member may be the largest video that is taken (schemas.media.CEILINGS). What keeps bombs out is `ratio`:
    media hardly compress.
    """

    archive_bytes: int = 8 * GIB
    directory_bytes: int = 32 * MIB
    header_bytes: int = 256 * KIB
    """Of one extended tar header: long names, and what pax says besides."""
    members: int = 10_000
    folder_files: int = 100_000
    member_bytes: int = 5 * GIB
    total_bytes: int = 8 * GIB
    ratio: int = 200
    ratio_free_bytes: int = 64 * MIB
    """Honest tables deflate beyond 100:1: so much may be beyond the ratio, all in all."""
    name_bytes: int = 1_000
    segment_bytes: int = 255
    depth: int = 32


LIMITS = Limits()

WRITTEN = Limits(archive_bytes=2 * GIB - 1, member_bytes=2 * GIB - 1, total_bytes=4 * GIB - 1)
"""Of the zips we write: they need no zip64, which not every program reads."""

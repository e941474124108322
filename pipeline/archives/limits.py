"""How much a package may hold. Each refusal names the limit by the field's name (docs/adr/0006)."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes. The size limits are for archives only: a folder holds no more than it shows."""

    archive_bytes: int = 2 * GIB
    directory_bytes: int = 32 * MIB
    members: int = 10_000
    folder_files: int = 100_000
    member_bytes: int = 256 * MIB
    total_bytes: int = 4 * GIB
    ratio: int = 200
    ratio_free_bytes: int = 64 * MIB
    """Honest tables deflate beyond 100:1; the ratio counts only for members that unpack to more than this."""
    name_bytes: int = 1_000
    segment_bytes: int = 255
    depth: int = 32


LIMITS = Limits()

"""Numbers with their nouns and units, as people say them."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, noun: str, plural: str = "") -> str:
    """As in "1 file", "2 files", "1,000 files"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def named(names: Sequence[str], most: int = 5) -> str:
    """As in "ann", "ann, bo" and "ann, bo, cy, di, ed and 95 more"."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def sized(octets: int) -> str:
    """Bytes in the unit that keeps the figure short: "0 B", "4.2 KiB", "1.5 GiB"."""
    size = float(octets)
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"

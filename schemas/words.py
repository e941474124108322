"""Numbers with their nouns and units, as people say them."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str = "") -> str:
    """As in "1 file", "2 files", "1,000 files"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def sized(octets: int) -> str:
    """Bytes in the unit that keeps the figure short: "0 B", "4.2 KiB", "1.5 GiB"."""
    size = float(octets)
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"

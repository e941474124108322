"""What a zip calls its members: declared UTF-8, undeclared UTF-8, old code pages, and a second Unicode name.

APPNOTE 4.4.4 (bit 11), Appendix D, and 4.6.9 (Info-ZIP Unicode Path). macOS and Moodle 2 store UTF-8 without
saying so, Windows an OEM code page, WinZip and WinRAR a best-fit name with the true one beside it.
"""

from __future__ import annotations

import struct
import zlib

from pipeline.archives.directory import UNICODE_PATH, UTF8, Entry
from pipeline.archives.faults import CONTRADICTION, REPACK
from pipeline.archives.listing import Listing
from pipeline.archives.names import NAME_CHANGED, mended, refusal
from schemas.findings import Rule

BAD_NAME = Rule("CW014", "name-not-text", "A file name is not in the encoding the archive declares.")
GUESSED_NAME = Rule(
    "CW023", "name-guessed", "A file name is in no declared encoding; its reading is a guess."
)

_DOS = 0


def stored_name(entry: Entry, listing: Listing) -> str | None:
    """The name as its author meant it; None, with a finding in `listing`, when that cannot be known."""
    second = entry.extra.get(UNICODE_PATH)
    if entry.flags & UTF8:
        try:
            name = entry.name.decode()
        except UnicodeDecodeError:
            shown = entry.name.decode(errors="backslashreplace")
            listing.refuse(BAD_NAME, shown, "bytes that are not UTF-8", "UTF-8, as it declares", REPACK)
            return None
    else:
        name, guess = _undeclared(entry)
        if guess and second is None:
            found = f"its name is in no declared encoding; read as {guess}"
            listing.note(
                GUESSED_NAME, name, found, "UTF-8", "Compare its accents; rename it if they are wrong."
            )
    return name if second is None else _better(entry, name, second, listing)


def _undeclared(entry: Entry) -> tuple[str, str]:
    """The name, and the code page if one had to be guessed: by the system that wrote the zip, else DOS.

    UTF-8 where it fits is no guess: text in another encoding looks like it only by a rare accident.
    """
    for encoding, guess in (("utf-8", ""), ("cp437" if entry.system == _DOS else "cp1252", "cp1252")):
        try:
            return entry.name.decode(encoding), guess and encoding
        except UnicodeDecodeError:
            continue
    return entry.name.decode("cp437"), "cp437"


def _better(entry: Entry, name: str, field: bytes, listing: Listing) -> str | None:
    """The Unicode Path, when it is plausibly the same name; two names that differ otherwise are refused."""
    try:
        version, checksum = struct.unpack_from("<BL", field)
        other = mended(field[5:].decode())
    except (struct.error, UnicodeDecodeError):
        version, checksum, other = 0, 0, ""
    older = mended(name)
    if version == 1 and checksum == zlib.crc32(entry.name):
        if other == older:
            return name
        if not entry.flags & UTF8 and not refusal(older) and _is_accented_twin(older, other):
            found = "read by its Unicode name; the zip has an older one beside it"
            listing.note(NAME_CHANGED, other, found, "one name")
            return other
    listing.refuse(CONTRADICTION, name, f"a second name, {other!r}", "one name", REPACK)
    return None


def _is_accented_twin(older: str, other: str) -> bool:
    """Equal depth, and each part equal, or not ASCII with an equal extension: no code page holds those."""
    olds, news = older.split("/"), other.split("/")
    return len(olds) == len(news) and all(
        old == new or (not new.isascii() and _extension(old) == _extension(new))
        for old, new in zip(olds, news, strict=True)
    )


def _extension(part: str) -> str:
    return part.rpartition(".")[2] if "." in part else ""

"""What a zip calls its members: declared UTF-8, undeclared UTF-8, old code pages, and a second Unicode name.

APPNOTE 4.4.4 (bit 11), Appendix D, and 4.6.9 (Info-ZIP Unicode Path). Writers differ: macOS and Moodle 2 store
UTF-8 without the flag, Windows OEM code pages, WinZip and WinRAR a best-fit name plus the true one beside it.
"""

from __future__ import annotations

import struct
import zlib

from pipeline.archives.directory import CONTRADICTION, REPACK, Entry
from pipeline.archives.listing import Listing
from pipeline.archives.names import NAME_CHANGED, mended, refusal
from schemas.findings import Rule

BAD_NAME = Rule("CW014", "name-not-text", "A file name is not in the encoding the zip declares.")
GUESSED_NAME = Rule(
    "CW023", "name-guessed", "A file name is in no declared encoding, and was read with a guess."
)

_UNICODE_PATH = 0x7075
_DOS = 0


def stored_name(entry: Entry, listing: Listing) -> str | None:
    """The name as its author meant it; None with a finding when that cannot be known."""
    try:
        name = entry.name.decode("utf-8" if entry.utf8 else "ascii")
    except UnicodeDecodeError:
        if entry.utf8:
            shown = entry.name.decode("utf-8", "backslashreplace")
            return listing.refuse(
                BAD_NAME, shown, "bytes that are not UTF-8", "UTF-8, as it declares", REPACK
            )
        name = _undeclared(entry, listing)
    field = entry.extra.get(_UNICODE_PATH)
    return name if field is None else _second_name(entry, name, field, listing)


def _undeclared(entry: Entry, listing: Listing) -> str:
    """UTF-8 when it fits (no other text looks like it by chance), else Windows or DOS by the system that wrote it."""
    if entry.extra.get(_UNICODE_PATH) is None:
        try:
            return entry.name.decode("utf-8")
        except UnicodeDecodeError:
            pass
    code_page = "cp437" if entry.system == _DOS else "cp1252"
    try:
        name = entry.name.decode(code_page)
    except UnicodeDecodeError:
        code_page, name = "cp437", entry.name.decode("cp437")
    if _UNICODE_PATH not in entry.extra:
        listing.note(
            GUESSED_NAME, name, f"a name in no declared encoding, read as {code_page}", "Compare its accents."
        )
    return name


def _second_name(entry: Entry, name: str, field: bytes, listing: Listing) -> str | None:
    """The Unicode Path when it is plausibly the same name: then it is the better one. Else two names: refused."""
    try:
        version, checksum = struct.unpack_from("<BL", field)
        other = mended(field[5:].decode("utf-8"))
    except (struct.error, UnicodeDecodeError):
        version, checksum, other = 0, 0, ""
    if version == 1 and checksum == zlib.crc32(entry.name):
        if other == mended(name):
            return name
        if not entry.utf8 and not refusal(mended(name)) and _same_but_for_accents(mended(name), other):
            listing.note(
                NAME_CHANGED,
                other,
                "read by its Unicode name; the zip has a second, older one",
                "Nothing to do.",
            )
            return other
    return listing.refuse(CONTRADICTION, name, f"a second name {other!r}", "one name", REPACK)


def _same_but_for_accents(older: str, other: str) -> bool:
    """Same depth and extension, and only parts with non-ASCII letters differ: what a code page cannot hold."""
    parts = list(zip(older.split("/"), other.split("/"), strict=False))
    return older.count("/") == other.count("/") and all(
        old == new or (not new.isascii() and old.rpartition(".")[2].lower() == new.rpartition(".")[2].lower())
        if "." in new or "." in old
        else old == new or not new.isascii()
        for old, new in parts
    )

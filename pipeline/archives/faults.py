"""What can be wrong with the structure of a zip; what with names is in `names`, with bytes in `inflate`."""

from __future__ import annotations

from pipeline.archives.findings import LIMIT
from schemas.findings import Rule

CUT_OFF = Rule("CW002", "zip-cut-off", "A zip does not end where its end record says.")
CONTRADICTION = Rule(
    "CW003", "zip-contradicts-itself", "Two places of a zip say different things about one member."
)
HIDDEN_BYTES = Rule("CW004", "zip-hidden-bytes", "Bytes of a zip belong to no member, or to two.")
ENCRYPTED = Rule("CW005", "zip-encrypted", "A member is protected by a password.")
METHOD = Rule("CW006", "zip-method", "A member is compressed in a way that is not taken.")
NOT_A_FILE = Rule("CW007", "not-a-file", "A link or a device in place of a file.")

REPACK = "Pack the files again with an ordinary zip program, and take that."
FEWER = "Split the package, or use a folder in place of the zip."


class BadZipError(Exception):
    """The zip cannot be believed. `member` is its stored name, where one member is at fault."""

    def __init__(
        self, rule: Rule, found: str, expected: str, *, mend: str = REPACK, member: bytes = b""
    ) -> None:
        super().__init__(found)
        self.rule, self.found, self.expected, self.mend, self.member = rule, found, expected, mend, member


def too_much(found: str, limit: str, most: int, *, mend: str = FEWER, member: bytes = b"") -> BadZipError:
    """The refusal that names the limit."""
    return BadZipError(LIMIT, found, f"at most {most:,} (limit {limit})", mend=mend, member=member)

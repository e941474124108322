"""What can be wrong with the structure of an archive; with names: see `names`, with bytes: see `inflate`."""

from __future__ import annotations

from pipeline.archives.findings import LIMIT, refused
from schemas.findings import RefusedError, Rule

CUT_OFF = Rule("CW002", "cut-off", "An archive does not end where it says.")
CONTRADICTION = Rule(
    "CW003", "contradicts-itself", "Two places of an archive say different things about one member."
)
HIDDEN_BYTES = Rule("CW004", "hidden-bytes", "Bytes of an archive belong to no member, or to two.")
ENCRYPTED = Rule("CW005", "encrypted", "A member is protected by a password.")
METHOD = Rule("CW006", "method", "A member is compressed or stored in a way that is not taken.")
NOT_A_FILE = Rule("CW007", "not-a-file", "A link or a device in place of a file.")

REPACK = "Pack the files again with an ordinary program, and take that."
FEWER = "Split the package, or use a folder in place of the archive."


class BadArchiveError(Exception):
    """The archive cannot be believed. `member` is its stored name, where one member is at fault."""

    def __init__(
        self, rule: Rule, found: str, expected: str, *, mend: str = REPACK, member: bytes = b""
    ) -> None:
        super().__init__(found)
        self.rule, self.found, self.expected, self.mend, self.member = rule, found, expected, mend, member


def too_much(found: str, limit: str, most: int, *, mend: str = FEWER, member: bytes = b"") -> BadArchiveError:
    """The refusal that names the limit."""
    return BadArchiveError(LIMIT, found, f"at most {most:,} (limit {limit})", mend=mend, member=member)


def refusal_of(error: BadArchiveError, label: str) -> RefusedError:
    """The same, told of the archive that the user named `label`."""
    member = "!" + error.member.decode("utf-8", "replace") if error.member else ""
    return refused(error.rule, label + member, error.found, error.expected, error.mend)

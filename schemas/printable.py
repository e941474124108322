"""Text for terminals, logs and reports: whatever a package calls itself, it cannot give orders there."""

from __future__ import annotations

import re

# C0 and C1 controls with DEL; Unicode line breaks; invisible and direction-changing format characters
# (not the joiners U+200C and U+200D, which Persian and emoji need); the byte-order mark; surrogates,
# which no encoder can write; noncharacters; tag characters.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\ufdd0-\ufdef\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    r"""One line without control, bidirectional or invisible characters: each is shown as its escape (`\x1b`).

    Everything else, backslashes included, stays as it is, so escaping twice changes nothing. Newlines and
    tabs are escaped too: hand over one line at a time. (CWE-117, CWE-150, CVE-2021-42574.)
    """
    return _UNPRINTABLE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")

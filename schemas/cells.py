"""Cells that no spreadsheet runs: which ones would be, to PostgreSQL and to Python alike.

A cell is a formula to some spreadsheet when its first visible character, after Unicode's compatibility
mapping (NFKC), is one of `= + - @ % |`, or when it begins with a tab or a line break (CWE-1236, OWASP ASVS
5.0 1.2.10). Such a cell gets a leading apostrophe, unless all of it is a number. So does a cell that begins
with an apostrophe: taking one away from every cell that has one gives back exactly what was stored.
"""

from __future__ import annotations

import re
from typing import Final

# Blank, control, format and other default-ignorable characters: what a spreadsheet may skip or not show.
_UNSEEN: Final = (
    r"\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# The six, and every character whose NFKC form begins with one of them.
_STARTING: Final = (
    r"=+@%|\-\u207a\u207c\u208a\u208c\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6a\ufe6b"
    r"\uff05\uff0b\uff0d\uff1d\uff20\uff5c"
)
RISKY: Final = rf"^('|[\t\r\n]|[{_UNSEEN}]*[{_STARTING}])"
"""A regular expression both to PostgreSQL and to Python."""
NUMBER: Final = r"^[-+]?[0-9]+(\.[0-9]+)?$"


def neutral(cell: str) -> str:
    """The cell as a spreadsheet may see it."""
    return f"'{cell}" if re.match(RISKY, cell) and not re.fullmatch(NUMBER, cell) else cell

"""The little that readers need to know about HTML pages they carry along unread."""

from __future__ import annotations

import html
import re
from typing import Final

HEAD_BYTES: Final = 65_536
"""How much of a page is looked at for its title."""
_TITLE: Final = re.compile(r"<title[^<>]{0,200}>([^<]{1,1000})</title", re.IGNORECASE)


def page_title(head: bytes) -> str:
    """The title in the first bytes of a page, as written; "" when there is none."""
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError:  # an old page, or the head ends inside a character
        text = head.decode("cp1252", "ignore")
    match = _TITLE.search(text)
    return html.unescape(match[1]) if match else ""

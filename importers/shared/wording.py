"""Texts of questions, as the authors' tools let them be written → Markdown that a question may hold.

Whatever it was, it becomes HTML first: one way through one sanitiser, and one list of what was left out.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final, Literal

from importers.shared import plain_text
from importers.shared.figures import Figures
from importers.shared.pages import Page
from schemas.richtext import to_html

Format = Literal["html", "moodle", "plain", "markdown"]
"""`moodle` is HTML in which line ends count (Moodle's auto-format)."""


_LINE_END: Final = re.compile(r"(?<![>\s])[ \t]*\n(?!\s*<)")
"""Those beside tags are layout of the source."""


def markdown(text: str, form: Format, figures: Figures) -> Page:
    """A text in Markdown, and what was changed; pictures of it are handed to `figures`."""
    text = text.strip()
    match form:
        case "html":
            return figures.text(text)
        case "moodle":
            return figures.text(_LINE_END.sub("<br>\n", text))
        case "plain":
            return figures.text(lines(text))
        case "markdown":
            return figures.text(to_html(plain_text.harmless(text)))


def lines(text: str) -> str:
    """Plain text as HTML: characters stay what they are, and lines stay apart."""
    return escape(text, quote=False).replace("\n", "<br>\n")

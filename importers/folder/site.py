"""A site of HTML that only works as a whole: kept as one package to play.

Whether it is one is decided by its first page: when that runs a script of the folder, the site is an
application (an export of eXeLearning or ADC, a single-page app), and its pages without their scripts would be
less than they were. Where no page runs a script, the pages are documents and become pages of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from importers.folder.survey import Survey
from importers.shared.hrefs import Directory
from importers.shared.html import HEAD_BYTES
from schemas.source import Source

_FIRST: Final = ("index.html", "index.htm", "default.html", "default.htm")
_SCRIPT: Final = re.compile(r"""<script\b[^>]{0,500}?\ssrc\s*=\s*["']?([^"'\s>]{1,500})""", re.IGNORECASE)


def first_page(source: Source, survey: Survey) -> str | None:
    """The page that starts the application; None when the folder is none."""
    pages = [name for name, kind in survey.contents if kind == "html"]
    if not pages or any(kind == "markdown" for _, kind in survey.contents):
        return None
    start = next((name for name in _FIRST if name in pages), "")
    roots = [name for name in pages if "/" not in name]
    start = start or (roots[0] if len(roots) == 1 else "")
    return start if start and any(_own_scripts(source, start)) else None


def _own_scripts(source: Source, page: str) -> Iterator[str]:
    """Files of the folder that a page runs; `page` lies at the root."""
    with source.open(page) as file:
        text = file.read(HEAD_BYTES * 4).decode("utf-8", "replace")
    directory = Directory(source.names())
    for address in _SCRIPT.findall(text):
        found = directory.find(address)
        if found:
            yield found.name

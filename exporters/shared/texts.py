"""Texts of questions → HTML for other systems. They are Markdown, and hold no files (CW312)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape, unescape
from typing import Final

from schemas.inert import leave
from schemas.richtext import render

Address = Callable[[str], str]
"""A path of a media file in the bundle → what a package calls it."""

_LONE_PARAGRAPH: Final = re.compile(r"<p>((?:(?!</?p>).)*)</p>\n?", re.DOTALL)
_TAG: Final = re.compile(r"""(</?[a-z][^"<>]*(?:"[^"]*"[^"<>]*)*>)""")
_GAP: Final = re.compile(r"\[\[([a-z0-9][a-z0-9._-]*)\]\]")


def html(markdown: str) -> str:
    """Sanitised HTML, as the sanitiser writes it: attributes quoted, elements closed."""
    return render(markdown, leave).strip()


def inline(markdown: str) -> str:
    """The same without its paragraph when it is one: what stands beside a button, or in a cell.

    An answer that would show nothing, such as `<b>`, is shown as it is written.
    """
    made = html(markdown)
    if not _words(made) and "<img " not in made:
        return escape(markdown.strip(), quote=False)
    lone = _LONE_PARAGRAPH.fullmatch(made)
    return lone[1] if lone else made


def words(markdown: str) -> str:
    """The text alone, on one line; the Markdown itself where nothing else is in it."""
    return _words(html(markdown)) or " ".join(markdown.split())


def _words(made: str) -> str:
    return " ".join(unescape(_TAG.sub("", made)).split())


def distinct_words(several: Iterable[str]) -> list[str]:
    """The same of texts that must be told apart: as they are written where words alone do not do it."""
    written = list(several)
    plain = [words(text) for text in written]
    return plain if len(set(plain)) == len(plain) else [" ".join(text.split()) for text in written]


def option(markdown: str, image: str | None, address: Address) -> str:
    """The text of an option with its picture behind it."""
    if image is None:
        return inline(markdown)
    return f'{inline(markdown)} <img src="{escape(address(image))}" alt="">'


def with_gaps(html: str, gaps: Mapping[str, str]) -> str:
    """HTML with other HTML in place of every `[[key]]`; a gap that got lost in markup stands at the end."""
    left = dict(gaps)
    parts = _TAG.split(html)
    for number, part in enumerate(parts):
        if not number % 2:
            parts[number] = _GAP.sub(lambda found: left.pop(found[1], found[0]), part)
    return "".join(parts) + "".join(f"<p>{gap}</p>" for gap in left.values())

"""Pictures and files in the texts of a quiz.

Questions are texts in the tenant, and nobody turns paths in them into addresses (CW312). So their pictures
stand on a page of their own before the quiz, numbered, and each text says which one belongs there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Final

from importers.shared.pages import WORDS, Page, page
from schemas.media import media_type_of
from schemas.model import RichText
from schemas.richtext import local_path

_PICTURES: Final = frozenset(("img", "image"))
_LONE_PICTURE: Final = re.compile(
    r"""(?:<(?:p|div|span)>\s*)*<img\b[^<>]*?\ssrc=["']([^"'<>]+)["'][^<>]*>(?:\s*</(?:img|p|div|span)>)*"""
)
_MARKUP: Final = re.compile(r"[\[\]\\<>*_`!&]")
NOTE: Final = "its pictures and files stand on the page before the quiz"


class Figures:
    """Of one quiz. `find` turns (element, address as written) into a path of the bundle, a web address, or
    None where there is nothing; it tells of that itself. `describe` has the words for a picture (its alt)
    by path, "" for those that have none.
    """

    def __init__(
        self, find: Callable[[str, str], str | None], describe: Callable[[str], str] = lambda _path: ""
    ) -> None:
        self._find = find
        self._describe = describe
        self._numbers: dict[str, int] = {}
        self._shown: dict[str, tuple[str, str]] = {}

    def text(self, html: str) -> Page:
        """A text of a question; `NOTE` is among the notes when something of it stands on the page."""
        before = len(self._numbers)
        used: list[str] = []

        def link(tag: str, address: str) -> str | None:
            found = self._find(tag, address)
            if found is None or found.startswith(WORDS) or local_path(found) is None:
                return found
            used.append(found)
            number = self._numbers.setdefault(found, len(self._numbers) + 1)
            shown = "img" if tag in _PICTURES or _is_picture(found) else "file"
            self._shown.setdefault(found, (shown, f"{'Picture' if shown == 'img' else 'File'} {number}"))
            return f"{WORDS}({self._shown[found][1].lower()})"

        made = page(html, link)
        assert len(self._numbers) >= before
        return Page(made.text, (*made.notes, NOTE) if used else made.notes)

    def picture(self, html: str) -> str | None:
        """The path of the picture where a text is nothing else: options can show one by themselves."""
        match = _LONE_PICTURE.fullmatch(html.strip())
        found = self._find("img", unescape(match[1]).strip()) if match else None
        return found if found and not found.startswith(WORDS) and local_path(found) else None

    def page(self, key: str, title: str, *, published: bool = True) -> RichText | None:
        """The page with all of them, or None when there are none."""
        if not self._shown:
            return None
        lines = [
            f"## {name}\n\n![{self._words(path) or name}](<{path}>)"
            if tag == "img"
            else f"- [{name}](<{path}>)"
            for path, (tag, name) in self._shown.items()
        ]
        return RichText(key=key, title=title, published=published, text="\n\n".join(lines))

    def _words(self, path: str) -> str:
        """On one line, and without what would be Markdown."""
        return " ".join(_MARKUP.sub(" ", self._describe(path)).split())


def _is_picture(path: str) -> bool:
    return (media_type_of(path) or "").startswith("image/")

"""Texts of the bundle → pages of HTML whose addresses lead to files of the cartridge."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Final

from exporters import inside
from exporters.cartridge import names
from exporters.shared.places import named
from schemas.inert import CONTENT_LINK
from schemas.model import Assignment, Bundle, Content, Course, LiveSession, QuizContent, RichText
from schemas.richtext import render

PAGES: Final = "pages"
NOT_A_PAGE: Final = "a link to what is no page leads nowhere: cartridges have addresses for files alone"
_LINK: Final = re.compile(f'<a href="{CONTENT_LINK.pattern}"')
_FILEBASE: Final = "$IMS-CC-FILEBASE$/"
"""The root of the package, in texts that stand in no page of their own."""

Address = Callable[[str], str]


@dataclass(slots=True)
class Texts:
    """`pages` are the contents of the course that are pages; `used` the media of what is being written, and
    `notes` what it lost: both are taken when it is done.
    """

    media: frozenset[str]
    pages: frozenset[str]
    used: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def page(self, markdown: str, folder: str = "") -> str:
        """For a page in `pages/`; `folder` is where its source lies in the bundle."""
        return self._html(markdown, folder, self.from_page, "")

    def embedded(self, markdown: str) -> str:
        """For a text in an XML file."""
        return self._html(markdown, "", self.from_root, f"{_FILEBASE}{PAGES}/")

    def from_page(self, path: str) -> str:
        """Relative: Moodle takes it from the page's folder, whatever stands before it."""
        self.used.append(path)
        return f"../{inside.path(path)}"

    def from_root(self, path: str) -> str:
        self.used.append(path)
        return _FILEBASE + inside.href(path)

    def take_used(self) -> list[str]:
        taken, self.used = self.used, []
        return list(dict.fromkeys(taken))

    def take_notes(self) -> list[str]:
        taken, self.notes = self.notes, []
        return taken

    def _html(self, markdown: str, folder: str, address: Address, pages: str) -> str:
        def file(path: str) -> str | None:
            target = named(path, folder)
            return address(target) if target in self.media else None

        def jump(link: re.Match[str]) -> str:
            course, key = link.groups()
            if course or key not in self.pages:
                self.notes.append(NOT_A_PAGE)
                return "<a"
            return f'<a href="{pages}{names.resource(key)}.html"'

        return _LINK.sub(jump, render(markdown, file))


def texts_of(bundle: Bundle, course: Course, *, assignments: bool) -> Texts:
    """`assignments`: whether they are something else than pages."""
    pages = frozenset(each.key for each in course.contents() if is_page(each, assignments=assignments))
    return Texts(frozenset(media.path for media in bundle.media), pages)


def is_page(content: Content, *, assignments: bool) -> bool:
    if isinstance(content, QuizContent):
        return False
    return isinstance(content, RichText | LiveSession) or (
        isinstance(content, Assignment) and not assignments
    )


def document(title: str, language: str, body: str) -> bytes:
    """A whole page."""
    head = f'<head><meta charset="utf-8"><title>{escape(title)}</title></head>'
    html = f'<html lang="{escape(language)}">{head}<body>\n{body}\n</body></html>'
    return f"<!DOCTYPE html>\n{html}\n".encode()


def said(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def link(address: str, words: str) -> str:
    return f'<p><a href="{escape(address)}">{escape(words)}</a></p>'

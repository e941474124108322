"""Texts of the bundle → HTML with the addresses of Open edX: `/static/NAME`, `/jump_to_id/NAME`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

from exporters.olx import names
from exporters.shared.places import named
from schemas.inert import CONTENT_LINK
from schemas.model import Bundle, Course
from schemas.richtext import render

OTHER_COURSE: Final = "a link to another course leads nowhere: each is a course of its own in Open edX"
_LINK: Final = re.compile(f'href="{CONTENT_LINK.pattern}"')


@dataclass(slots=True)
class Texts:
    """`used` are the media that something refers to; `notes` what was lost since they were last taken."""

    media: frozenset[str]
    targets: Mapping[str, str]
    used: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def html(self, markdown: str, folder: str = "") -> str:
        """`folder` is where the page lies, whose links are relative to it."""
        html = render(markdown, lambda path: self._file(named(path, folder)))
        return _LINK.sub(self._jump, html)

    def address(self, path: str) -> str:
        """A file of the bundle in the course."""
        self.used.add(path)
        return f"/static/{names.static(path)}"

    def take_notes(self) -> list[str]:
        taken, self.notes = self.notes, []
        return taken

    def _file(self, path: str) -> str | None:
        return self.address(path) if path in self.media else None

    def _jump(self, link: re.Match[str]) -> str:
        course, content = link.groups()
        if course or content not in self.targets:
            self.notes.append(OTHER_COURSE)
            return 'href="#"'
        return f'href="/jump_to_id/{self.targets[content]}"'


def texts_of(bundle: Bundle, course: Course) -> Texts:
    targets = {content.key: names.target(content) for content in course.contents()}
    return Texts(frozenset(media.path for media in bundle.media), targets)


def link(address: str, words: str) -> str:
    return f'<p><a href="{escape(address)}">{escape(words)}</a></p>'

"""Authors' Markdown and plain words as parts of a page: none of them reaches out of its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from exporters.markdown.outline import Outline
from exporters.shared.places import media_place, named, relative
from exporters.shared.readdressed import readdressed
from schemas.richtext import CONTENT_LINK, local_path, render

_MARKS: Final = re.compile(r"[\\`*_\[\]<>#|~&!$]|^[-+=:]")
_NUMBER: Final = re.compile(r"^(\d+)([.)])(?=\s|$)")
_UNFIT_FOR_ADDRESS: Final = re.compile(r"[\\<>&]")
_PROBE: Final = "\n\nprobe\n"
_FENCES: Final = ("`", "~")
AS_HTML: Final = "a text with links that could not be rewritten in Markdown became HTML"
LOOSE: Final = "a link to a content that is not here leads nowhere"


@dataclass(slots=True)
class Texts:
    """Of one page that lies at `place`. `notes` collects what a text of it lost."""

    outline: Outline
    course: str
    place: str
    notes: list[str] = field(default_factory=list)

    def page(self, markdown: str, folder: str = "") -> str:
        """A text whose relative links mean files seen from `folder` of the bundle."""

        def address(target: str, shown: bool) -> str:  # noqa: FBT001  as `Address` has it
            return self._address(target, folder, shown=shown)

        written = readdressed(markdown, address)
        if written is None:
            self.notes.append(AS_HTML)
            html = render(markdown, _leave)
            written = readdressed(html, address) or html
        return written

    def part(self, markdown: str | None) -> str:
        """A text that others follow: what it leaves open is closed."""
        return _closed(self.page(markdown).strip("\n")) if markdown else ""

    def file(self, path: str) -> str:
        """The address of a file of the bundle."""
        return relative(media_place(path), self.place)

    def to(self, place: str) -> str:
        """The address of another page."""
        return relative(place, self.place)

    def _address(self, target: str, folder: str, *, shown: bool) -> str:
        by_key = CONTENT_LINK.fullmatch(target)
        if by_key:
            return self._content(by_key[1] or self.course, by_key[2]) or target
        path = local_path(target)
        if path is None:
            return target
        return self._file(named(path, folder), shown=shown, target=target)

    def _file(self, path: str, *, shown: bool, target: str) -> str:
        rest = target[len(re.split("[?#]", target, maxsplit=1)[0]) :]
        if not shown and path in self.outline.pages:
            return self.to(self.outline.pages[path]) + rest
        return self.file(path) + rest if path in self.outline.media else target

    def _content(self, course: str, content: str) -> str | None:
        place = self.outline.linked(course, content)
        if place is None:
            self.notes.append(LOOSE)
        return self.to(place) if place else None


def words(text: str) -> str:
    """Plain text on one line, its marks behind backslashes."""
    return _NUMBER.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", " ".join(text.split())))


def link(text: str, address: str) -> str:
    """A link to an address on the web, or to a file."""
    harmless = _UNFIT_FOR_ADDRESS.sub(_harmless, address)
    return (
        f"[{words(text)}](<{harmless}>)"
        if "(" in harmless or ")" in harmless
        else f"[{words(text)}]({harmless})"
    )


def _harmless(mark: re.Match[str]) -> str:
    return "\\&" if mark[0] == "&" else quote(mark[0])


def indented(text: str, by: int) -> str:
    """Below the marker of a list item, whose first line is `text`'s."""
    return "\n".join(" " * by + line if n and line else line for n, line in enumerate(text.split("\n")))


def blocks(*parts: str) -> str:
    """What is not empty, with blank lines between."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def _closed(markdown: str) -> str:
    """A code block or HTML that ends with the text, and not with what follows it."""
    for ending in ("", *(f"\n{mark * _longest(markdown, mark)}" for mark in _FENCES)):
        if render(markdown + ending + _PROBE, _leave).endswith("<p>probe</p>\n"):
            return markdown + ending
    return "\n".join(line for line in render(markdown, _leave).split("\n") if line)


def _longest(text: str, mark: str) -> int:
    return max((len(run) for run in re.findall(f"{mark}{{3,}}", text)), default=3)


def _leave(_path: str) -> None:
    return None

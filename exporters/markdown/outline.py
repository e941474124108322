"""Where everything lies in the folder: `COURSE/01-SECTION/02-CONTENT.md`, media in `media/` and `files/`.

Numbers keep the order wherever files are listed by name. They have at least two digits, so that a tenth page
renames no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from exporters.bundle.fields import stem
from schemas.model import Bundle, Content, Course, RichText, Section

INDEX: Final = "README.md"
"""The name under which forges and site generators show a page for the folder it is in."""
_TAKEN: Final = frozenset(("files", "media", INDEX.lower()))


class Outline:
    """`courses` are their folders by key, `pages` the contents that are files of the bundle, by those files'
    paths, `media` the paths of all others.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.courses = {course.key: _folder(course.key) for course in bundle.courses}
        self._sections: dict[tuple[str, str], str] = {}
        self._contents: dict[tuple[str, str], str] = {}
        self.pages: dict[str, str] = {}
        self.media = frozenset(media.path for media in bundle.media)
        for course in bundle.courses:
            for n, section in enumerate(course.sections):
                folder = f"{self.courses[course.key]}/{_numbered(n, course.sections, section.key)}"
                self._sections[course.key, section.key] = folder
                self._add(course, section, folder)

    def _add(self, course: Course, section: Section, folder: str) -> None:
        for n, content in enumerate(section.contents):
            place = f"{folder}/{_numbered(n, section.contents, content.key)}.md"
            self._contents[course.key, content.key] = place
            if isinstance(content, RichText) and content.page:
                self.pages.setdefault(content.page, place)

    def course(self, key: str) -> str:
        """The index page of a course."""
        return f"{self.courses[key]}/{INDEX}"

    def section(self, course: Course, section: Section) -> str:
        """The index page of a section."""
        return f"{self._sections[course.key, section.key]}/{INDEX}"

    def content(self, course: Course, content: Content) -> str:
        return self._contents[course.key, content.key]

    def answers(self, course: Course, content: Content) -> str:
        """The page with the answers of a quiz."""
        return f"{self.content(course, content).removesuffix('.md')}-answers.md"

    def linked(self, course: str, content: str) -> str | None:
        """What a link by key leads to; None when it is not here."""
        return self._contents.get((course, content))


def _folder(key: str) -> str:
    return f"{key}~" if key in _TAKEN else stem(key)


def _numbered(n: int, among: Sequence[object], key: str) -> str:
    width = max(2, len(str(len(among))))
    return f"{n + 1:0{width}}-{stem(key)}"

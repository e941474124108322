"""What of a bundle is in the book, and where: courses are parts, sections chapters, contents pages.

Only what learners see is in it. Places are relative to the package document and derived from keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from exporters.bundle.fields import stem
from schemas.model import Bundle, Content, Course, QuizContent, RichText, Section

TITLE = "title.xhtml"
STYLE = "style.css"
NAVIGATION = "nav.xhtml"


@dataclass(frozen=True, slots=True)
class Chapter:
    section: Section
    place: str
    pages: tuple[tuple[Content, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """`answers` is None where no quiz has any."""

    course: Course
    place: str
    chapters: tuple[Chapter, ...]
    answers: str | None

    def contents(self) -> Iterator[tuple[Content, str]]:
        for chapter in self.chapters:
            yield from chapter.pages


@dataclass(slots=True)
class Outline:
    """`pages` are places by file of the bundle, for pages that other pages name by it."""

    parts: tuple[Part, ...]
    pages: dict[str, str] = field(default_factory=dict)
    _contents: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in self.parts:
            for content, place in part.contents():
                self._contents[part.course.key, content.key] = place
                if isinstance(content, RichText) and content.page:
                    self.pages.setdefault(content.page, place)

    def linked(self, course: str, content: str) -> str | None:
        """What a link by key leads to; None when it is not in the book."""
        return self._contents.get((course, content))

    def part(self, course: str) -> Part | None:
        return next((part for part in self.parts if part.course.key == course), None)


def outline(bundle: Bundle) -> Outline:
    return Outline(tuple(map(_part, bundle.courses)))


def _part(course: Course) -> Part:
    chapters = tuple(
        Chapter(section, f"chapters/{stem(course.key)}/{stem(section.key)}.xhtml", tuple(_pages(course, section)))
        for section in course.sections
        if section.published and any(content.published for content in section.contents)
    )
    told = any(tells(content) for chapter in chapters for content, _ in chapter.pages)
    answers = f"answers/{stem(course.key)}.xhtml" if told else None
    return Part(course, f"parts/{stem(course.key)}.xhtml", chapters, answers)


def _pages(course: Course, section: Section) -> Iterator[tuple[Content, str]]:
    for content in section.contents:
        if content.published:
            yield content, f"pages/{stem(course.key)}/{stem(content.key)}.xhtml"


def tells(content: Content) -> bool:
    """Whether learners may see what is right, which is then at the back of the book."""
    return isinstance(content, QuizContent) and content.quiz.show_correct_answers

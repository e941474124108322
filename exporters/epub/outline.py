"""What of a bundle is in the book, and where: courses are parts, sections chapters, contents pages.

Only what learners see is in it. Places are relative to the package document and derived from keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from exporters.bundle.fields import stem
from exporters.shared.language import language_of
from schemas.model import Bundle, Content, Course, QuizContent, RichText, Section

TITLE = "title.xhtml"
STYLE = "style.css"
NAVIGATION = "nav.xhtml"


@dataclass(frozen=True, slots=True)
class Chapter:
    number: int
    section: Section
    place: str
    pages: tuple[tuple[Content, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """`answers` is None where no quiz has any."""

    course: Course
    language: str
    place: str
    chapters: tuple[Chapter, ...]
    answers: str | None

    def contents(self) -> Iterator[tuple[Content, str]]:
        for chapter in self.chapters:
            yield from chapter.pages


@dataclass(slots=True)
class Outline:
    """`pages` are places by file of the bundle: where a page is about it, or is that file."""

    parts: tuple[Part, ...]
    pages: dict[str, str] = field(default_factory=dict)
    _contents: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in self.parts:
            for content, place in part.contents():
                self._contents[part.course.key, content.key] = place
                file = content.page if isinstance(content, RichText) else getattr(content, "media", None)
                if file:
                    self.pages.setdefault(file, place)

    def linked(self, course: str, content: str) -> str | None:
        """What a link by key leads to; None when it is not in the book."""
        return self._contents.get((course, content))

    def part(self, course: str) -> Part | None:
        return next((part for part in self.parts if part.course.key == course), None)


def outline(bundle: Bundle) -> Outline:
    return Outline(tuple(_part(course, language_of(bundle, [course])) for course in bundle.courses))


def _part(course: Course, language: str) -> Part:
    seen = (
        section for section in course.sections if section.published and any(map(_is_seen, section.contents))
    )
    chapters = tuple(_chapter(n, course, section) for n, section in enumerate(seen, start=1))
    told = any(tells(content) for chapter in chapters for content, _ in chapter.pages)
    answers = f"answers/{stem(course.key)}.xhtml" if told else None
    return Part(course, language, f"parts/{stem(course.key)}.xhtml", chapters, answers)


def _chapter(number: int, course: Course, section: Section) -> Chapter:
    folder = stem(course.key)
    pages = (
        (content, f"pages/{folder}/{stem(content.key)}.xhtml")
        for content in section.contents
        if _is_seen(content)
    )
    return Chapter(number, section, f"chapters/{folder}/{stem(section.key)}.xhtml", tuple(pages))


def _is_seen(content: Content) -> bool:
    return content.published


def tells(content: Content) -> bool:
    """Whether learners may see what is right, which is then at the back of the book."""
    return isinstance(content, QuizContent) and content.quiz.show_correct_answers

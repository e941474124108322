"""Which media a course uses: a bundle holds those and no others (CW208)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from schemas import richtext
from schemas.model import Content, Course, MultipleChoice, Pdf, QuizContent, Resource, RichText, Video


def paths(course: Course) -> set[str]:
    """Every path of the bundle that the course names or that a page of it shows or links to."""
    found = {path for content in course.contents() for path in _of(content) if path}
    return found | ({course.thumbnail} if course.thumbnail else set())


def _of(content: Content) -> Iterable[str | None]:
    match content:
        case Video():
            return (content.media, content.thumbnail, content.subtitles)
        case Pdf() | Resource():
            return (content.media,)
        case QuizContent():
            choices = (each for each in content.quiz.questions if isinstance(each, MultipleChoice))
            return (option.image for each in choices for option in each.options)
        case RichText():
            return _linked(content)
        case _:
            return ()


def _linked(page: RichText) -> Iterator[str]:
    if not any(sign in page.text for sign in ("](", "]:", "<")):
        return
    folder = posixpath.dirname(page.page or "")
    for link in richtext.links(page.text):
        path = richtext.local_path(link.target)
        if path:
            yield posixpath.normpath(posixpath.join(folder, path))

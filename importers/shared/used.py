"""Which media a course uses: a bundle holds those and no others (CW208)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from schemas import richtext
from schemas.model import Content, Course, MultipleChoice, Pdf, QuizContent, Resource, RichText, Video

_SIGNS: Final = ("](", "]:", "<")  # Without one of them there is no link, and a page need not be parsed.


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
            return linked(content)
        case _:
            return ()


def linked(page: RichText) -> Iterator[str]:
    """The paths of the bundle that a page shows or links to."""
    if not any(sign in page.text for sign in _SIGNS):
        return
    folder = posixpath.dirname(page.page or "")
    for link in richtext.links(page.text):
        path = richtext.local_path(link.target)
        if path:
            yield path[1:] if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))

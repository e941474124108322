"""The model → a coursewright bundle: YAML files at their canonical places, pages and media where they were.

Places: `bundle.yaml`, `programs/KEY.program.yaml`, `courses/KEY/course.yaml`, `courses/KEY/CONTENT.quiz.yaml`
(docs/adr/0001). Fields stand in the order of `schemas/documents.py`; what equals its default is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, TypeAlias

from exporters.bundle.entries import bundle_entry, course_entry, program_entry, quiz_file
from exporters.bundle.fields import Entry, stem
from exporters.bundle.questions import quiz_entry
from exporters.shared.yaml_text import dump
from schemas.findings import CoursewrightError
from schemas.model import Bundle, QuizContent, RichText
from schemas.source import Files, Sink

Chunks: TypeAlias = Callable[[], Iterable[bytes]]

_CHUNK_BYTES: Final = 1024 * 1024


def write(bundle: Bundle, files: Files, sink: Sink) -> None:
    """Writes every file of the bundle in the order of their names. Media are streamed.

    Raises CoursewrightError when two different things want the same place, KeyError when `files` lacks
    a path of `bundle.media`.
    """
    places = _places(bundle, files)
    for name in sorted(places):
        sink.write(name, places[name]())


def names(bundle: Bundle, files: Files) -> list[str]:
    """The files that `write` will write, in their order."""
    return sorted(_places(bundle, files))


def _places(bundle: Bundle, files: Files) -> dict[str, Chunks]:
    places: dict[str, Chunks] = {}
    for name, document in _documents(bundle):
        _claim(places, name, partial(_yaml, document))
    pages = _pages(bundle)
    for media in bundle.media:
        # A page that other pages link to is media too; its original bytes win over its text.
        pages.pop(media.path, None)
        _claim(places, media.path, partial(_stream, files, media.path))
    for path, text in pages.items():
        _claim(places, path, partial(_text, text))
    return places


def _claim(places: dict[str, Chunks], name: str, chunks: Chunks) -> None:
    if name in places:
        raise CoursewrightError(
            f"{name} would hold two different things", "rename the page or media file that lies there"
        )
    places[name] = chunks


def _yaml(document: Callable[[], Entry]) -> Iterator[bytes]:
    yield dump(document()).encode()


def _text(text: str) -> Iterator[bytes]:
    yield text.encode()


def _stream(files: Files, path: str) -> Iterator[bytes]:
    with files.open(path) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk


def _pages(bundle: Bundle) -> dict[str, str]:
    pages: dict[str, str] = {}
    for course in bundle.courses:
        for content in course.contents():
            if not isinstance(content, RichText) or content.page is None:
                continue
            if pages.setdefault(content.page, content.text) != content.text:
                raise CoursewrightError(
                    f"{content.page} would hold two different texts", "give one of the pages another file"
                )
    return pages


# ── places ───────────────────────────────────────────────────────────────────────────────────────


def _documents(bundle: Bundle) -> Iterator[tuple[str, Callable[[], Entry]]]:
    instructor = _usual_instructor(bundle)
    yield "bundle.yaml", partial(bundle_entry, bundle, instructor)
    for program in bundle.programs:
        yield f"programs/{stem(program.key)}.program.yaml", partial(program_entry, program, instructor)
    for course in bundle.courses:
        folder = f"courses/{stem(course.key)}"
        yield f"{folder}/course.yaml", partial(course_entry, course, instructor, folder)
        for content in course.contents():
            if isinstance(content, QuizContent):
                yield f"{folder}/{quiz_file(content)}", partial(quiz_entry, content, folder)


def _usual_instructor(bundle: Bundle) -> str | None:
    """The one that `bundle.yaml` names to save most lines; by name among equals, to be the same each time."""
    counts = Counter(holder.instructor for holder in bundle.programs)
    counts.update(course.instructor for course in bundle.courses)
    return min(counts, key=lambda email: (-counts[email], email), default=None)

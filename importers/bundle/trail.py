"""Follows every name of a file, from documents and from pages, and looks at each file once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from importers.bundle.documents import Documents, read_page
from importers.bundle.faults import Fault
from importers.bundle.hidden import mentioned
from importers.bundle.references import Reference, contents, references
from importers.bundle.rules import files
from importers.bundle.rules.pages import (
    Place,
    in_field,
    in_file,
    lost_html,
    page_references,
    unsafe_links,
)


@dataclass(slots=True)
class Trail:
    """What was met: `pages` (path → Markdown), `media` (path → the first reference to it), `quizzes`.

    Filled by `walk`. Files that are missing or named wrongly are only in its faults. Media in `judged`
    are not opened.
    """

    documents: Documents
    judged: Collection[str] = ()
    pages: dict[str, str] = field(default_factory=dict)
    media: dict[str, Reference] = field(default_factory=dict)
    quizzes: set[str] = field(default_factory=set)
    _misused: set[str] = field(default_factory=set)
    """Files that are there and named, although they cannot be used where they are."""
    _unread: set[str] = field(default_factory=set)
    """Broken pages, and files that a wrong path seems to mean: what they name is not stray."""

    def walk(self) -> Iterator[Fault]:
        """Every fault of files and pages. Read to its end, it leaves the trail complete."""
        for reference in references(self.documents):
            yield from self._follow(reference)
        yield from self._inline_pages()
        for path, reference in self.media.items():
            if path not in self.judged:
                yield from files.check_media(path, reference.spot, self.documents)
        if self.documents.single:
            yield from files.unclear_lone_name(self.documents)
        else:
            yield from files.unreachable(self.documents, self._used())

    def _used(self) -> set[str]:
        used = self.quizzes.union(self.pages, self.media, self._misused)
        return used | mentioned(self.documents, self.documents.names - used, self._unread)

    def _follow(self, reference: Reference) -> Iterator[Fault]:
        faults = list(files.check_reference(reference, self.documents))
        yield from faults
        path = reference.path
        if path is None or self.documents.single:
            return
        if faults:
            yield from self._misnamed(path, reference)
            return
        if path not in self.documents.names:
            self._unread.update([path] if reference.wanted == "page" else [])  # refused by the source
        elif reference.wanted == "quiz":
            self.quizzes.add(path)
        elif reference.wanted != "page":
            self.media.setdefault(path, reference)
        elif path not in self.pages:
            self.pages[path] = ""
            yield from self._page(path)

    def _misnamed(self, path: str, reference: Reference) -> Iterator[Fault]:
        """What a name with a fault means is not stray; the page that it means is read all the same."""
        alike = self.documents.alike(path)
        if path in self.documents.names:
            self._misused.add(path)
        elif alike and reference.wanted == "page" and alike not in self.pages:
            self.pages[alike] = ""
            yield from self._page(alike)
        else:
            meant = alike or self.documents.elsewhere(path)
            self._unread.update([meant] if meant else [])

    def _page(self, path: str) -> Iterator[Fault]:
        markdown, faults = read_page(self.documents, path)
        yield from faults
        if markdown is None:
            self._unread.add(path)
        else:
            self.pages[path] = markdown
            yield from self._text(markdown, path, in_file(path))

    def _inline_pages(self) -> Iterator[Fault]:
        """Their links are relative to the bundle's root, so that they do not change with the YAML's place."""
        for course in self.documents.of("course"):
            for content, at in contents(course):
                if content["type"] == "rich_text" and "text" in content:
                    yield from self._text(content["text"], "", in_field(at.spot("text")))

    def _text(self, markdown: str, name: str, place: Place) -> Iterator[Fault]:
        yield from unsafe_links(markdown, place)
        yield from lost_html(markdown, place)
        for reference in page_references(markdown, name, place):
            yield from self._follow(reference)

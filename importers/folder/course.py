"""The files of a folder → the contents of a course, each with its account."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import inf
from pathlib import PurePosixPath
from typing import Any, Final

from importers.folder import files, names, pages, sections
from importers.folder.addresses import PAGES, Addresses
from importers.folder.ledger import Ledger
from importers.folder.outline import Outline
from importers.folder.pages import Draft
from importers.folder.survey import Survey
from importers.shared import keys, plain_text, text_files
from importers.shared.naming import PLACEHOLDER_INSTRUCTOR
from importers.shared.outcome import CARRIED, changed, skipped
from importers.shared.shelf import Shelf
from schemas.findings import RefusedError
from schemas.model import Content, Course, Location, Pdf, Resource, RichText, Video
from schemas.richtext import links, local_path
from schemas.source import Source

_UNUSED_KEY: Final = "files-no-page-shows"
_UNUSED_TITLE: Final = "Files no page shows"
_UNUSED: Final = "no page shows it: in an unpublished zip with the others"


class Maker:
    """Makes the one course of a folder."""

    def __init__(self, source: Source, shelf: Shelf, ledger: Ledger, found: Survey, order: Outline) -> None:
        self._source = source
        self._shelf = shelf
        self._ledger = ledger
        self._found = found
        self._order = order
        self._drafts = {draft.name: draft for draft in self._read()}
        self._keys = self._content_keys()

    def course(self, key: str, title: str) -> Course | None:
        """None when nothing of it can be opened, after all; the ledger says why."""
        made = dict(self._files())
        linked = {name: self._keys[name] for name in (*made, *self._drafts)}
        addresses = Addresses(self._source, self._shelf, self._ledger.report, linked, self._order.root)
        made |= {name: self._page(draft, addresses) for name, draft in self._drafts.items()}
        if not made:
            return None
        if len(self._source.names()) == 1:
            title = next(iter(made.values())).title
        found = {self._relative(name): content for name, content in made.items()}
        listed = list(sections.sections(key, title, found, self._place))
        left = self._left(made.values(), addresses)
        whole = sections.with_hidden(listed, self._unused(key, left)) if left else tuple(listed)
        return Course(key=key, title=title, instructor=PLACEHOLDER_INSTRUCTOR, sections=whole)

    # ── contents ─────────────────────────────────────────────────────────────────────────────────

    def _read(self) -> Iterator[Draft]:
        """Every page that is text; the others are told of."""
        for name, kind in self._found.contents:
            if kind not in ("markdown", "html"):
                continue
            try:
                file = text_files.read_page(self._source, name)
            except RefusedError as refused:
                self._ledger.item(name, skipped(refused.findings[0].found))
                continue
            if file.text.strip():
                yield pages.draft(name, kind, file.text, file.note, self._order.titles.get(name, ""))
            else:
                self._ledger.item(name, skipped("an empty page"))

    def _content_keys(self) -> dict[str, str]:
        """By path, in which a page may have given itself another name."""
        own = {name: self._relative(name) for name, _ in self._found.contents}
        for name, draft in self._drafts.items():
            if draft.said.identifier:
                own[name] = posixpath.join(
                    posixpath.dirname(own[name]), draft.said.identifier + PurePosixPath(name).suffix
                )
        if len(set(own.values())) < len(own):
            own = {name: self._relative(name) for name in own}
        made = names.content_keys(own.values())
        return {name: made[path] for name, path in own.items()}

    def _files(self) -> Iterator[tuple[str, Content]]:
        for name, kind in self._found.contents:
            if kind in ("markdown", "html"):
                continue
            spoken = self._found.subtitles.get(name)
            about = self._about(name, self._order.titles.get(name) or names.title(name))
            beside = [spoken] if spoken else []
            made, outcome = files.content(self._shelf, name, kind, about, beside)
            self._ledger.item(name, outcome)
            yield name, self._spoken(made, spoken) if spoken else made

    def _spoken(self, film: Content, name: str) -> Content:
        """A film with its subtitles, which are told of."""
        if not isinstance(film, Video):
            self._ledger.file(name, changed("in a zip with its film"))
            return film
        path, outcome = files.subtitles(self._source, self._shelf, name)
        self._ledger.file(name, outcome)
        return replace(film, subtitles=path)

    def _page(self, draft: Draft, addresses: Addresses) -> Content:
        """Pages come last: only then is it known what their links can lead to."""
        said, notes = draft.said, [draft.note, draft.said.problem]
        about = self._about(draft.name, draft.title)
        about["published"] = said.published
        about["description"] = plain_text.paragraph(said.description)[0] or None
        if said.unused:
            self._ledger.unused(draft.name, f"front matter {', '.join(said.unused)}"[:300])
        page = pages.made(draft, addresses)
        if len(page.text.encode()) > pages.LARGEST:
            self._ledger.item(draft.name, changed("longer than a page may be: in a zip to download"))
            return Resource(**about, media=self._shelf.pack(draft.name, [draft.name]))
        text = page.text or f"*{pages.NOTHING_LEFT.capitalize()}.*"
        self._ledger.item(draft.name, changed(*notes, *page.notes, "" if page.text else pages.NOTHING_LEFT))
        return RichText(**about, text=f"{text}\n", page=f"{PAGES}/{about['key']}.md")

    def _about(self, name: str, title: str) -> dict[str, Any]:
        return {
            "key": self._keys[name],
            "title": plain_text.title(title)[0] or self._keys[name],
            "location": Location(self._source.place(name)),
        }

    # ── order and rest ───────────────────────────────────────────────────────────────────────────

    def _relative(self, name: str) -> str:
        return name.removeprefix(f"{self._order.root}/") if self._order.root else name

    def _place(self, path: str) -> tuple[object, ...]:
        """As an outline lists it, and else as the names say."""
        name = f"{self._order.root}/{path}" if self._order.root else path
        draft = self._drafts.get(name)
        listed = self._order.places.get(name)
        own = names.place(path, draft.said.order if draft else inf)
        return ((0, listed),) if listed is not None else ((1, 0), *own)

    def _left(self, made: Iterable[Content], addresses: Addresses) -> list[str]:
        """What is neither a content nor shown by one. Settles all files that are no contents."""
        shown = {path for content in made for path in paths(content)}
        used = {name for name, path in addresses.paths.items() if path in shown}
        outside = f"outside of {self._order.root}/, which {self._order.file} names"
        for name in self._found.others:
            self._ledger.file(name, CARRIED if name in used else changed(_UNUSED))
        for name in self._found.outside:
            self._ledger.file(name, skipped(outside))
        if self._order.file:
            self._ledger.file(self._order.file, changed("its order and titles are used"))
        return [name for name in self._found.others if name not in used]

    def _unused(self, key: str, left: Sequence[str]) -> Content:
        """Nothing of a folder is dropped: what is left is kept in one zip."""
        own = keys.distinct(_UNUSED_KEY, key) if _UNUSED_KEY in self._keys.values() else _UNUSED_KEY
        return Resource(key=own, title=_UNUSED_TITLE, published=False, media=self._shelf.pack(own, left))


def paths(content: Content) -> Iterator[str]:
    """Every file of the bundle that a content names or shows."""
    match content:
        case RichText():
            folder = PAGES if content.page else ""
            for link in links(content.text):
                path = local_path(link.target)
                if path:
                    yield posixpath.normpath(posixpath.join(folder, path))
        case Video():
            yield from filter(None, (content.media, content.subtitles))
        case Pdf() | Resource():
            yield from filter(None, (content.media,))

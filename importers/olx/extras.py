"""What a course has beside its blocks: pages (tabs), updates, handouts, the about page, textbooks, files."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final, NamedTuple

from importers.olx import settings
from importers.olx.definitions import Unread
from importers.olx.links import web
from importers.olx.tree import Package
from importers.olx.workshop import Workshop
from importers.olx.written import markdown, mathjax
from importers.shared import pages, plain_text
from importers.shared.outcome import Outcome, changed, skipped
from schemas import model
from schemas.model import Content, Section

_OVERVIEW: Final = "overview"
_SHORT: Final = "short_description"
_EXAM: Final = re.compile(r"^entrance_exam_")


class Extra(NamedTuple):
    """A page to be: `name` is what the report calls it, `page` what its key is made of; `document` is the
    address of a file that is shown instead.
    """

    name: str
    page: str
    title: str
    html: str
    section: str
    hidden: bool = False
    note: str = ""
    document: str = ""


@dataclass(slots=True)
class Extras:
    """Found before anything is converted. `about` are the about texts by name, `used` the files read."""

    package: Package
    about: dict[str, str] = field(default_factory=dict)
    found: list[Extra] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.about = dict(self._about())
        found = [*self._overview(), *self._updates(), *self._tabs(), *self._textbooks()]
        self.found = list(_distinct(found))

    @property
    def slugs(self) -> Mapping[str, str]:
        """Bases of keys of tabs, by what addresses of the platform call them."""
        return {each.page.removeprefix("tab-"): each.page for each in self.found}

    def description(self) -> tuple[str, str]:
        """Of the course: the short one, or the words of the overview."""
        short = self.about.get(_SHORT, "")
        text = pages.words(short) or pages.words(self.about.get(_OVERVIEW, ""))
        return plain_text.paragraph(text)

    # ── files ────────────────────────────────────────────────────────────────────────────────────

    def _read(self, name: str) -> str:
        found = self.package.definitions.text(name)
        if isinstance(found, Unread):
            return ""
        self.used.add(name)
        return found.text

    def _in(self, folder: str) -> Iterator[tuple[str, str]]:
        """(file, name without extension) of a folder; those of the run win over those for all runs."""
        base = f"{self.package.root.base}{folder}/"
        found = {
            posixpath.basename(name).removesuffix(".html"): name
            for inside in (base, f"{base}{self.package.run}/")
            for name in sorted(self.package.definitions.names)
            if name.endswith(".html") and posixpath.dirname(name) == inside.rstrip("/")
        }
        return ((name, stem) for stem, name in found.items())

    def _about(self) -> Iterator[tuple[str, str]]:
        for name, stem in self._in("about"):
            text = "" if _EXAM.match(stem) else self._read(name)
            if text.strip() not in ("", "None"):
                yield stem, text

    def _overview(self) -> Iterator[Extra]:
        """The about page; the short texts beside it (effort, duration, prerequisites) stand below."""
        rest = [(stem, text) for stem, text in sorted(self.about.items()) if stem not in (_OVERVIEW, _SHORT)]
        html = self.about.get(_OVERVIEW, "")
        html += "".join(f"<h2>{escape(_named(stem))}</h2><p>{text}</p>" for stem, text in rest)
        if html:
            yield Extra("page about", "about", "About this course", html, "pages")

    def _updates(self) -> Iterator[Extra]:
        dated = self._dated()
        for name, stem in self._in("info"):
            html = dated if stem == "updates" and dated else self._read(name)
            self._read(name)
            if pages.words(html):
                yield Extra(f"page {stem}", f"info-{stem}", _named(stem), html, "pages")

    def _dated(self) -> str:
        """Updates since 2014: a list with dates; those that were taken back are left out of the page."""
        name = f"{self.package.root.base}info/updates.items.json"
        if name not in self.package.definitions.names:
            return ""
        listed = settings.loads(self._read(name))
        entries = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        return "".join(
            f"<h2>{escape(str(each.get('date') or ''))}</h2>{each.get('content') or ''}"
            for each in entries
            if each.get("status") != "deleted"
        )

    def _tabs(self) -> Iterator[Extra]:
        """In the order of the policy; files that it does not name come last and are no page of the course."""
        files = {stem: name for name, stem in self._in("tabs")}
        listed = self.package.policies.course.get("tabs")
        for tab in listed if isinstance(listed, list) else []:
            slug = str(tab.get("url_slug") or "") if isinstance(tab, dict) else ""
            if slug in files and isinstance(tab, dict):
                title = str(tab.get("name") or _named(slug))
                hidden = bool(tab.get("is_hidden") or tab.get("course_staff_only"))
                text = self._read(files.pop(slug))
                yield Extra(f"page {slug}", f"tab-{slug}", title, text, "pages", hidden=hidden)
        for slug, name in files.items():
            note = "no tab of the course names it: not published"
            yield Extra(
                f"page {slug}", f"tab-{slug}", _named(slug), self._read(name), "pages", hidden=True, note=note
            )

    def _textbooks(self) -> Iterator[Extra]:
        course = self.package.course
        for kind in ("pdf_textbooks", "html_textbooks"):
            listed = settings.loads(course.settings.get(kind))
            for book in listed if isinstance(listed, list) else []:
                yield from _chapters(book) if isinstance(book, dict) else ()
        for node in course.node.children if course.node else ():
            if node.name == "textbook":
                title, address = (node.attributes.get(name, "") for name in ("title", "book_url"))
                html = f'<p><a href="{escape(address)}">{escape(title or address)}</a></p>'
                yield Extra(f"textbook {title}", f"textbook-{title}", title, html, "textbooks")


def _chapters(book: Mapping[str, Any]) -> Iterator[Extra]:
    title = str(book.get("tab_title") or "Textbook")
    base = str(book.get("id") or title)
    for chapter in book.get("chapters") or []:
        if isinstance(chapter, dict):
            name, address = str(chapter.get("title") or ""), str(chapter.get("url") or "")
            yield Extra(
                f"textbook {title} › {name}",
                f"textbook-{base}-{posixpath.basename(address) or name}",
                " › ".join(filter(None, (title, name))),
                f'<p><a href="{escape(address)}">{escape(name or address)}</a></p>',
                "textbooks",
                document=address,
            )


def _distinct(found: Sequence[Extra]) -> Iterator[Extra]:
    seen: Counter[str] = Counter()
    for each in found:
        seen[each.page] += 1
        yield each if seen[each.page] == 1 else each._replace(page=f"{each.page}-again-{seen[each.page]}")


def _named(stem: str) -> str:
    return stem.replace("_", " ").strip().capitalize() or "Page"


# ── converting ───────────────────────────────────────────────────────────────────────────────────

_SECTIONS: Final = (("pages", "Pages"), ("textbooks", "Textbooks"))


def sections(shop: Workshop, extras: Sequence[tuple[str, Extra]]) -> Iterator[Section]:
    """Settles every page; `extras` are (name in the report, page)."""
    for key, title in _SECTIONS:
        contents = [
            content
            for name, extra in extras
            if extra.section == key
            for content in _content(shop, name, extra)
        ]
        if contents:
            yield Section(key=shop.names.page(key), title=title, contents=tuple(contents))


def _content(shop: Workshop, name: str, extra: Extra) -> Iterator[Content]:
    title, note = plain_text.title(extra.title)
    key = shop.names.page(extra.page)
    outcome: Outcome
    if extra.document:
        content, outcome = _document(shop, key, title or key, extra.document)
    else:
        made = pages.page(mathjax(extra.html), shop.links.of(extra.name))
        text = made.text.strip() or markdown(title or key)
        content = model.RichText(key=key, title=title or key, text=text, published=not extra.hidden)
        outcome = changed(extra.note, note, *made.notes)
    shop.ledger.settle("item", name, outcome)
    if content is not None:
        yield content


def _document(shop: Workshop, key: str, title: str, address: str) -> tuple[Content | None, Outcome]:
    """A chapter of a textbook: a PDF, or another file of the course."""
    if shop.links.file(address) is None:
        url = web(address)
        missing = skipped(f"{address[:100]!r} is not in the package")
        return (model.Pdf(key=key, title=title, url=url), changed()) if url else (None, missing)
    path = shop.links.media(address, "document")
    if isinstance(path, str):
        return model.Pdf(key=key, title=title, media=path), changed()
    path = shop.links.media(address)
    assert isinstance(path, str)
    return model.Resource(key=key, title=title, media=path), changed("no PDF: a file to download")


def unlinked(shop: Workshop, names: Sequence[str], base: str) -> Iterator[Section]:
    """Files that nothing refers to, in one zip for authors."""
    if names:
        path = shop.shelf.pack(f"{base or 'course'}-files.zip", names)
        key = shop.names.page("files")
        content = model.Resource(key=key, title="Files that no page links to", media=path, published=False)
        yield Section(key=key, title="Files", published=False, contents=(content,))

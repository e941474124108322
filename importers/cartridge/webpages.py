"""Files of a cartridge that learners open: pages of HTML become pages, the rest PDFs, videos, downloads."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from html import unescape
from typing import Any, Final, NamedTuple

from importers.cartridge.links import Links
from importers.cartridge.manifest import Resource
from importers.cartridge.workshop import Workshop
from importers.shared import pages, plain_text
from importers.shared.html import page_title
from importers.shared.outcome import Outcome, changed, skipped
from importers.shared.shelf import Refused
from schemas import model
from schemas.findings import RefusedError
from schemas.media import fits, media_type_of
from schemas.model import NOWHERE, Location

_HTML: Final = (".html", ".htm", ".xhtml")
_META: Final = re.compile(r"<meta\s[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""\b(name|content)\s*=\s*["']([^"'<>]*)["']""", re.IGNORECASE)
HEAD: Final = 16_384
"""Characters of a page in which its title and Canvas's notes about it stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a content comes to stand. `title` is "" where its item has none or no `item` leads to it."""

    key: str
    title: str
    item: bool = True
    published: bool = True
    location: Location = NOWHERE


class Made(NamedTuple):
    """The contents of a resource, in order: its own, and what has to stand beside it."""

    contents: tuple[model.Content, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Desk:
    """What all makers need."""

    shop: Workshop
    links: Links


def is_html(name: str) -> bool:
    return name.lower().endswith(_HTML)


def meta(html: str) -> dict[str, str]:
    """What Canvas says of a page in its head: `workflow_state`, `front_page` and so on."""
    found: dict[str, str] = {}
    for tag in _META.findall(html[:HEAD]):
        said = {name.lower(): unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
        if "name" in said and "content" in said:
            found.setdefault(said["name"], said["content"])
    return found


def opened(desk: Desk, resource: Resource, spot: Spot) -> Made:
    """The file that a resource starts with."""
    return file(desk, desk.shop.opening(resource)[0], spot)


def file(desk: Desk, name: str, spot: Spot) -> Made:
    """Whatever a file is, as the content that shows it."""
    if is_html(name):
        return page(desk, name, spot)
    title, note = titled(spot, posixpath.basename(name))
    kind = media_type_of(name) or ""
    if kind == "application/pdf" and not isinstance(path := desk.shop.put(name, "document"), Refused):
        return Made((model.Pdf(**_common(spot, title), media=path),), changed(note))
    if kind and fits("video", kind) and not isinstance(path := desk.shop.put(name, "video"), Refused):
        return Made((model.Video(**_common(spot, title), media=path),), changed(note))
    path = desk.shop.put(name)
    if isinstance(path, Refused):
        note = "; ".join(filter(None, (note, f"{path.reason}: in a zip")))
        path = desk.shop.pack(name, path.reason)
    return Made((model.Resource(**_common(spot, title), media=path),), changed(note))


def page(desk: Desk, name: str, spot: Spot) -> Made:
    """A page of HTML."""
    try:
        html = desk.shop.documents.html(name)
    except RefusedError as refused:
        return unreadable(spot, f"{name} cannot be read: {refused.findings[0].found}")
    title, titled_note = titled(spot, unescape(page_title(html[:HEAD].encode("utf-8", "replace"))), name)
    made = pages.page(html, desk.links.of(name, "../../"))
    hidden = meta(html).get("workflow_state") == "unpublished"
    content = model.RichText(
        **_common(spot, title) | {"published": spot.published and not hidden},
        text=made.text or plain_text.as_markdown(title),
        page=f"courses/{desk.shop.course}/{spot.key}.md",
    )
    notes = (titled_note, *made.notes, "" if made.text else "an empty page: it says its title")
    desk.shop.fates[name] = changed(*notes)
    return Made((content,), changed(*notes, _HIDDEN if hidden else ""))


_HIDDEN: Final = "not published in the source: not published here"


def written(
    desk: Desk, html: str, name: str, spot: Spot, title: str
) -> tuple[model.RichText, tuple[str, ...]]:
    """A page from HTML that stood inside another file, and what was changed."""
    made = pages.page(html, desk.links.of(name))
    text = made.text or plain_text.as_markdown(title)
    return model.RichText(**_common(spot, title), text=text), made.notes


def is_page_instead(desk: Desk, name: str) -> bool:
    """Whether a file that should be something else is a page: sample cartridges have such."""
    document = desk.shop.documents.of(name)
    return not isinstance(document, str) and document.root.name.lower() == "html"


def page_instead(desk: Desk, name: str, spot: Spot, what: str) -> Made:
    made = page(desk, name, spot)
    return made._replace(outcome=changed(f"a page of HTML instead of {what}", made.outcome[1]))


def unreadable(spot: Spot, reason: str) -> Made:
    """So that links to it lead to something: a page that says why there is nothing, for authors alone."""
    title = plain_text.title(spot.title)[0] or spot.key
    text = plain_text.as_markdown(plain_text.answer(reason)[0])
    hidden = model.RichText(key=spot.key, title=title, published=False, text=text, location=spot.location)
    return Made((hidden,), skipped(reason))


def titled(spot: Spot, *others: str) -> tuple[str, str]:
    """The title an item gives, or the first of the others that says anything, and what had to be changed."""
    title, note = plain_text.title(spot.title)
    if title:
        return title, note
    own = "without title: its own, or its name, is used" if spot.item else ""
    for other in (*others, spot.key):
        title, note = plain_text.title(other)
        if title:
            return title, "; ".join(filter(None, (own, note)))
    return spot.key, own


def _common(spot: Spot, title: str) -> dict[str, Any]:
    return {"key": spot.key, "title": title, "published": spot.published, "location": spot.location}

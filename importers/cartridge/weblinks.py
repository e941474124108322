"""Links of a cartridge: web links, and LTI tools, which are launched somewhere else."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from importers.cartridge import webpages
from importers.cartridge.canvas import child, value
from importers.cartridge.manifest import Resource
from importers.cartridge.webpages import Desk, Made, Spot
from importers.shared import hrefs, pages, plain_text
from importers.shared.outcome import changed
from importers.shared.xml import Node
from schemas import model
from schemas.media import fits, media_type_of

_URL: Final = re.compile(r"https?://[^@/?#\\\x00-\x20]+([/?#][^\x00-\x20]*)?")
_LONGEST: Final = 500
_PLAYERS: Final = re.compile(
    r"https?://(?:(?:www\.|m\.)?youtube\.com/(?:watch\?|embed/|shorts/)|youtu\.be/.|(?:player\.)?vimeo\.com/.*\d)"
)
_PUBLIC: Final = re.compile(
    r"https?://(?:[a-z0-9-]+\.)+(?!local\b|localhost\b|internal\b)[a-z]{2,24}(?:[:/]|$)"
)
"""Sites by name; what may be a machine of the author's own is linked and not embedded (CW320)."""
_TOOL: Final = "an external tool (LTI): a page with a link to where it is launched; no grades come back"


def link(desk: Desk, resource: Resource, spot: Spot) -> Made:
    """A web link: a video or PDF where the address is one, else a page with the link."""
    if resource.href and hrefs.is_web(resource.href.address):  # Brightspace
        return to_address(resource.href.address, spot, resource.title)
    name = desk.shop.opening(resource)[0]
    document = desk.shop.documents.of(name)
    if isinstance(document, str):
        return webpages.unreadable(spot, document)
    target = child(document.root, "url")
    desk.shop.fates[name] = changed()
    return to_address(
        target.attributes.get("href", "").strip() if target else "", spot, value(document.root, "title")
    )


def tool(desk: Desk, resource: Resource, spot: Spot) -> Made:
    """An LTI link: a page with its description and the address it is launched at."""
    name = desk.shop.opening(resource)[0]
    document = desk.shop.documents.of(name)
    if isinstance(document, str):
        return webpages.unreadable(spot, document)
    said = {node.name: node.text.strip() for node in reversed(document.root.children)}
    url = said.get("secure_launch_url") or said.get("launch_url") or ""
    desk.shop.fates[name] = ("changed", "what the tool is launched with is kept")
    desk.shop.sources.add(name)
    return launched(url, spot, said.get("title", ""), said.get("description", ""), _custom(document.root))


def launched(url: str, spot: Spot, title: str, description: str = "", custom: int = 0) -> Made:
    """A page that leads to a tool outside, which Canvas may also name by its address alone."""
    made = to_address(url, spot, title, description)
    if made.outcome[0] == "skipped":
        return made
    settings = f"{custom} custom parameters are kept and not sent" if custom else ""
    return Made(made.contents, changed(made.outcome[1], _TOOL, settings))


def _custom(root: Node) -> int:
    custom = child(root, "custom")
    return len(custom.children) if custom else 0


def to_address(url: str, spot: Spot, own_title: str, description: str = "") -> Made:
    title, note = webpages.titled(spot, own_title, url)
    scheme = re.match(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):", url)
    if scheme and scheme[1].lower() not in ("http", "https", "mailto"):
        return webpages.unreadable(spot, f"a link to a {scheme[1].lower()}: address")
    valid = bool(_URL.fullmatch(url)) and len(url) <= _LONGEST
    if valid and not description and (content := _shown(url, spot, title)):
        return Made((content,), changed(note))
    shown = f'<a href="{escape(url)}">{escape(title)}</a>' if valid else f"{escape(title)}: {escape(url)}"
    about = f"<p>{escape(description)}</p>" if description else ""
    made = pages.page(f"{about}<p>{shown}</p>", lambda _tag, address: address)
    text = made.text or plain_text.as_markdown(title)
    content = model.RichText(
        key=spot.key, title=title, published=spot.published, text=text, location=spot.location
    )
    lost = "" if valid else "no address that a page can lead to: it stands there as text"
    return Made((content,), changed(note, *made.notes, lost))


def _shown(url: str, spot: Spot, title: str) -> model.Content | None:
    """Videos and PDFs on the web are contents of their own."""
    kind = media_type_of(re.split(r"[?#]", url, maxsplit=1)[0]) or ""
    if not _PUBLIC.match(url.lower()):
        return None
    if _PLAYERS.match(url) or (kind and fits("video", kind)):
        return model.Video(
            key=spot.key, title=title, published=spot.published, url=url, location=spot.location
        )
    if kind == "application/pdf":
        return model.Pdf(key=spot.key, title=title, published=spot.published, url=url, location=spot.location)
    return None

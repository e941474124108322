"""Documents of Blackboard (res*.dat, `<CONTENT>`): a title, a text in HTML, and files."""

from __future__ import annotations

from html import escape

from importers.cartridge import weblinks, webpages
from importers.cartridge.canvas import child
from importers.cartridge.manifest import Resource
from importers.cartridge.webpages import Desk, Made, Spot
from importers.shared.outcome import changed
from importers.shared.xml import Node


def document(desk: Desk, resource: Resource, spot: Spot) -> Made:
    """A page with its text and links to its files; an external link as one."""
    name = desk.shop.opening(resource)[0]
    found = desk.shop.documents.of(name)
    if isinstance(found, str):
        return webpages.unreadable(spot, found)
    root = found.root
    title, note = webpages.titled(spot, _value(root, "TITLE"), resource.title)
    shown = Spot(
        key=spot.key,
        title=title,
        published=spot.published and _value(child(root, "FLAGS"), "ISAVAILABLE").lower() != "false",
        location=spot.location,
    )
    desk.shop.fates[name] = changed()
    url = _value(root, "URL")
    body = child(root, "BODY")
    text = child(body, "TEXT") if body else None
    html = (text.text if text else "") + "".join(_files(desk, resource, name))
    if url and not html.strip():
        return weblinks.to_address(url, shown, title)
    address = f'<p><a href="{escape(url)}">{escape(url)}</a></p>' if url else ""
    content, notes = webpages.written(desk, html + address, name, shown, title)
    return Made((content,), changed(note, *notes))


def _value(node: Node | None, name: str) -> str:
    """Blackboard writes values as attributes: `<TITLE value="…"/>`."""
    found = child(node, name) if node else None
    return (found.attributes.get("value", "") or found.text).strip() if found else ""


def _files(desk: Desk, resource: Resource, own: str) -> list[str]:
    """Its files that lie in the package, below the text."""
    names = [name for name in desk.shop.files(resource) if name != own]
    return [f'<p><a href="/{escape(name)}">{escape(name.rpartition("/")[2])}</a></p>' for name in names]

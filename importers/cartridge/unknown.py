"""Resources of types that nothing here reads: their files, for whoever has a use for them."""

from __future__ import annotations

from importers.cartridge import webpages
from importers.cartridge.manifest import Resource
from importers.cartridge.webpages import Desk, Made, Spot
from importers.shared.outcome import changed
from schemas import model


def kept(desk: Desk, resource: Resource, spot: Spot) -> Made:
    """All its files in one zip to download."""
    names = desk.shop.opening(resource)
    title, note = webpages.titled(spot, resource.title, resource.identifier)
    media = desk.shop.shelf.pack(spot.key, names)
    for name in names:
        desk.shop.fates[name] = ("changed", f"in {media}")
    content = model.Resource(
        key=spot.key, title=title, published=spot.published, media=media, location=spot.location
    )
    about = f"a resource of the type {resource.kind or 'unknown'!r}, which is not read: its files in a zip"
    return Made((content,), changed(note, about))

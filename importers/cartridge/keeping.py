"""What a bundle has no place for stays beside the course, unpublished: a page of settings, a zip of files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from importers.cartridge.identities import FIXED
from importers.cartridge.workshop import Workshop
from importers.shared import plain_text
from schemas import model
from schemas.model import Section

TITLE: Final = "Kept from the source"
_SETTINGS: Final = "Settings that have no place here"
_FILES: Final = "Files that nothing shows"
_LONGEST: Final = 1_000_000


def section(shop: Workshop, names: Iterable[str], key: str) -> tuple[Section | None, str]:
    """The section, and the path of the zip of `names` ("" without any)."""
    contents: list[model.Content] = []
    if shop.kept:
        contents.append(model.RichText(key=FIXED[0], title=_SETTINGS, published=False, text=_page(shop)))
    kept = list(names)
    media = shop.shelf.pack(f"{shop.course}-source", kept) if kept else ""
    if media:
        contents.append(model.Resource(key=FIXED[1], title=_FILES, published=False, media=media))
    if not contents:
        return None, ""
    return Section(key=key, title=TITLE, published=False, contents=tuple(contents)), media


def _page(shop: Workshop) -> str:
    parts = []
    for heading, lines in shop.kept.items():
        parts.append(f"## {plain_text.as_markdown(plain_text.title(heading)[0]) or '…'}\n\n")
        parts += [f"- {plain_text.as_markdown(plain_text.answer(line)[0])}\n" for line in lines]
        parts.append("\n")
    text = "".join(parts).strip()
    return text if len(text) <= _LONGEST else text[:_LONGEST].rpartition("\n")[0]

"""Films, documents, sounds and pictures → contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from importers.folder.survey import Kind
from importers.shared import text_files
from importers.shared.outcome import CARRIED, Outcome, changed
from importers.shared.shelf import Refused, Shelf
from schemas.findings import RefusedError
from schemas.media import Use
from schemas.model import Content, Pdf, Resource, RichText, Video
from schemas.source import Source

_USES: Final[dict[Kind, Use]] = {"video": "video", "pdf": "document", "picture": "image"}
_COMMA: Final = re.compile(r"^(\s*\d+:\d\d:\d\d),(\d{3}\s*-->\s*\d+:\d\d:\d\d),(\d{3})", re.MULTILINE)
_CUE: Final = re.compile(r"^\s*(?:\d+:)?\d\d:\d\d[.,]\d{3}\s*-->", re.MULTILINE)


def content(
    shelf: Shelf, name: str, kind: Kind, about: dict[str, Any], beside: Sequence[str] = ()
) -> tuple[Content, Outcome]:
    """What a file is to learners; what cannot be shown is offered in a zip. `about` is its key, title …"""
    put = shelf.put(name, use=_USES.get(kind, "any"))
    if isinstance(put, Refused):
        packed = shelf.pack(name, [name, *beside])
        return Resource(**about, media=packed), changed(f"{put.reason}: packed into a zip to download")
    address = quote(put, safe="/.-_~")
    match kind:
        case "video":
            return Video(**about, media=put), CARRIED
        case "pdf":
            return Pdf(**about, media=put), CARRIED
        case "audio":
            return RichText(**about, text=f'<audio controls src="{address}"></audio>'), changed(
                "a page with a player"
            )
        case "picture":
            return RichText(**about, text=f"![{about['title']}]({address})"), changed("a page that shows it")
        case _:
            return Resource(**about, media=put), CARRIED


def subtitles(source: Source, shelf: Shelf, name: str) -> tuple[str | None, Outcome]:
    """A file of subtitles as WebVTT, which is what players take; None when it is none."""
    if name.lower().endswith(".vtt"):
        put = shelf.put(name, use="subtitles")
        return (None, ("skipped", put.reason)) if isinstance(put, Refused) else (put, CARRIED)
    try:
        text = text_files.read(source, name).text
    except RefusedError as refused:
        return None, ("skipped", refused.findings[0].found)
    if not _CUE.search(text):
        return None, ("skipped", "no subtitles in it")
    data = "WEBVTT\n\n" + _COMMA.sub(r"\1.\2.\3", text.strip()) + "\n"
    put = shelf.put_bytes(f"{name.rpartition('.')[0]}.vtt", data.encode(), use="subtitles")
    return (
        (None, ("skipped", put.reason))
        if isinstance(put, Refused)
        else (put, changed("SubRip became WebVTT"))
    )

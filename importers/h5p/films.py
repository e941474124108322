"""Films: H5P.Video, and the film under an interactive video → a video of the bundle."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from importers.h5p.content import Fields, Item
from importers.h5p.desk import Desk
from importers.shared import hrefs, plain_text
from schemas.model import Video

_WEB: Final = re.compile(r"https?://[^@/?#\\\x00-\x20]+([/?#][^\x00-\x20]{0,400})?")
"""What an address of a bundle may be (schemas/documents.py)."""


def of_video(item: Item, desk: Desk) -> Video | None:
    """None when there is nothing to play."""
    params = item.params
    tracks = [each.group("track") for each in params.groups("a11y")]
    return _film(item, desk, params.groups("sources"), tracks, poster=params.group("visuals", "poster"))


def of_interactive(item: Item, video: Fields, desk: Desk) -> Video | None:
    start = video.group("startScreenOptions")
    tracks = [each.group("track") for each in video.group("textTracks").groups("videoTrack")]
    poster, title = start.group("poster"), start.words("title")
    film = _film(item, desk, video.groups("files"), tracks, poster=poster, title=title)
    described = plain_text.paragraph(start.words("shortStartDescription"))[0]
    return replace(film, description=described) if film and described else film


def clock(seconds: float | None) -> str:
    """33.4 → `0:33`."""
    whole = int(seconds or 0)
    hours, rest = divmod(max(whole, 0), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def _film(
    item: Item, desk: Desk, sources: list[Fields], tracks: list[Fields], *, poster: Fields, title: str = ""
) -> Video | None:
    media = url = None
    for source in sources:
        address = desk.address(source)
        if media or url:
            desk.leave(item, "another format of the same film", source)
        elif hrefs.is_web(address) and _WEB.fullmatch(address):
            url = desk.find("video", address)
        elif address:
            media = desk.put(address, "video")
    if not media and not url:
        return None
    shown = plain_text.title(item.title)[0] or plain_text.title(title)[0] or item.kind
    present = [track for track in tracks if desk.address(track)]
    desk.leave(item, "subtitles in a further language", *present[1:])
    return Video(
        key=item.key,
        title=shown,
        media=media,
        url=url,
        thumbnail=desk.put(desk.address(poster), "image") if desk.address(poster) else None,
        subtitles=desk.put(desk.address(present[0]), "subtitles") if present else None,
    )

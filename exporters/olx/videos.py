"""Videos: files of the course, YouTube, or files on the web; whatever else plays only where it lies."""

from __future__ import annotations

import json
import re
from typing import Final

from exporters.olx.texts import Texts
from exporters.shared.xml import Element, element
from schemas.model import Video

LINKED: Final = "Open edX plays files and YouTube: a page with the link"
ON_THE_WEB: Final = "subtitles on the web are not fetched: not said"
THUMBNAIL: Final = "no picture before it starts"
LENGTH: Final = "how long it is, is told by the file"
_YOUTUBE: Final = re.compile(
    r"https?://(?:(?:www|m)\.)?(?:youtube(?:-nocookie)?\.com/(?:watch\?(?:.*&)?v=|embed/)|youtu\.be/)([\w-]{11})(?:[?&#].*)?"
)
_FILE: Final = re.compile(r"https?://[^?#]+\.(mp4|webm|ogg|ogv|mov|m3u8)([?#].*)?", re.IGNORECASE)


def is_playable(video: Video) -> bool:
    return bool(video.media or _YOUTUBE.fullmatch(video.url or "") or _FILE.fullmatch(video.url or ""))


def video(content: Video, title: str, subtitles: tuple[str, str] | None, texts: Texts) -> Element:
    """`subtitles` are (language, name of the file of the course)."""
    found = _YOUTUBE.fullmatch(content.url or "")
    source = texts.address(content.media) if content.media else None if found else content.url
    transcripts = dict([subtitles]) if subtitles else None
    attributes = {
        "display_name": title,
        "youtube_id_1_0": found[1] if found else "",
        "youtube": f"1.00:{found[1]}" if found else None,
        "html5_sources": json.dumps([source]) if source else None,
        "sub": "",
        "transcripts": json.dumps(transcripts) if transcripts else None,
        "download_track": "true" if transcripts else None,
    }
    return element(
        "video",
        attributes,
        element("source", {"src": source}) if source else None,
        element("transcript", {"language": subtitles[0], "src": subtitles[1]}) if subtitles else None,
    )

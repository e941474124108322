"""Contents as entries of the data file: texts rendered, files as hrefs of the package."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final, assert_never

from exporters.shared.plain_names import plain
from exporters.shared.player.questions import quiz_entry
from exporters.shared.player.texts import prose
from schemas.model import (
    Assignment,
    Bundle,
    Content,
    LiveSession,
    Media,
    Pdf,
    QuizContent,
    Resource,
    RichText,
    Video,
)
from schemas.source import Files

Entry = dict[str, Any]

_LARGEST_INLINE_CAPTIONS: Final = 256 * 1024


class Shelf:
    """The media a unit uses, each at a relative ASCII href below `folder`. `linked` are the paths that pages
    link to.
    """

    def __init__(self, bundle: Bundle, files: Files, folder: str, *, inline_captions: bool) -> None:
        self._media = {media.path: media for media in bundle.media}
        self._files = files
        self._folder = folder
        self._inline_captions = inline_captions
        self._used: dict[str, str] = {}
        self.linked: set[str] = set()

    def href(self, path: str) -> str:
        """Takes the file along. Paths that some server or unzipper could spell otherwise get a plain name."""
        place = f"{self._folder}/{plain(path)}"
        self._used[place] = path
        return place

    def media(self, path: str) -> Media:
        return self._media[path]

    def resolver(self, folder: str) -> Callable[[str], str | None]:
        """For `richtext.render`: links of a page in `folder` to files of the bundle; others stay."""
        return partial(self._resolve, folder)

    def _resolve(self, folder: str, target: str) -> str | None:
        path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if path not in self._media:
            return None
        self.linked.add(path)
        return self.href(path)

    def captions(self, path: str) -> str | None:
        """Their text, for pages opened from a disk: browsers let no file there load a caption file."""
        if not self._inline_captions or self._media[path].size > _LARGEST_INLINE_CAPTIONS:
            return None
        with self._files.open(path) as stream:
            return stream.read(_LARGEST_INLINE_CAPTIONS).decode("utf-8", errors="replace")

    def used(self) -> dict[str, str]:
        return dict(sorted(self._used.items()))


def content_entry(content: Content, shelf: Shelf, language: str) -> Entry:
    resolve = shelf.resolver("")
    return {
        "type": content.type,
        "title": content.title,
        "description": prose(content.description, resolve) if content.description else None,
        "minutes": _minutes(content),
        **_details(content, shelf, language),
    }


def _minutes(content: Content) -> int | None:
    if content.duration_minutes is None and isinstance(content, Video) and content.video_seconds:
        return math.ceil(content.video_seconds / 60)
    return content.duration_minutes


def _details(content: Content, shelf: Shelf, language: str) -> Entry:  # noqa: PLR0911  one return for each type
    resolve = shelf.resolver("")
    match content:
        case Video():
            return _video(content, shelf, language)
        case Pdf():
            return {**_file(content.media, content.url, shelf), "pageCount": content.page_count}
        case QuizContent():
            return {"quiz": quiz_entry(content, shelf.href, resolve)}
        case RichText():
            folder = posixpath.dirname(content.page or "")
            return {"html": prose(content.text, shelf.resolver(folder), title=content.title)}
        case Assignment():
            return {
                "html": prose(content.instructions, resolve),
                "most": _number(content.max_score),
                "passing": _number(content.passing_score),
                "due": _instant(content.due),
            }
        case LiveSession():
            return {
                "url": content.url,
                "scheduled": _instant(content.scheduled),
                "length": content.session_minutes,
            }
        case Resource():
            standard = content.launch.standard if content.launch else None
            return {**_file(content.media, content.url, shelf), "standard": standard}
        case _:
            assert_never(content)


def _video(video: Video, shelf: Shelf, language: str) -> Entry:
    captions = (
        video.media
        and video.subtitles
        and {
            "href": shelf.href(video.subtitles),
            "language": language,
            "text": shelf.captions(video.subtitles),
        }
    )
    return {
        **_file(video.media, video.url, shelf),
        "poster": shelf.href(video.thumbnail) if video.thumbnail else None,
        "captions": captions,
        "captionsUrl": video.subtitles_url,
        "transcript": prose(video.transcript, shelf.resolver("")) if video.transcript else None,
    }


def _file(path: str | None, url: str | None, shelf: Shelf) -> Entry:
    if path is None:
        return {"url": url}
    media = shelf.media(path)
    return {
        "href": shelf.href(path),
        "name": posixpath.basename(path),
        "mediaType": media.media_type,
        "bytes": media.size,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

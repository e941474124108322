"""What only some types of content have: rows of course_content_detail, there and back."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from typing import Any, assert_never, cast

from loaders.content.rows.items import Item, plain_number
from loaders.content.rows.stored import Stored, paths
from loaders.content.rows.tables import DetailRow
from schemas.model import (
    Assignment,
    Content,
    Launch,
    LiveSession,
    Media,
    Pdf,
    QuizContent,
    Resource,
    RichText,
    Standard,
    Video,
)

Detail = tuple[DetailRow, dict[str, str] | None]
Base = dict[str, Any]

_PROFILE = "application/zip;profile="


def detail_of(content: Content, stored: Stored) -> Detail:
    """The row that only its type of content has, and where its files are in the bundle."""
    match content:
        case Video():
            return _video(content, stored)
        case Pdf():
            return _pdf(content, stored)
        case RichText():
            return _page(content, stored)
        case Resource():
            return _resource(content, stored)
        case QuizContent() | Assignment() | LiveSession():
            return _plain_detail(content), None
        case _:
            assert_never(content)


def _plain_detail(content: QuizContent | Assignment | LiveSession) -> DetailRow:
    """Of the types that use no files."""
    match content:
        case QuizContent():
            return DetailRow(content.type, quiz="")
        case Assignment():
            return _assignment(content)
        case LiveSession():
            return _live_session(content)


def _video(content: Video, stored: Stored) -> Detail:
    row = DetailRow(
        content.type,
        video_url=content.url,
        video_key=stored.key(content.media),
        thumbnail=stored.key(content.thumbnail),
        transcript=content.transcript,
        subtitles=stored.key(content.subtitles) or content.subtitles_url,
        video_seconds=content.video_seconds,
    )
    return row, paths(media=content.media, thumbnail=content.thumbnail, subtitles=content.subtitles)


def _pdf(content: Pdf, stored: Stored) -> Detail:
    row = DetailRow(
        content.type,
        document_url=content.url,
        document_key=stored.key(content.media),
        page_count=content.page_count,
    )
    return row, paths(media=content.media)


def _page(content: RichText, stored: Stored) -> Detail:
    from schemas.richtext import render

    html = render(content.text, stored.resolver(posixpath.dirname(content.page or "")))
    return DetailRow(content.type, html=html, markdown=content.text), paths(page=content.page)


def _assignment(content: Assignment) -> DetailRow:
    return DetailRow(
        content.type,
        instructions=content.instructions,
        max_score=content.max_score,
        passing_score=content.passing_score,
        due=content.due and content.due.astimezone(UTC),
    )


def _live_session(content: LiveSession) -> DetailRow:
    return DetailRow(
        content.type,
        session_url=content.url,
        scheduled=content.scheduled and content.scheduled.astimezone(UTC),
        session_minutes=content.session_minutes,
    )


def _resource(content: Resource, stored: Stored) -> Detail:
    media = stored.media[content.media] if content.media else None
    launch = content.launch
    row = DetailRow(
        content.type,
        resource_url=launch.href if launch else content.url,
        resource_key=stored.key(content.media),
        size=media.size if media else None,
        media_type=_media_type(launch, media),
        passing_score=launch.passing_score if launch else None,
    )
    return row, paths(media=content.media)


def _media_type(launch: Launch | None, media: Media | None) -> str | None:
    if launch:
        return f"{_PROFILE}{launch.standard}"
    return media.media_type if media else None


# ── back ─────────────────────────────────────────────────────────────────────────────────────────


def content_of(base: Base, item: Item) -> Content:
    """The content with that detail row. `base` are the fields all types have; quizzes are built elsewhere."""
    assert item.detail is not None
    return _BACK[item.detail.type](base, item, item.detail)


def number(value: Decimal | None) -> Any:
    """Without the zeros a column's scale adds: 60.00 is 60."""
    return None if value is None else Decimal(plain_number(value))


def path_of(item: Item, name: str) -> str | None:
    """Where in the bundle a file of an item is."""
    return item.paths.get(name) if item.paths else None


def _video_back(base: Base, item: Item, row: DetailRow) -> Content:
    subtitles = path_of(item, "subtitles")
    return Video(
        **base,
        media=path_of(item, "media"),
        url=row.video_url,
        thumbnail=path_of(item, "thumbnail"),
        transcript=row.transcript,
        subtitles=subtitles,
        subtitles_url=None if subtitles else row.subtitles,
        video_seconds=row.video_seconds,
    )


def _pdf_back(base: Base, item: Item, row: DetailRow) -> Content:
    return Pdf(**base, media=path_of(item, "media"), url=row.document_url, page_count=row.page_count)


def _page_back(base: Base, item: Item, row: DetailRow) -> Content:
    return RichText(**base, text=row.markdown or "", page=path_of(item, "page"))


def _assignment_back(base: Base, _item: Item, row: DetailRow) -> Content:
    return Assignment(
        **base,
        instructions=row.instructions or "",
        max_score=number(row.max_score),
        passing_score=number(row.passing_score),
        due=row.due,
    )


def _live_session_back(base: Base, _item: Item, row: DetailRow) -> Content:
    return LiveSession(
        **base, url=row.session_url, scheduled=row.scheduled, session_minutes=row.session_minutes
    )


def _resource_back(base: Base, item: Item, row: DetailRow) -> Content:
    media = path_of(item, "media")
    if row.media_type is None or not row.media_type.startswith(_PROFILE):
        return Resource(**base, media=media, url=row.resource_url)
    launch = Launch(
        standard=cast("Standard", row.media_type.removeprefix(_PROFILE)),
        href=row.resource_url or "",
        passing_score=number(row.passing_score),
    )
    return Resource(**base, media=media, launch=launch)


_BACK: dict[str, Callable[[Base, Item, DetailRow], Content]] = {
    "video": _video_back,
    "pdf": _pdf_back,
    "rich_text": _page_back,
    "assignment": _assignment_back,
    "live_session": _live_session_back,
    "downloadable_resource": _resource_back,
}

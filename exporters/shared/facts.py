"""What is to be known of a content besides its text: pairs of a label and a value, for readers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias, assert_never

from exporters.shared.phrases import Phrases
from schemas.model import Assignment, Content, LiveSession, Pdf, Quiz, QuizContent, Resource, RichText, Video

Fact: TypeAlias = "tuple[str, str]"


def facts(content: Content, say: Phrases) -> list[Fact]:
    """Of everything but pages, which speak for themselves."""
    return [(say[name], value) for name, value in _facts(content, say) if value]


def _facts(content: Content, say: Phrases) -> Iterator[Fact]:
    match content:
        case QuizContent():
            yield from _quiz(content.quiz, say)
        case Assignment():
            yield "most_points", number(content.max_score)
            yield "pass_score", number(content.passing_score)
            yield "due", moment(content.due)
        case LiveSession():
            yield "when", moment(content.scheduled)
            yield "length", minutes(content.session_minutes, say)
        case Pdf():
            yield "pages", f"{content.page_count:,}" if content.page_count else ""
        case Video():
            yield "length", clock(content.video_seconds)
        case RichText() | Resource():
            pass
        case _:
            assert_never(content)


def _quiz(quiz: Quiz, say: Phrases) -> Iterator[Fact]:
    yield "questions", str(len(quiz.questions))
    yield "points", number(sum((question.points for question in quiz.questions), Decimal(0)))
    yield "pass_score", f"{number(quiz.passing_score)} %"
    yield "time_limit", minutes(quiz.time_limit_minutes, say)
    yield "attempts", str(quiz.max_attempts or "")


def number(value: Decimal | None) -> str:
    """Without zeros that say nothing; empty for None."""
    return "" if value is None else f"{value.normalize():f}"


def minutes(value: int | None, say: Phrases) -> str:
    return f"{value:,} {say['minutes']}" if value else ""


def moment(value: datetime | None) -> str:
    """In UTC, to the minute."""
    return f"{value:%Y-%m-%d %H:%M} UTC" if value else ""


def clock(seconds: int | None) -> str:
    """As players show it: `1:35`, `1:00:00`."""
    if not seconds:
        return ""
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"

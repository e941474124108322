"""One content as a page."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import assert_never

from exporters.markdown import front_matter, quizzes
from exporters.markdown.texts import Texts, blocks, link, words
from exporters.shared.facts import Fact, facts
from exporters.shared.phrases import Phrases
from schemas.model import (
    Assignment,
    Content,
    LiveSession,
    Pdf,
    QuizContent,
    Resource,
    RichText,
    Video,
)


def page(content: Content, texts: Texts, say: Phrases, answers: str) -> str:
    """The whole file. A page of the author's stands in it as it was written.

    `answers` is where the answers of a quiz are.
    """
    fields = front_matter.of_content(content)
    if isinstance(content, RichText):
        return front_matter.fenced(fields) + texts.page(content.text, posixpath.dirname(content.page or ""))
    heading = f"# {words(content.title)}"
    listed = bullets(facts(content, say))
    description = texts.part(content.description)
    return front_matter.fenced(fields, heading, description, listed, *_body(content, texts, say, answers))


def answer_page(content: QuizContent, texts: Texts, say: Phrases, questions: str) -> str:
    """Unpublished, so that whoever makes a site or a course of the folder does not give them away."""
    title = f"{content.title}: {say['answers']}"
    return front_matter.fenced(
        {"id": f"{content.key}-answers", "title": title, "published": False},
        f"# {words(title)}",
        f"[{say['to_questions']}]({texts.to(questions)})",
        quizzes.answers(content.quiz, texts, say),
    )


def bullets(several: list[Fact]) -> str:
    return "\n".join(f"- **{words(label)}:** {words(value)}" for label, value in several)


def _body(content: Content, texts: Texts, say: Phrases, answers: str) -> Iterator[str]:
    match content:
        case Video():
            yield from _video(content, texts, say)
        case Pdf():
            yield _linked(content.media, content.url, content.title, texts)
        case Resource():
            yield _linked(content.media, content.url, content.title, texts)
        case QuizContent():
            if content.quiz.title != content.title:
                yield f"**{words(content.quiz.title)}**"
            yield texts.part(content.quiz.description)
            yield quizzes.questions(content.quiz, texts, say)
            yield f"[{say['to_answers']}]({texts.to(answers)})"
        case Assignment():
            yield texts.page(content.instructions)
        case LiveSession():
            yield link(content.url, content.url) if content.url else ""
        case RichText():
            raise AssertionError(content.type)
        case _:
            assert_never(content)


def _video(video: Video, texts: Texts, say: Phrases) -> Iterator[str]:
    if video.thumbnail:
        yield f"![]({texts.file(video.thumbnail)})"
    yield _linked(video.media, video.url, video.title, texts)
    subtitles = texts.file(video.subtitles) if video.subtitles else video.subtitles_url
    yield link(say["subtitles"], subtitles) if subtitles else ""
    if video.transcript:
        yield blocks(f"## {say['transcript']}", texts.page(video.transcript))


def _linked(media: str | None, url: str | None, title: str, texts: Texts) -> str:
    return link(title, texts.file(media) if media else url or "")

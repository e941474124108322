"""Parts, chapters and contents of the book as the bodies of their pages."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from exporters.epub import quizzes
from exporters.epub.outline import Chapter, Outline, Part
from exporters.epub.texts import Texts, web_address
from exporters.epub.xhtml import Node, h
from exporters.shared.facts import Fact, facts, minutes
from exporters.shared.phrases import Phrases
from schemas.model import (
    Assignment,
    Bundle,
    Content,
    LiveSession,
    Pdf,
    Program,
    ProgramCourse,
    QuizContent,
    Resource,
    RichText,
    Video,
)

NOT_HERE = "no book can hold it: it says where it is"


@dataclass(frozen=True, slots=True)
class Page:
    """What a page of a content needs to know besides the content itself."""

    part: Part
    chapter: Chapter
    texts: Texts
    say: Phrases


def title_page(bundle: Bundle, title: str, outline: Outline, texts: Texts, say: Phrases) -> Node:
    """With the programs, which lead to their courses."""
    cover = texts.picture(cover_of(bundle), "", "cover")
    programs = (_program(program, outline, texts, say) for program in bundle.programs)
    opening = h(
        "section",
        cover,
        h("h1", title, id="title"),
        *programs,
        type_="titlepage",
        labelled="title",
        class_="title",
    )
    return h("body", opening)


def _program(program: Program, outline: Outline, texts: Texts, say: Phrases) -> Node:
    listed = (_course_of(entry, outline, texts, say) for entry in program.courses)
    return h(
        "section",
        h("h2", program.title),
        texts.block(program.description, below=3) if program.description else None,
        h("ol", *listed, class_="outline") if program.courses else None,
        class_="program",
    )


def _course_of(entry: ProgramCourse, outline: Outline, texts: Texts, say: Phrases) -> Node:
    part = outline.part(entry.course)
    assert part is not None, "a program's courses are in its bundle"
    optional = None if entry.required else h("span", f" {say['optional']}", class_="lasts")
    return h("li", h("a", part.course.title, href=texts.to(part.place)), optional)


def cover_of(bundle: Bundle) -> str | None:
    """The picture by which a shelf shows the book: that of the first program or course that has one."""
    pictures = [program.thumbnail for program in bundle.programs]
    pictures += [course.thumbnail for course in bundle.courses]
    return next(filter(None, pictures), None)


def part_page(part: Part, outline: Outline, texts: Texts, say: Phrases) -> Node:
    course = part.course
    return _body(
        "part",
        h("h1", course.title, id="title"),
        _facts([(say["length"], minutes(course.duration_minutes, say))] if course.duration_minutes else []),
        texts.picture(course.thumbnail, "", "opening"),
        texts.block(course.description, below=2) if course.description else None,
        _first(course.prerequisite, outline, texts, say),
        h(
            "ol",
            *(
                h("li", h("a", chapter.section.title, href=texts.to(chapter.place)))
                for chapter in part.chapters
            ),
            class_="outline",
        )
        if part.chapters
        else None,
    )


def _first(prerequisite: str | None, outline: Outline, texts: Texts, say: Phrases) -> Node | None:
    if prerequisite is None:
        return None
    part = outline.part(prerequisite)
    named = h("a", part.course.title, href=texts.to(part.place)) if part else prerequisite
    return h("p", h("strong", f"{say['first']}: "), named, class_="note")


def chapter_page(chapter: Chapter, texts: Texts, say: Phrases) -> Node:
    section = chapter.section
    entries = (
        h("li", h("a", content.title, href=texts.to(place)), _lasting(content, say))
        for content, place in chapter.pages
    )
    return _body(
        "chapter",
        h("p", f"{say['chapter']} {chapter.number}", class_="kicker"),
        h("h1", section.title, id="title"),
        texts.block(section.description, below=2) if section.description else None,
        h("ol", *entries, class_="outline"),
    )


def _lasting(content: Content, say: Phrases) -> Node | None:
    lasts = minutes(content.duration_minutes, say)
    return h("span", f" {lasts}", class_="lasts") if lasts else None


def _body(kind: str, *children: Node | None) -> Node:
    """The first page of a part or chapter."""
    opening = h("section", *children, class_=kind, type_=kind, role=f"doc-{kind}", labelled="title")
    return h("body", opening)


def content_page(content: Content, page: Page) -> Node:
    texts, say = page.texts, page.say
    kicker = h("p", page.chapter.section.title, class_="kicker")
    described = texts.block(content.description, below=2) if content.description else None
    is_quiz = isinstance(content, QuizContent)
    return h(
        "body",
        h(
            "section",
            h("header", kicker, h("h1", content.title, id="title"), _facts(facts(content, say))),
            described,
            *_parts(content, page),
            class_=f"content {content.type.replace('_', '-')}",
            type_="qna" if is_quiz else "subchapter",
            role="doc-qna" if is_quiz else None,
            labelled="title",
        ),
    )


def _parts(content: Content, page: Page) -> Iterator[Node | None]:
    texts, say = page.texts, page.say
    match content:
        case RichText():
            folder = posixpath.dirname(content.page or "")
            yield texts.block(content.text, below=2, folder=folder, title=content.title)
        case Video():
            yield from _video(content, page)
        case Pdf():
            yield from _file(content.media, content.url, say["document"], page)
        case Resource():
            yield from _file(content.media, content.url, say["package" if content.launch else "file"], page)
        case QuizContent():
            yield from quizzes.questions(content, page.part.answers, texts, say)
        case Assignment():
            yield texts.block(content.instructions, below=2)
        case LiveSession():
            yield _online(content.url) if content.url else None
        case _:
            assert_never(content)


def _facts(several: list[Fact]) -> Node | None:
    if not several:
        return None
    pairs = (h("div", h("dt", label), h("dd", value)) for label, value in several)
    return h("dl", *pairs, class_="facts")


def _video(video: Video, page: Page) -> Iterator[Node | None]:
    texts, say = page.texts, page.say
    place = texts.shelf.take(video.media, "video") if video.media else None
    if place:
        poster = texts.shelf.take(video.thumbnail, "image") if video.thumbnail else None
        film = h(
            "video", src=texts.to(place), controls="controls", poster=texts.to(poster) if poster else None
        )
        spoken = texts.shelf.take(video.subtitles, "track") if video.subtitles else None
        if spoken:
            film.append(h("track", kind="captions", src=texts.to(spoken), label=say["subtitles"]))
        film.append(h("p", say["not_here"]))
        yield h("figure", film)
    else:
        yield texts.picture(video.thumbnail, "")
        yield from _file(video.media, video.url, say["video"], page)
    if video.transcript:
        yield h("h2", say["transcript"])
        yield texts.block(video.transcript, below=3)


def _file(media: str | None, url: str | None, kind: str, page: Page) -> Iterator[Node]:
    """What the book can only speak of."""
    if url:
        yield _online(url)
        return
    assert media is not None, "a content has a file or an address"
    page.texts.shelf.name(media, "readers of EPUB open no such files; a page speaks of it")
    page.texts.notes.append(NOT_HERE)
    named = h("strong", f"{kind}: {posixpath.basename(media)}")
    yield h("p", named, h("br"), page.say["not_here"], class_="note")


def _online(url: str) -> Node:
    address = web_address(url)
    return h("p", h("a", url, href=address) if address else url, class_="note online")

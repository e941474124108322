"""A content → the blocks of its unit, and what they do not say of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final, assert_never

from exporters.olx import names, open_response, problems, subtitles, videos
from exporters.olx.package import Package
from exporters.olx.texts import Texts, link
from exporters.shared import quizzes
from exporters.shared import texts as questions
from exporters.shared.ledger import Ledger
from exporters.shared.xml import Element
from schemas.model import (
    Assignment,
    Content,
    Course,
    Essay,
    LiveSession,
    Pdf,
    Question,
    QuizContent,
    Resource,
    RichText,
    Video,
)
from schemas.source import Files

_PREVIEW: Final = "free to look at: not said"
_A_PAGE: Final = "a page with a link to it"
_PLAYED: Final = "a package to play: a page offers the file; an XBlock of Open edX plays it"
_NO_SUBTITLES: Final = "its subtitles hold no text with times: left out"
_EXPLAINED: Final = "its explanation is not said: a person answers"


@dataclass(frozen=True, slots=True)
class Desk:
    """What all makers need. `language` is that of subtitles; `passing` what passes the course, in percent."""

    package: Package
    course: Course
    files: Files
    texts: Texts
    ledger: Ledger
    language: str


def blocks(desk: Desk, content: Content) -> list[Element]:
    """Writes the definitions, and settles the content with its questions."""
    notes = [_PREVIEW if content.preview else "", _takes(content)]
    about = content.description
    if isinstance(content, QuizContent):
        about = quizzes.about(content)
    made = [_about(desk, content, about)] if about else []
    made += _own(desk, content, notes)
    desk.ledger.item(desk.course, content, *notes, *desk.texts.take_notes())
    return made


def _about(desk: Desk, content: Content, about: str) -> Element:
    return desk.package.page(names.beside(content.key, "about"), content.title, desk.texts.html(about))


def _takes(content: Content) -> str:
    minutes = content.duration_minutes
    return "" if minutes is None else f"takes about {minutes} minutes: not said"


def _own(desk: Desk, content: Content, notes: list[str]) -> list[Element]:
    match content:
        case RichText():
            folder = (content.page or "").rpartition("/")[0]
            return [_page(desk, content, desk.texts.html(content.text, folder))]
        case Video():
            return list(_video(desk, content, notes))
        case Pdf() | Resource():
            notes.append(_PLAYED if isinstance(content, Resource) and content.launch else _A_PAGE)
            return [_page(desk, content, _linked(desk, content))]
        case LiveSession():
            notes.append("a page that says when and where")
            return [_page(desk, content, _session(content))]
        case Assignment():
            points = [content.passing_score, content.max_score]
            notes += ["handed in as an open response, which the staff grades", open_response.notes(points)]
            return [open_response.of_assignment(content, desk.texts.html(content.instructions))]
        case QuizContent():
            return list(_quiz(desk, content, notes))
        case _:
            assert_never(content)


def _page(desk: Desk, content: Content, html: str) -> Element:
    return desk.package.page(content.key, content.title, html)


def _linked(desk: Desk, content: Pdf | Resource) -> str:
    return link(desk.texts.address(content.media) if content.media else str(content.url), content.title)


def _session(content: LiveSession) -> str:
    when = f"<p>{content.scheduled:%Y-%m-%d %H:%M} UTC</p>" if content.scheduled else ""
    length = f"<p>{content.session_minutes} minutes</p>" if content.session_minutes else ""
    return when + length + (link(content.url, content.url) if content.url else "") or _said(content.title)


def _said(text: str) -> str:
    return f"<p>{escape(text)}</p>"


# ── videos ───────────────────────────────────────────────────────────────────────────────────────


def _video(desk: Desk, content: Video, notes: list[str]) -> Iterator[Element]:
    """The film, and its transcript on a page below it."""
    notes += [videos.THUMBNAIL if content.thumbnail else "", videos.LENGTH if content.video_seconds else ""]
    notes.append(videos.ON_THE_WEB if content.subtitles_url else "")
    if videos.is_playable(content):
        written = _subtitles(desk, content, notes)
        yield desk.package.block(
            "video", content.key, videos.video(content, content.title, written, desk.texts)
        )
    else:
        notes.append(videos.LINKED)
        yield _page(desk, content, link(str(content.url), content.title))
    if content.transcript:
        paragraphs = "".join(_said(line) for line in content.transcript.splitlines() if line.strip())
        yield desk.package.page(names.beside(content.key, "transcript"), "Transcript", paragraphs)


def _subtitles(desk: Desk, content: Video, notes: list[str]) -> tuple[str, str] | None:
    """(language, file). Both are written: SubRip, which the platform shows, and the file as it was."""
    if content.subtitles is None:
        return None
    desk.texts.address(content.subtitles)
    with desk.files.open(content.subtitles) as file:
        made = subtitles.srt(file.read(subtitles.MAX_BYTES).decode("utf-8", "replace"))
    if made is None:
        notes.append(_NO_SUBTITLES)
        return None
    name = f"{content.key}-{desk.language}.srt"
    desk.package.file(f"static/{names.SUBTITLES}{name}", made.encode())
    return desk.language, names.SUBTITLES + name


# ── quizzes ──────────────────────────────────────────────────────────────────────────────────────


def _quiz(desk: Desk, content: QuizContent, notes: list[str]) -> Iterator[Element]:
    """A problem for each question, in the order of the quiz."""
    quiz = content.quiz
    notes += _unsaid(content)
    for number, question in enumerate(quiz.questions, 1):
        made, said = _question(desk, content, question, str(number))
        desk.ledger.question(
            desk.course, content, question, *said, "" if question.required else quizzes.OPTIONAL
        )
        yield made
    if not quiz.questions:
        yield desk.package.page(content.key, content.title, _said(quiz.title))


def _question(desk: Desk, content: QuizContent, question: Question, title: str) -> tuple[Element, list[str]]:
    url_name = names.beside(content.key, question.key)
    if isinstance(question, Essay):
        made = open_response.response(
            url_name, title, questions.html(question.text), [question.points * 0, question.points]
        )
        return made, [
            "an open response, which the staff grades",
            open_response.notes([question.points]),
            _EXPLAINED if question.explanation else "",
        ]
    definition, said = problems.problem(question, title, content.quiz, desk.texts)
    return desk.package.block("problem", url_name, definition), said


def _unsaid(content: QuizContent) -> Iterator[str]:
    quiz = content.quiz
    yield "each question is a problem of its own, with its points and attempts"
    if quiz.time_limit_minutes:
        yield "its time limit works where the platform has timed exams switched on"
    if quiz.randomized:
        yield "questions in random order: not said"
    yield from quizzes.shown_afterwards(content)

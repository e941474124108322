"""The model → a folder of Markdown that people read, forges show and site generators build from.

A folder for each course and section, a file for each content with its fields in front, README.md to find the
way, media beside. Pages stay as their authors wrote them; only links between files are rewritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exporters import Choices
from exporters.markdown import contents, indexes
from exporters.markdown.outline import INDEX, Outline
from exporters.markdown.texts import Texts
from exporters.shared.language import language_of
from exporters.shared.ledger import Ledger
from exporters.shared.phrases import Phrases, phrases
from exporters.shared.places import media_place
from exporters.shared.streams import stream
from schemas.findings import Report
from schemas.model import Bundle, Content, Course, QuizContent, Resource
from schemas.source import Files, Sink

ON_PAPER: Final = "to be read and answered on paper: nothing counts points, time or attempts"
NOT_ENFORCED: Final = "what has to be finished first is said, and nothing sees to it"
NOT_STARTED: Final = "a zip to download: nothing starts it or keeps its result"


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:  # noqa: ARG001  there is nothing to choose
    folder = _Folder(Outline(bundle), sink, Ledger(report, bundle, bundle.courses))
    languages = [phrases(language_of(bundle, [course])) for course in bundle.courses]
    folder.page(
        INDEX, indexes.bundle_page(bundle, folder.outline, languages[0] if languages else phrases(""))
    )
    for program in bundle.programs:
        folder.ledger.program(program.key, NOT_ENFORCED if program.prerequisites else "")
    for course, say in zip(bundle.courses, languages, strict=True):
        _write_course(course, say, folder)
    for media in bundle.media:
        sink.write(media_place(media.path), stream(files, media.path))
        folder.ledger.file(media.path)


@dataclass(frozen=True, slots=True)
class _Folder:
    """What is written to, and what accounts for it."""

    outline: Outline
    sink: Sink
    ledger: Ledger

    def page(self, place: str, text: str) -> None:
        self.sink.write(place, [text.encode()])

    def texts(self, course: Course, place: str) -> Texts:
        return Texts(self.outline, course.key, place)


def _write_course(course: Course, say: Phrases, folder: _Folder) -> None:
    outline = folder.outline
    texts = folder.texts(course, outline.course(course.key))
    folder.page(texts.place, indexes.course_page(course, texts, say))
    folder.ledger.course(course, NOT_ENFORCED if course.prerequisite else "", *texts.notes)
    for section in course.sections:
        texts = folder.texts(course, outline.section(course, section))
        folder.page(texts.place, indexes.section_page(course, section, texts, say))
        folder.ledger.section(course, section, *texts.notes)
        for content in section.contents:
            _write_content(course, content, say, folder)


def _write_content(course: Course, content: Content, say: Phrases, folder: _Folder) -> None:
    texts = folder.texts(course, folder.outline.content(course, content))
    answers = folder.outline.answers(course, content)
    folder.page(texts.place, contents.page(content, texts, say, answers))
    notes = [*texts.notes, NOT_STARTED if isinstance(content, Resource) and content.launch else ""]
    if isinstance(content, QuizContent):
        beside = folder.texts(course, answers)
        folder.page(answers, contents.answer_page(content, beside, say, texts.place))
        notes += [*beside.notes, ON_PAPER]
        for question in content.quiz.questions:
            folder.ledger.question(course, content, question)
    folder.ledger.item(course, content, *notes)

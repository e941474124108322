"""The model → a folder of Markdown that people read, forges show and site generators build from.

A folder for each course and section, a file for each content with its fields in front, README.md to find the
way, media beside. Pages stay as their authors wrote them; only links between files are rewritten.
"""

from __future__ import annotations

from collections.abc import Iterator

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

ON_PAPER = "to be read and answered on paper: nothing counts points, time or attempts"
NOT_ENFORCED = "what has to be finished first is said, and nothing sees to it"
NOT_STARTED = "a zip to download: nothing starts it or keeps its result"


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:  # noqa: ARG001  there is nothing to choose
    ledger = Ledger(report, bundle, bundle.courses)
    outline = Outline(bundle)
    languages = {course.key: phrases(language_of(bundle, course)) for course in bundle.courses}
    first = next(iter(languages.values()), phrases(""))
    sink.write(INDEX, _bytes(indexes.bundle_page(bundle, outline, first)))
    for program in bundle.programs:
        ledger.program(program.key, NOT_ENFORCED if program.prerequisites else "")
    for course in bundle.courses:
        _write_course(course, outline, languages[course.key], sink, ledger)
    for media in bundle.media:
        sink.write(media_place(media.path), stream(files, media.path))
        ledger.file(media.path)


def _write_course(course: Course, outline: Outline, say: Phrases, sink: Sink, ledger: Ledger) -> None:
    texts = Texts(outline, course.key, outline.course(course.key))
    sink.write(texts.place, _bytes(indexes.course_page(course, texts, say)))
    ledger.course(course, NOT_ENFORCED if course.prerequisite else "", *texts.notes)
    for section in course.sections:
        texts = Texts(outline, course.key, outline.section(course, section))
        sink.write(texts.place, _bytes(indexes.section_page(course, section, texts, say)))
        ledger.section(course, section, *texts.notes)
        for content in section.contents:
            _write_content(course, content, outline, say, sink, ledger)


def _write_content(
    course: Course, content: Content, outline: Outline, say: Phrases, sink: Sink, ledger: Ledger
) -> None:
    texts = Texts(outline, course.key, outline.content(course, content))
    answers = outline.answers(course, content)
    sink.write(texts.place, _bytes(contents.page(content, texts, say, answers)))
    notes = [*texts.notes, NOT_STARTED if isinstance(content, Resource) and content.launch else ""]
    if isinstance(content, QuizContent):
        beside = Texts(outline, course.key, answers)
        sink.write(answers, _bytes(contents.answer_page(content, beside, say, texts.place)))
        notes += [*beside.notes, ON_PAPER]
        for question in content.quiz.questions:
            ledger.question(course, content, question)
    ledger.item(course, content, *notes)


def _bytes(text: str) -> Iterator[bytes]:
    yield text.encode()

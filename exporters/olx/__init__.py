"""The model → an Open edX course (OLX), as Studio exports one and takes it: `course/` in a tar.gz.

Sections are chapters; each content is a sequential of its own with one unit, so that its title stands in the
outline. docs/adr/0026 tells why, and docs/export-lms.md what is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from exporters import Choices
from exporters.olx import lessons, names, open_response, policies
from exporters.olx.lessons import Desk
from exporters.olx.package import FOLDER, Package
from exporters.olx.texts import texts_of
from exporters.shared.language import language_of
from exporters.shared.ledger import Ledger
from exporters.shared.one_course import the_course
from exporters.shared.streams import stream
from exporters.shared.xml import Element, document, element
from schemas.findings import Report
from schemas.model import Assignment, Bundle, Content, Course, QuizContent, Section
from schemas.source import Files, Sink

_NO_PROGRAM: Final = "Open edX keeps programs outside of its courses"
_INSTRUCTOR: Final = "the instructor is not in it: staff is chosen in Open edX"
_NOT_OURS: Final = "nothing of this course shows it"


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:  # noqa: ARG001  there is nothing to choose
    """Raises CoursewrightError when the bundle has several courses: a file of OLX holds one."""
    course = the_course(bundle, "a file of Open edX")
    ledger, texts = Ledger(report, bundle, (course,)), texts_of(bundle, course)
    language = language_of(bundle, [course])
    desk = Desk(Package(sink), course, files, texts, ledger, language)
    _write_course(desk, bundle)
    policies.write(desk.package, course, language, texts)
    ledger.course(course, *_unsaid(course), *texts.take_notes())
    for program in bundle.programs:
        ledger.skip_program(program.key, _NO_PROGRAM)
    _write_media(desk, bundle)


def _write_course(desk: Desk, bundle: Bundle) -> None:
    course, package = desk.course, desk.package
    pointer = {"url_name": names.RUN, "org": bundle.key, "course": course.key}
    package.file("course.xml", document(element("course", pointer)))
    chapters = [_chapter(desk, section) for section in course.sections]
    package.block("course", names.RUN, element("course", {}, *chapters))


def _chapter(desk: Desk, section: Section) -> Element:
    lesson = [_introduction(desk, section)] if section.description else []
    desk.ledger.section(desk.course, section, *desk.texts.take_notes())
    lesson += [_lesson(desk, content) for content in section.contents]
    shown = {"display_name": section.title, **_hidden(section)}
    return desk.package.block("chapter", section.key, element("chapter", shown, *lesson))


def _hidden(part: Section | Content) -> dict[str, str]:
    return {} if part.published else {"visible_to_staff_only": "true"}


def _introduction(desk: Desk, section: Section) -> Element:
    """What is said of a section, as its first lesson: chapters have titles alone."""
    key = names.beside(section.key, "section")
    page = desk.package.page(key, section.title, desk.texts.html(section.description or ""))
    return _sequential(desk, key, {"display_name": section.title}, section.title, [page])


def _lesson(desk: Desk, content: Content) -> Element:
    settings = dict(_settings(content))
    title = content.quiz.title if isinstance(content, QuizContent) else content.title
    return _sequential(desk, content.key, settings, title, lessons.blocks(desk, content))


def _settings(content: Content) -> Iterator[tuple[str, str]]:
    yield "display_name", content.title
    yield from _hidden(content).items()
    if policies.is_graded(content):
        yield from (("graded", "true"), ("format", policies.GRADED))
    if isinstance(content, Assignment) and content.due:
        yield "due", open_response.moment(content.due)
    if isinstance(content, QuizContent) and content.quiz.time_limit_minutes:
        yield from (
            ("is_time_limited", "true"),
            ("default_time_limit_minutes", str(content.quiz.time_limit_minutes)),
        )


def _sequential(desk: Desk, key: str, settings: dict[str, str], title: str, blocks: list[Element]) -> Element:
    unit = desk.package.block(
        "vertical", names.unit(key), element("vertical", {"display_name": title}, *blocks)
    )
    return desk.package.block("sequential", names.lesson(key), element("sequential", settings, unit))


def _unsaid(course: Course) -> Iterator[str]:
    yield _INSTRUCTOR
    yield "it ends in 2100, as does what has no due date"
    if course.prerequisite:
        yield f"{course.prerequisite} comes before it: choose that course under Settings › Prerequisites"
    if course.status != "published":
        yield f"{course.status}: its start is put off to 2030"
    scores = {each.quiz.passing_score for each in course.contents() if isinstance(each, QuizContent)}
    if len(scores) > 1:
        yield f"passed with {policies.passing(course).normalize():f} %: Open edX has one grade for the course"


def _write_media(desk: Desk, bundle: Bundle) -> None:
    for media in bundle.media:
        if media.path in desk.texts.used:
            desk.package.sink.write(
                f"{FOLDER}/static/{names.static(media.path)}", stream(desk.files, media.path)
            )
            desk.ledger.file(media.path)
        else:
            desk.ledger.skip_file(media.path, _NOT_OURS)

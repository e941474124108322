"""The model → a book in EPUB 3.3: what learners read, with the questions in it and the answers at the back.

Courses are parts, sections chapters, contents pages. What learners do not see is not in it, nor is what
readers of EPUB cannot open; the report names both. docs/adr/0023 tells why.
"""

from __future__ import annotations

from importlib.resources import files as resources
from typing import Final

from exporters import Choices
from exporters.epub import navigation, pages, quizzes
from exporters.epub.accessibility import features, modes, moves, sufficient
from exporters.epub.book import Book
from exporters.epub.outline import NAVIGATION, STYLE, TITLE, Chapter, Outline, Part, outline, tells
from exporters.epub.package import PACKAGE, About, Item, container, identifier, package
from exporters.epub.shelf import Shelf, shelved
from exporters.epub.xhtml import fragment, words
from exporters.shared.language import direction, language_of
from exporters.shared.ledger import Ledger
from exporters.shared.phrases import phrases
from exporters.shared.streams import stream
from schemas.findings import CoursewrightError, Report
from schemas.model import Bundle, Content, Course, Pdf, QuizContent, Resource
from schemas.richtext import render
from schemas.source import Files, Sink

_MIMETYPE: Final = "application/epub+zip"
_NCX: Final = Item("toc.ncx", "application/x-dtbncx+xml")
UNSEEN: Final = "not published: learners do not see it"
ON_PAPER: Final = "to be read and answered on paper: nothing counts points, time or attempts"
NO_ANSWERS: Final = "what is right is not in the book: the quiz does not show it"
FACTS_LOST: Final = "price, level, category, tags and instructors are not in a book"
INSTRUCTOR_LOST: Final = "the instructor's address is not in a book"
STARTED_NOWHERE: Final = "a package to play: readers of EPUB start none; the book names it"
NOT_OPENED: Final = "readers of EPUB open no such files; the book names it"
NOT_ENFORCED: Final = "what has to be finished first is said, and nothing sees to it"


def write(bundle: Bundle, files: Files, sink: Sink, report: Report, choices: Choices) -> None:  # noqa: ARG001  there is nothing to choose
    """Raises CoursewrightError when learners see nothing of the bundle."""
    inside = outline(bundle)
    if not any(part.chapters for part in inside.parts):
        raise CoursewrightError(
            f"{bundle.key} has nothing in it that learners see", "publish a content of it"
        )
    ledger = Ledger(report, bundle, bundle.courses)
    shelf = Shelf(bundle, files)
    book = Book(sink, inside, shelf)
    sink.write("mimetype", [_MIMETYPE.encode()])
    sink.write("META-INF/container.xml", container())
    _write_pages(bundle, inside, book, ledger)
    _write_media(bundle, files, book, shelf, ledger)
    sink.write(PACKAGE, package(_about(bundle, book), book.items, _NCX))


def title_of(bundle: Bundle) -> str:
    """A book of one course is known by that."""
    return bundle.courses[0].title if len(bundle.courses) == 1 else bundle.title


def identifier_of(bundle: Bundle) -> str:
    """Books of single courses are other books than the whole."""
    alone = [course.key for course in bundle.courses] if len(bundle.courses) == 1 else []
    return identifier(bundle.key, *alone)


def _languages(bundle: Bundle) -> tuple[str, ...]:
    return tuple(dict.fromkeys(language_of(bundle, [course]) for course in bundle.courses))


def _write_pages(bundle: Bundle, inside: Outline, book: Book, ledger: Ledger) -> None:
    language = _languages(bundle)[0]
    say, title = phrases(language), title_of(bundle)
    book.file(Item(STYLE, "text/css"), [(resources("exporters.epub") / "style.css").read_bytes()])
    texts = book.texts("", TITLE)
    book.page(texts, title, language, pages.title_page(bundle, title, inside, texts, say))
    listed = navigation.entries(inside, say)
    texts = book.texts("", NAVIGATION)
    book.page(texts, say["contents"], language, navigation.contents(listed, say), "nav")
    for program in bundle.programs:
        ledger.program(program.key, FACTS_LOST, NOT_ENFORCED if program.prerequisites else "")
    notes = [_write_part(part, inside, book, ledger) for part in inside.parts]
    for part, lost in zip(inside.parts, notes, strict=True):
        ledger.course(part.course, INSTRUCTOR_LOST, *lost, *_write_answers(part, book))
    book.file(_NCX, navigation.ncx(listed, identifier_of(bundle), title, language))


def _write_part(part: Part, inside: Outline, book: Book, ledger: Ledger) -> list[str]:
    """Returns what the first page lost."""
    course, say = part.course, phrases(part.language)
    texts = book.texts(course.key, part.place)
    book.page(texts, course.title, part.language, pages.part_page(part, inside, texts, say))
    for chapter in part.chapters:
        _write_chapter(part, chapter, book, ledger)
    _account_for_unseen(part, ledger)
    return [*texts.notes, NOT_ENFORCED if course.prerequisite else ""]


def _write_chapter(part: Part, chapter: Chapter, book: Book, ledger: Ledger) -> None:
    course, say = part.course, phrases(part.language)
    texts = book.texts(course.key, chapter.place)
    book.page(texts, chapter.section.title, part.language, pages.chapter_page(chapter, texts, say))
    ledger.section(course, chapter.section, *texts.notes)
    for content, place in chapter.pages:
        texts = book.texts(course.key, place)
        body = pages.content_page(content, pages.Page(part, chapter, texts, say))
        book.page(texts, content.title, part.language, body)
        _account(course, content, texts.notes, ledger)


def _account(course: Course, content: Content, notes: list[str], ledger: Ledger) -> None:
    if isinstance(content, Pdf | Resource) and content.media:
        is_package = isinstance(content, Resource) and content.launch
        ledger.skip_item(course, content, STARTED_NOWHERE if is_package else NOT_OPENED)
        return
    if isinstance(content, QuizContent):
        notes = [*notes, ON_PAPER]
        for question in content.quiz.questions:
            ledger.question(course, content, question, "" if tells(content) else NO_ANSWERS)
    ledger.item(course, content, *notes)


def _account_for_unseen(part: Part, ledger: Ledger) -> None:
    course = part.course
    shown = {content.key for content, _ in part.contents()}
    chapters = {chapter.section.key for chapter in part.chapters}
    for section in course.sections:
        if section.key not in chapters:
            ledger.skip_section(course, section, UNSEEN)
        for content in section.contents:
            if content.key not in shown:
                ledger.skip_item(course, content, UNSEEN)


def _write_answers(part: Part, book: Book) -> list[str]:
    """Returns what it lost."""
    if part.answers is None:
        return []
    say, texts = phrases(part.language), book.texts(part.course.key, part.answers)
    book.page(texts, say["answers"], part.language, quizzes.answers_page(part, texts, say))
    return texts.notes


def _write_media(bundle: Bundle, files: Files, book: Book, shelf: Shelf, ledger: Ledger) -> None:
    cover = pages.cover_of(bundle)
    used = {media.path for media in shelf.used}
    for media in bundle.media:
        if media.path in used:
            properties = "cover-image" if media.path == cover else ""
            item = Item(shelved(media.path), media.media_type, properties)
            book.file(item, stream(files, media.path))
            ledger.file(media.path)
        else:
            ledger.skip_file(media.path, shelf.reason(media.path))


def _about(bundle: Bundle, book: Book) -> About:
    languages = _languages(bundle)
    types = {item.media_type for item in book.items}
    return About(
        identifier=identifier_of(bundle),
        title=title_of(bundle),
        languages=languages,
        description=_description(bundle),
        direction=direction(languages[0]),
        modes=modes(types),
        sufficient=sufficient(types, alone=book.alone),
        features=features(types, alone=book.alone),
        moves=moves(types),
    )


def _description(bundle: Bundle) -> str | None:
    """Of the only course, or else of the only program."""
    holders = bundle.courses if len(bundle.courses) == 1 else bundle.programs
    said = holders[0].description if len(holders) == 1 else None
    return words(fragment(render(said, lambda _: None))) if said else None

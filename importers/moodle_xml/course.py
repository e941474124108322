"""Categories of questions → a course: one section, a quiz for each category."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import unquote

from importers.moodle_xml.categories import Category, Found
from importers.shared import hrefs, keys, plain_text
from importers.shared.figures import Figures
from importers.shared.moodle_questions.quizzes import Sheet, cut
from importers.shared.moodle_questions.texts import FILES, missing
from importers.shared.naming import PLACEHOLDER_INSTRUCTOR
from importers.shared.outcome import CARRIED, Outcome, skipped
from importers.shared.pages import page
from importers.shared.shelf import Refused, Shelf
from schemas.findings import Report
from schemas.model import Content, Course, Question, Quiz, QuizContent, Section


def course(
    key: str, title: str, categories: Iterable[Category], shelf: Shelf, report: Report
) -> Course | None:
    """The course, or None when no question makes one here. Settles questions, categories and files."""
    several = list(categories)
    names = keys.keys(dict.fromkeys(category.identity for category in several), "questions")
    contents = [
        content
        for category in several
        for content in _quiz(category, names[category.identity], shelf, report)
    ]
    if not contents:
        return None
    section = Section(key="questions", title="Questions", contents=tuple(contents))
    return Course(key=key, title=title, instructor=PLACEHOLDER_INSTRUCTOR, sections=(section,))


def _quiz(category: Category, key: str, shelf: Shelf, report: Report) -> list[Content]:
    title = plain_text.title(" / ".join(category.path))[0] or "Questions"
    used: set[str] = set()
    sheet = Sheet(Figures(lambda tag, address: _address(category, tag, address, shelf, used)))
    names = keys.keys(dict.fromkeys(found.asked.identity for found in category.questions), "question")
    for found in category.questions:
        report.settle("question", found.told, *_taken(sheet, found, names[found.asked.identity]))
    if category.told:
        fate = CARRIED if category.questions else ("changed", "a category without questions: no quiz")
        report.settle("category", category.told, *fate)
    _settle_files(category, used, report)
    about = page(category.info, lambda _tag, _address: None).text or None

    def quiz(questions: tuple[Question, ...]) -> QuizContent:
        made = Quiz(title=cut(title), questions=questions)
        return QuizContent(
            key=key, title=cut(title), description=about, quiz=made, location=category.location
        )

    return sheet.contents(quiz, shelf, key, title)


def _taken(sheet: Sheet, found: Found, key: str) -> Outcome:
    if found.broken:
        return sheet.keep(found.asked, key, found.broken)
    return sheet.take(found.asked, key)


def _address(category: Category, tag: str, address: str, shelf: Shelf, used: set[str]) -> str | None:
    """Files stand in the document itself; nothing else of it can be linked to."""
    if address.startswith("data:"):
        embedded = shelf.put_data(address, "embedded")
        return None if isinstance(embedded, Refused) else embedded
    if not address.startswith(FILES):
        kept = hrefs.is_web(address) or address.startswith("mailto:")
        return address if kept else missing(tag, address)
    name = unquote(address.removeprefix(FILES))
    if name not in category.files:
        return missing(tag, address)
    used.add(name)
    put = shelf.put_bytes(PurePosixPath(name).name, category.files[name])
    return missing(tag, address) if isinstance(put, Refused) else put


def _settle_files(category: Category, used: set[str], report: Report) -> None:
    for name in category.files:
        report.expect("file", name)
        report.settle("file", name, *(CARRIED if name in used else skipped("no text shows it")))

"""Files that hold nothing but questions → a bundle: what is the same whatever their grammar.

A reader says what is asked where; here each becomes a question with a key of its own, in the quiz of its
category, and an account. One that makes no question is named with its place, and hides no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from importers.shared import naming, plain_text, question_list, text_files
from importers.shared.attachments import Attachments
from importers.shared.figures import Figures
from importers.shared.ledger import expect_container, notes_of, settle_container
from importers.shared.outcome import CARRIED, Outcome, changed, skipped
from importers.shared.question_list import Bank, Category, Names, identifier_of, title_of
from importers.shared.questions import Made, UnfitError
from importers.shared.shelf import Shelf
from schemas.findings import Finding, RefusedError, Report, Rule
from schemas.media import media_type_of
from schemas.model import Bundle, Location, RichText
from schemas.source import Reading, Source
from schemas.words import counted

NO_QUESTION: Final = Rule("CW581", "no-question", "A file of questions has one that can be read.")
TOO_MANY: Final = Rule("CW582", "too-many-questions", "A file of questions has a bounded number of them.")

MOST: Final = 20_000
_MOST_REASONS: Final = 20
Page = tuple[RichText, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Something asked in a file, or a text to read before (`make` gives a page then).

    `name` tells it apart in the report. `identifier` is the author's, if any; `words` and `answers` stand in
    for it. `make` gets the key and the figures of the quiz, and raises UnfitError.
    """

    name: str
    location: Location
    make: Callable[[str, Figures], Made | Page]
    category: Category = ()
    identifier: str = ""
    words: str = ""
    answers: str = ""


class LeftOut(NamedTuple):
    """What else a file holds, and why it is not carried."""

    kind: str
    name: str
    reason: str
    location: Location


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """`note` tells of what was guessed to read the file."""

    name: str
    asked: Sequence[Asked]
    note: str = ""
    left_out: Sequence[LeftOut] = ()


def reading(source: Source, report: Report, files: Sequence[QuestionFile]) -> Reading:
    """Raises RefusedError (CW581, CW582) when there is nothing to carry, or more than anyone would."""
    files = files if len(files) == 1 else [_told_apart(file) for file in files]
    _require_few(source, files)
    shelf = Shelf(source)
    attachments = Attachments(source, shelf, report)
    title = title_of(source.label)
    name = naming.of_file(identifier_of(source.label), title)
    _expect(source, report, files)
    banks, unnamed = _banks(report, files, attachments)
    course = question_list.course(name.key, title, banks)
    if not course.sections:
        raise RefusedError(_nothing(source, report, files))
    report.settle("metadata", "identifier", *name.outcome)
    report.settle("metadata", "instructor", *naming.NOBODY)
    report.settle("metadata", "question identifiers", *_identified(unnamed))
    _settle_files(source, report, files, attachments)
    report.close()
    bundle = Bundle(key=name.key, title=title, courses=(course,), media=shelf.media)
    return Reading(bundle, shelf)


def fitting(source: Source, looks_right: Callable[[str], bool]) -> list[str]:
    """The files whose beginning looks like questions; none where pages, films or data lie among them.

    Pictures and other plain texts (a README, where it is all from) may lie beside.
    """
    others = without_pictures(source)
    if not all((media_type_of(name) or "text/plain") == "text/plain" for name in others):
        return []
    return [name for name in others if looks_right(text_files.head(source, name))]


def without_pictures(source: Source) -> list[str]:
    return [name for name in source.names() if not _is_picture(name)]


def above(names: Sequence[str], name: str) -> Category:
    """The category that tells the questions of a file from those of the others, if there are any."""
    return (title_of(name),) if len(names) > 1 else ()


def _is_picture(name: str) -> bool:
    return (media_type_of(name) or "").startswith("image/")


def _told_apart(file: QuestionFile) -> QuestionFile:
    """Its items with its name before theirs, for the report."""
    return replace(
        file,
        asked=[replace(asked, name=f"{file.name}, {asked.name}") for asked in file.asked],
        left_out=[other._replace(name=f"{file.name}, {other.name}") for other in file.left_out],
    )


# ── questions ────────────────────────────────────────────────────────────────────────────────────


class _Quiz:
    """What the questions of one category share."""

    def __init__(self, attachments: Attachments) -> None:
        self._attachments = attachments
        self._names = Names()
        self._figures = Figures(attachments.find)
        self._bank = Bank()

    def take(self, asked: Asked) -> Outcome:
        self._attachments.location = asked.location
        key = self._names.key(asked.identifier, asked.words, asked.answers)
        try:
            made, notes = asked.make(key, self._figures)
        except UnfitError as unfit:
            return skipped(str(unfit))
        if isinstance(made, RichText):
            self._bank.pages.append(made)
        else:
            self._bank.questions.append(made)
        return changed(*notes)

    def bank(self) -> Bank:
        self._bank.pictures = self._figures.page("pictures", "Pictures and files")
        return self._bank


def _banks(
    report: Report, files: Sequence[QuestionFile], attachments: Attachments
) -> tuple[dict[Category, Bank], int]:
    """The questions by category, and how many of them have no identifier."""
    quizzes: dict[Category, _Quiz] = {}
    unnamed = 0
    for asked in (each for file in files for each in file.asked):
        category = tuple(filter(None, (plain_text.title(part)[0] for part in asked.category)))
        outcome = quizzes.setdefault(category, _Quiz(attachments)).take(asked)
        report.settle("question", asked.name, *outcome)
        unnamed += outcome[0] != "skipped" and not asked.identifier.strip()
    return {category: quiz.bank() for category, quiz in quizzes.items()}, unnamed


def _identified(unnamed: int) -> Outcome:
    if not unnamed:
        return CARRIED
    without = counted(unnamed, "question has no identifier", "questions have no identifier")
    return changed(f"{without}: the key is made from the words, and changes when they are edited")


# ── accounts ─────────────────────────────────────────────────────────────────────────────────────


def _expect(source: Source, report: Report, files: Sequence[QuestionFile]) -> None:
    for name in ("identifier", "instructor", "question identifiers"):
        report.expect("metadata", name, Location(source.label))
    expect_container(report, source.names(), notes_of(source))
    for file in files:
        for asked in file.asked:
            report.expect("question", asked.name, asked.location)
        for other in file.left_out:
            report.expect(other.kind, other.name, other.location)


def _settle_files(
    source: Source, report: Report, files: Sequence[QuestionFile], attachments: Attachments
) -> None:
    known = {file.name: file for file in files}
    for name in source.names():
        if name in known:
            report.settle("file", name, *changed(known[name].note))
        elif name in attachments.used:
            report.settle("file", name)
        else:
            reason = "no question shows it" if _is_picture(name) else "no questions of this format in it"
            report.settle("file", name, *skipped(reason))
    settle_container(report, (), notes_of(source))
    for file in files:
        for other in file.left_out:
            report.settle(other.kind, other.name, *skipped(other.reason))


def _require_few(source: Source, files: Sequence[QuestionFile]) -> None:
    count = sum(len(file.asked) for file in files)
    if count > MOST:
        finding = Finding(
            rule=TOO_MANY,
            location=Location(source.label),
            found=f"{count:,} questions",
            expected=f"at most {MOST:,}",
            mend="split the file",
        )
        raise RefusedError([finding])


def _nothing(source: Source, report: Report, files: Sequence[QuestionFile]) -> Iterator[Finding]:
    """Why each question could not be read; or that there is none."""
    reasons = [each for each in report.accounts if each.kind == "question"][:_MOST_REASONS]
    for each in reasons:
        yield Finding(
            rule=NO_QUESTION,
            location=each.location,
            found=each.note,
            expected="a question",
            mend="correct it, or take it out",
        )
    if not reasons:
        yield Finding(
            rule=NO_QUESTION,
            location=Location(source.place(files[0].name) if files else source.label),
            found="no question",
            expected="at least one question",
            mend="check that this is the file you meant",
        )

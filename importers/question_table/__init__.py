"""Lists of questions in CSV files and XLSX workbooks → a course of quizzes (docs/migrate-questions.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from importers.question_table import blackboard, d2l, headed, tables, workbook
from importers.question_table.entries import Entry, make
from importers.question_table.headed import Line
from importers.question_table.tables import Row, Table
from importers.shared import question_files, text_files
from importers.shared.figures import Figures
from importers.shared.question_files import Asked, LeftOut, QuestionFile
from importers.shared.question_list import Category
from importers.shared.questions import Made
from schemas.findings import Finding, RefusedError, Report, Rule
from schemas.model import Location
from schemas.source import Reading, Source

NO_HEADINGS: Final = Rule("CW585", "no-question-column", "A table of questions has headings that say so.")

_WORDS: Final = 60
_FEWEST_COLUMNS: Final = 3
_UNUSED: Final = "no column of questions: not carried"


def detect(source: Source) -> bool:
    """Whether it is a lone table, or nothing but tables of questions and their pictures."""
    names = question_files.without_pictures(source)
    if len(names) == 1 and source.place(names[0]) == source.label:
        return workbook.is_workbook(source, names[0]) or _is_table(source, names[0])
    return bool(names) and all(_has_questions(source, name) for name in names)


def read(source: Source, report: Report) -> Reading:
    """One course; `report` accounts for every row and column. Raises RefusedError (CW580–CW585)."""
    names = question_files.without_pictures(source)
    found = [(name, _tables(source, name)) for name in names]
    fit = sum(_is_known(table) for _, several in found for table in several)
    if not fit:
        raise RefusedError(_no_headings(table) for _, several in found for table in several)
    files = [_file(name, several, question_files.above(names, name)) for name, several in found]
    return question_files.reading(source, report, files)


def _tables(source: Source, name: str) -> list[Table]:
    found = (
        workbook.tables(source, name) if workbook.is_workbook(source, name) else [tables.table(source, name)]
    )
    return found or [Table(source.place(name), ())]


# ── recognising ──────────────────────────────────────────────────────────────────────────────────


def _is_table(source: Source, name: str) -> bool:
    """Whether a text has as many cells in most of its rows as a table would, or the rows of one we know."""
    text = text_files.head(source, name)
    return _is_known(_beginning(text)) or tables.width(text) >= _FEWEST_COLUMNS


def _has_questions(source: Source, name: str) -> bool:
    try:
        several = (
            _tables(source, name)
            if workbook.is_workbook(source, name)
            else [_beginning(text_files.head(source, name))]
        )
    except RefusedError:
        return False
    return any(map(_is_known, several))


def _beginning(text: str) -> Table:
    """As far as it can be read: the rest is for `read` to judge."""
    rows: list[Row] = []
    with suppress(RefusedError):
        rows.extend(tables.rows(text, ""))
    return Table("", tuple(rows))


def _is_known(table: Table) -> bool:
    return d2l.is_d2l(table) or blackboard.is_blackboard(table) or headed.headings(table) is not None


def _no_headings(table: Table) -> Finding:
    first = table.rows[0].cells if table.rows else ()
    shown = ", ".join(repr(cell[:30]) for cell in first[:8]) or "nothing"
    return Finding(
        rule=NO_HEADINGS,
        location=Location(table.place, table.rows[0].number if table.rows else None, path=table.name),
        found=f"a table that begins with {shown}",
        expected="a row of headings with 'question', and 'answer', 'type' or 'option 1', 'option 2' …",
        mend="name the columns as docs/migrate-questions.md does",
    )


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def _file(name: str, several: Sequence[Table], above: Category) -> QuestionFile:
    known = [table for table in several if _is_known(table)]
    asked: list[Asked] = []
    left_out = [
        LeftOut(
            "element", f"sheet {table.name}", "no questions in it", Location(table.place, path=table.name)
        )
        for table in several
        if not _is_known(table)
    ]
    for table in known:
        category = (*above, table.name) if len(known) > 1 else above
        asked += _asked(table, category)
        left_out += _unused(table)
    note = "; ".join(table.note for table in known if table.note)
    return QuestionFile(name, asked, note, left_out)


def _asked(table: Table, category: Category) -> Iterator[Asked]:
    if d2l.is_d2l(table):
        for block in d2l.blocks(table):
            about = (block.get("questiontext"), block.get("id") or block.get("title"), category)
            yield _one(table, block.number, about, partial(d2l.entry, block))
    elif blackboard.is_blackboard(table):
        for row in table.rows:
            yield _one(table, row.number, (row.at(1), "", category), partial(blackboard.entry, row))
    else:
        yield from _headed(table, category)


def _headed(table: Table, category: Category) -> Iterator[Asked]:
    found = headed.headings(table)
    assert found, "only known tables come here"
    columns, above = found
    for row in table.rows[above:]:
        line = Line(row, columns)
        own = tuple(part.strip() for part in line.get("category").split("/") if part.strip())
        about = (line.get("question"), line.get("id") or line.get("title"), (*category, *own))
        yield _one(table, row.number, about, partial(headed.entry, line))


def _one(table: Table, number: int, about: tuple[str, str, Category], entry: Callable[[], Entry]) -> Asked:
    """`about` is its words, its identifier and its category. `entry` raises UnfitError."""
    words, identifier, category = about
    location = Location(table.place, number, path=table.name)
    where = f"{table.name} row {number}" if table.name else f"line {number}"

    def made(key: str, figures: Figures) -> Made:
        return make(entry(), location, key, figures)

    return Asked(
        name=f"{where}: {' '.join(words.split())[:_WORDS]}",
        location=location,
        category=category,
        identifier=identifier,
        words=words,
        make=made,
    )


def _unused(table: Table) -> Iterator[LeftOut]:
    found = headed.headings(table)
    if found and not d2l.is_d2l(table) and not blackboard.is_blackboard(table):
        columns, above = found
        location = Location(table.place, table.rows[above - 1].number, path=table.name)
        where = f"{table.name}: " if table.name else ""
        for heading in dict.fromkeys(heading[:_WORDS] for heading in columns.unknown):
            yield LeftOut("metadata", f"{where}column {heading}", _UNUSED, location)

"""CSV files → rows of cells. Nothing says what separates the cells, so what gives most columns does."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from importers.shared import text_files
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source

TABLE: Final = Rule("CW583", "broken-table", "Quotes in a CSV file are closed, and its cells are short.")

SEPARATORS: Final = ",;\t|"
MOST_COLUMNS: Final = 200
_LOOKED_AT: Final = 20
_SAID: Final = re.compile(r"\Asep=(?P<separator>.)\n", re.IGNORECASE)
"""A first line that spreadsheets write and obey."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the line of the file, or the row of the sheet, that it begins in; cells are trimmed."""

    number: int
    cells: tuple[str, ...]

    def at(self, place: int) -> str:
        return self.cells[place] if 0 <= place < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """`place` is the file or sheet in messages; `name` is the sheet's, "" of a file with one table."""

    place: str
    rows: tuple[Row, ...]
    name: str = ""
    note: str = ""


def table(source: Source, name: str) -> Table:
    """Raises RefusedError (CW580, CW583)."""
    file = text_files.read(source, name)
    place = source.place(name)
    return Table(place, tuple(rows(file.text, place)), note=file.note)


def rows(text: str, place: str) -> Iterator[Row]:
    """All rows but blank ones. Raises RefusedError (CW583) with the line."""
    said = _SAID.match(text)
    begin = 1 if said else 0
    separator = said["separator"] if said else separator_of(text)
    reader = csv.reader(
        io.StringIO(text[said.end() :] if said else text, newline=""), delimiter=separator, strict=True
    )
    line = begin
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _broken(place, line + 1, str(error)) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Row(line + 1, tuple(cell.strip() for cell in cells[:MOST_COLUMNS]))
        line = begin + reader.line_num


def separator_of(text: str) -> str:
    """The one that gives the most columns in most of the first rows; a comma among equals."""
    return max(SEPARATORS, key=lambda separator: (_regular(text, separator), -SEPARATORS.index(separator)))


def width(text: str) -> int:
    """In how many columns most of the first rows are; 0 or 1 when it is no table."""
    return _regular(text, separator_of(text))


def _regular(text: str, separator: str) -> int:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    widths = []
    try:
        for row in reader:
            widths += [len(row)] if any(row) else []
            if len(widths) == _LOOKED_AT:
                break
    except csv.Error:
        return 0
    return sorted(widths)[len(widths) // 2] if widths else 0


def _broken(place: str, line: int, reason: str) -> RefusedError:
    finding = Finding(
        rule=TABLE,
        location=Location(place, line),
        found=reason,
        expected='cells in quotes where they hold separators or line ends, with "" for a quote',
        mend="save the table as CSV from a spreadsheet program",
    )
    return RefusedError([finding])

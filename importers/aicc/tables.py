"""AICC files as plain values: the sections of a .crs, the rows of comma-separated tables (CMI001 Appendix A).

Tools differ in the order and case of columns and sections, in line ends, in quoting and in encoding.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source

UNREADABLE: Final = Rule("CW538", "aicc-table", "An AICC file is a table of bounded size, with a header.")

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_ROWS: Final = 10_000
MAX_CELL: Final = 65_536
MAX_CELLS: Final = 200_000
"""Of a whole table."""

_SECTIONS: Final = ("course", "course_behavior", "course_description")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: cells by the lower-cased name of their column, and all of them in order."""

    by_name: dict[str, str]
    cells: tuple[str, ...]
    location: Location

    def get(self, *names: str) -> str:
        """The first of some columns that says something."""
        return next((self.by_name[name] for name in names if self.by_name.get(name)), "")


def text(source: Source, name: str) -> tuple[str, str]:
    """The text of a file, and how it was read when that is a guess. Raises RefusedError for a long one."""
    if source.size(name) > MAX_BYTES:
        raise RefusedError(
            [fault(source.place(name), f"{source.size(name):,} bytes", f"{MAX_BYTES:,} bytes")]
        )
    data = source.read(name, MAX_BYTES)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), ""
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "is not UTF-8: read as Windows-1252"


def sections(content: str) -> dict[str, dict[str, str]]:
    """The sections of a .crs by lower-cased name; free text stands under "".

    Only the three names of the standard begin a section, so that a description may have brackets. What
    stands before them all is the section "".
    """
    section: dict[str, str] = {}
    found, name = {"": section}, ""
    for line in content.splitlines():
        heading = line.strip().lower()
        if heading.startswith("[") and heading.strip("[] ") in _SECTIONS:
            name = heading.strip("[] ")
            section = found.setdefault(name, {})
            continue
        key, equals, value = line.partition("=")
        if name == "course_description" or not equals:
            section[""] = f"{section['']}\n{line}" if "" in section else line
        else:
            section[key.strip().lower()] = value.strip()
    return found


def rows(content: str, place: str) -> list[Row]:
    """The rows under the header. Blank ones are left out. Raises RefusedError for what is no table."""
    found: list[Row] = []
    total = 0
    reader = csv.reader(io.StringIO(content, newline=""), skipinitialspace=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        for number, cells in _filled(reader):
            row = tuple(cell.strip() for cell in cells)
            named = dict(zip(header, row, strict=False))
            found.append(Row(named, row, Location(place, number)))
            total += len(row)
            if len(found) > MAX_ROWS or total > MAX_CELLS or max(map(len, row)) > MAX_CELL:
                limits = f"{MAX_ROWS:,} rows, {MAX_CELLS:,} cells, {MAX_CELL:,} characters in each"
                raise RefusedError([fault(place, "a larger table", limits, number)])
    except csv.Error as error:
        raise RefusedError([fault(place, str(error), "cells between commas", reader.line_num)]) from None
    return found


def _filled(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells  # type: ignore[attr-defined]


def fault(place: str, found: str, expected: str, line: int | None = None) -> Finding:
    return Finding(
        rule=UNREADABLE,
        location=Location(place, line),
        found=found,
        expected=expected,
        mend="export the course again from the tool that made it, or mend the file in a text editor",
    )

"""XLSX workbooks → rows of cells, through openpyxl, which reads row by row (docs/adr/0017).

A workbook is a zip of XML that openpyxl takes as it comes. So its parts are looked at first: how large they
say they are (zipfile gives no more), and that none has a DTD, which the format forbids (ECMA-376-2, 8.1.4).
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Final

from importers.question_table.tables import MOST_COLUMNS, Row, Table
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source
from schemas.words import named

WORKBOOK: Final = Rule("CW584", "broken-workbook", "A workbook is a sound XLSX of bounded size.")

MAX_BYTES: Final = 32 * 1024 * 1024
MOST_ROWS: Final = 20_100
_HEAD: Final = 65_536
_MOST_PARTS: Final = 2_000
_STREAMED: Final = ("xl/worksheets/", "xl/sharedstrings.xml")
_STREAMED_BYTES: Final = 48 * 1024 * 1024
"""Of sheets and strings, which are read piece by piece."""
_WHOLE_BYTES: Final = 2 * 1024 * 1024
"""Of every other part, of which openpyxl makes a tree."""


def is_workbook(source: Source, name: str) -> bool:
    """Whether a file is a zip that begins like a workbook; never raises."""
    with source.open(name) as file:
        head = file.read(_HEAD)
        tail = head if len(head) < _HEAD else file.read(MAX_BYTES)[-_HEAD:]
    return head.startswith(b"PK\3\4") and (b"xl/workbook.xml" in head or b"xl/workbook.xml" in tail)


def tables(source: Source, name: str) -> list[Table]:
    """One for each sheet with anything in it. Raises RefusedError (CW584)."""
    place = source.place(name)
    data = source.read(name, MAX_BYTES)
    _require_sound(data, place)
    try:
        return [table for table in _sheets(data, place) if table.rows]
    except Exception as error:  # noqa: BLE001 - what a library raises for other people's files has no end
        raise _refusal(
            place, f"a workbook that cannot be read ({type(error).__name__}: {error})"[:200]
        ) from None


def _sheets(data: bytes, place: str) -> Iterator[Table]:
    from openpyxl import load_workbook

    with warnings.catch_warnings(action="ignore"):  # of styles and extensions, which do not matter here
        written = load_workbook(io.BytesIO(data), read_only=True)
        reckoned = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet, values in zip(written.worksheets, reckoned.worksheets, strict=True):
            yield _sheet(sheet, values, place)


def _sheet(sheet: Any, values: Any, place: str) -> Table:
    """Formulas are never reckoned: a cell holds the value that was last saved with it, or nothing."""
    sheet.reset_dimensions()
    values.reset_dimensions()
    limits = {"max_row": MOST_ROWS, "max_col": MOST_COLUMNS}
    rows, formulas, empty = [], 0, []
    pairs = zip(sheet.iter_rows(**limits), values.iter_rows(**limits), strict=True)
    for number, (written, reckoned) in enumerate(pairs, 1):
        cells = tuple(_text(cell.value) for cell in reckoned)
        if any(cells):
            rows.append(Row(number, cells))
        for cell, text in zip(written, cells, strict=False):
            if cell.data_type == "f":
                formulas += 1
                empty += [] if text else [cell.coordinate]
    return Table(place, tuple(rows), name=sheet.title, note=_note(sheet.title, formulas, empty))


def _note(title: str, formulas: int, empty: list[str]) -> str:
    if empty:
        return f"{title}: formulas are not calculated, and no value is saved with {named(empty)}: left empty"
    return f"{title}: {formulas} cells with formulas have the value saved with them" if formulas else ""


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value).replace("_x000D_", "").replace("\r\n", "\n").strip()


def _require_sound(data: bytes, place: str) -> None:
    """Raises RefusedError (CW584)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS:
                raise _refusal(place, f"{len(parts):,} parts")
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    _require_sound_part(archive, part, place)
            streamed = sum(part.file_size for part in parts if _is_streamed(part))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise _refusal(place, f"a zip that cannot be read ({error})"[:200]) from None
    if streamed > _STREAMED_BYTES:
        raise _refusal(place, f"sheets of {streamed / 2**20:,.0f} MiB")


def _require_sound_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, place: str) -> None:
    limit = _STREAMED_BYTES if _is_streamed(part) else _WHOLE_BYTES
    if part.file_size > limit:
        raise _refusal(place, f"{part.filename} of {part.file_size / 2**20:,.0f} MiB")
    text = archive.read(part).replace(b"\0", b"")  # UTF-16 as well
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise _refusal(place, f"a DTD in {part.filename}")


def _is_streamed(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().startswith(_STREAMED)


def _refusal(place: str, found: str) -> RefusedError:
    finding = Finding(
        rule=WORKBOOK,
        location=Location(place),
        found=found,
        expected="a workbook (.xlsx) of ordinary size, without macros and encryption",
        mend="open it in a spreadsheet program and save the sheet with the questions as CSV",
    )
    return RefusedError([finding])

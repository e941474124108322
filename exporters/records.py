"""Records as CSV: RFC 4180, UTF-8, one header row, CRLF after every row. Columns: `schemas/records.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import BinaryIO, Final

from schemas.records import Batch, Records

# A quoted cell, in which doubled quotes look like two cells side by side, or the end of a row.
_CELL_OR_END: Final = re.compile(rb'"[^"]*"|\n')


def write(
    records: Records, batches: Iterable[Batch], out: BinaryIO, advance: Callable[[int], None] = lambda _: None
) -> int:
    """Writes header and rows, and returns the number of rows. `advance` is told of every batch's rows."""
    out.write(header(records))
    total = 0
    for batch in batches:
        out.write(with_crlf(batch))
        total += batch.rows
        advance(batch.rows)
    return total


def header(records: Records) -> bytes:
    return ",".join(column.name for column in records.columns).encode() + b"\r\n"


def with_crlf(batch: Batch) -> bytes | bytearray:
    """RFC 4180 ends rows with CRLF, PostgreSQL with LF. Line breaks inside cells stay what they are."""
    if batch.text.count(b"\n") == batch.rows:
        return batch.text.replace(b"\n", b"\r\n")
    return _CELL_OR_END.sub(lambda found: b"\r\n" if found[0] == b"\n" else found[0], batch.text)

"""Rows as PostgreSQL writes them become RFC 4180: only the ends of rows change."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from exporters.records import header, with_crlf, write
from schemas.records import CERTIFICATES, RECORDS, Batch

cells = st.text(st.sampled_from('a",\n\r;é'), max_size=6)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set('",\r\n') else cell


def as_rows(rows: list[list[str]], end: str) -> bytes:
    """As PostgreSQL's CopyAttributeOutCSV writes them."""
    return "".join(",".join(map(quoted, row)) + end for row in rows).encode()


@given(st.lists(st.lists(cells, min_size=2, max_size=3), max_size=5))
def test_rows_end_with_crlf_and_cells_keep_their_line_breaks(rows: list[list[str]]) -> None:
    assert with_crlf(Batch(len(rows), as_rows(rows, "\n"))) == as_rows(rows, "\r\n")


def test_every_column_has_a_name_of_its_own_and_an_explanation() -> None:
    for kind in RECORDS.values():
        names = [column.name for column in kind.columns]
        assert len(set(names)) == len(names)
        assert all(column.about.endswith(".") for column in kind.columns)
        assert kind.dated in names


def test_no_header_looks_like_another_file_format() -> None:
    for kind in RECORDS.values():
        assert not header(kind).startswith((b"ID", b"sep="))  # Excel's SYLK files, and its separator line


def test_the_writer_tells_how_far_it_is() -> None:
    out, told = io.BytesIO(), list[int]()
    batches = [Batch(2, b"1\n2\n"), Batch(1, b"3\n")]
    assert write(CERTIFICATES, batches, out, told.append) == 3
    assert told == [2, 1]
    assert out.getvalue() == header(CERTIFICATES) + b"1\r\n2\r\n3\r\n"

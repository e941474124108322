"""Cells that attack a spreadsheet: no formula leaves a tenant, and every cell can be had back exactly.

Of the corpus, `lists/csv_cells.jsonl` is about exports, and so are the 12 `csv/in_*.csv`: their name fields
are among the 49 cells. The other 14 `csv` rows are for reading CSV, which nothing here does yet.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from exporters.records import write
from loaders.records import stream as records
from loaders.records.neutral import neutral
from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from schemas.records import CERTIFICATES, ENROLLMENTS, Records, Selection
from tests.hostile.corpus import rows

# Format characters that are drawn, by Unicode's property Prepended_Concatenation_Mark and its Egyptian joiners.
_DRAWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
# Letters and marks that are not drawn: fillers, joiners, selectors, a blank of braille.
_UNDRAWN = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164, 0xFFA0}
_UNDRAWN |= {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


def hidden(character: str) -> bool:
    blank = unicodedata.category(character) in {"Cc", "Cf", "Zs", "Zl", "Zp"}
    return ord(character) in _UNDRAWN or (blank and ord(character) not in _DRAWN)


def is_live(cell: str) -> bool:
    """The rule in Unicode's own words, independent of the expression that carries it out."""
    shown = next((letter for letter in unicodedata.normalize("NFKC", cell) if not hidden(letter)), "")
    return cell[:1] in {"\t", "\r", "\n"} or shown in set("=+-@%|")


def is_number(cell: str) -> bool:
    digits = cell[1:] if cell[:1] in {"+", "-"} else cell
    whole, dot, fraction = digits.partition(".")
    return all(part.isascii() and part.isdigit() for part in ((whole, fraction) if dot else (whole,)))


@pytest.fixture
def cells(hostile: Path) -> list[str]:
    lines = (hostile / "lists/csv_cells.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["cell"] for line in lines]


def fill(tenant: Tenant, cells: list[str]) -> None:
    """One learner, program and certificate for each cell, and the cell wherever a text may stand."""
    with psycopg.connect(tenant.dsn) as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO main.users (email, name) VALUES ('first@example.org', 'First')")
        for n, cell in enumerate(cells, start=1):
            row = {"n": n, "user": n + 1, "cell": cell}
            cursor.execute(
                "INSERT INTO main.users (id, email, name) VALUES (%(user)s, %(cell)s::text, %(cell)s::text)",
                row,
            )
            cursor.execute(
                'INSERT INTO acme.training_program (title, "instructorId") VALUES (%(cell)s::text, 1)', row
            )
            cursor.execute(
                'INSERT INTO acme.training_program_enrollment ("trainingProgramId", "userId") VALUES (%(n)s, %(user)s)',
                row,
            )
            cursor.execute(
                'INSERT INTO acme.certificate ("trainingProgramId", "userId", "enrollmentId", "certificateNumber", "issuedBy",'
                ' "revokedBy", "revocationReason", "certificateUrl", "certificateKey") VALUES (%(n)s, %(user)s, %(n)s, %(cell)s::text,'
                " %(user)s, %(user)s, %(cell)s::text, %(cell)s::text, %(cell)s::text)",
                row,
            )


def exported(tenant: Tenant, kind: Records, *, raw: bool = False) -> bytes:
    out = io.BytesIO()
    with connect(tenant) as connection:
        write(kind, records.stream(connection, tenant, kind, Selection(), raw=raw), out)
    return out.getvalue()


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


TEXTS = {
    "enrollments": ("program_title", "email", "name", "certificate_number"),
    "certificates": (
        "certificate_number", "program_title", "email", "name", "issued_by", "revoked_by", "revocation_reason",
        "certificate_url", "certificate_file",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", [ENROLLMENTS, CERTIFICATES], ids=lambda kind: kind.name)
def test_no_hostile_cell_is_a_formula_and_each_can_be_had_back(
    tenant: Tenant, cells: list[str], kind: Records
) -> None:
    assert len(cells) == 49
    storable = [cell for cell in cells if "\0" not in cell]
    assert len(storable) == 48
    fill(tenant, storable)
    found = table(exported(tenant, kind))
    assert len(found) == 48
    for stored, row in zip(storable, found, strict=True):
        for column in TEXTS[kind.name]:
            assert not is_live(row[column]) or is_number(row[column])
            assert row[column].removeprefix("'") == stored
        assert not any(is_live(cell) for column, cell in row.items() if column not in TEXTS[kind.name])
    assert [row["email"] for row in table(exported(tenant, kind, raw=True))] == storable


def test_the_cell_with_a_nul_cannot_be_in_a_tenant(tenant: Tenant, cells: list[str]) -> None:
    with pytest.raises(psycopg.DataError):
        fill(tenant, [cell for cell in cells if "\0" in cell])


def test_the_name_fields_of_the_csv_files_are_among_the_cells(hostile: Path, cells: list[str]) -> None:
    files = [hostile / row.path for row in rows(hostile, "csv") if Path(row.path).name.startswith("in_")]
    assert len(files) == 12
    for file in files:
        (row,) = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline=""))
        assert row["full_name"] in cells


def neutralised(tenant: Tenant, texts: list[str]) -> list[str]:
    query = sql.SQL("SELECT {} FROM unnest({}::text[]) WITH ORDINALITY AS of (cell, n) ORDER BY n").format(
        neutral(sql.SQL("cell")), sql.Literal(texts)
    )
    with psycopg.connect(tenant.dsn) as connection:
        return [row[0] for row in connection.execute(query)]


def test_every_character_of_unicode_that_hides_or_imitates_a_sign_is_known(tenant: Tenant) -> None:
    assigned = [
        chr(point)
        for point in range(1, sys.maxunicode)
        if unicodedata.category(chr(point)) not in {"Cn", "Cs", "Co"}
    ]
    before_a_sign = neutralised(tenant, [f"{character}=1" for character in assigned])
    before_a_letter = neutralised(tenant, [f"{character}x" for character in assigned])
    for character, signed, lettered in zip(assigned, before_a_sign, before_a_letter, strict=True):
        assert (signed[0] == "'") == (is_live(f"{character}=1") or character == "'"), hex(ord(character))
        assert (lettered[0] == "'") == (is_live(f"{character}x") or character == "'"), hex(ord(character))


signs = st.text(st.sampled_from("=+-@%|' \t\n\r\u200b\ufeff\uff1d\xa0a1.é"), min_size=1, max_size=6)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(signs, max_size=200))
def test_whatever_the_cell_it_is_dead_and_can_be_had_back(tenant: Tenant, texts: list[str]) -> None:
    for stored, shown in zip(texts, neutralised(tenant, texts), strict=True):
        assert not is_live(shown) or is_number(shown)
        assert shown.removeprefix("'") == stored
        assert shown == stored or is_live(stored) or stored.startswith("'")


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_libreoffice_finds_no_formula(tenant: Tenant, cells: list[str], tmp_path: Path) -> None:
    fill(tenant, [cell for cell in cells if "\0" not in cell])
    (tmp_path / "e.csv").write_bytes(exported(tenant, ENROLLMENTS))
    command = [
        "soffice",
        "--headless",
        "--convert-to",
        "fods",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "e.csv"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert "table:formula" not in (tmp_path / "e.fods").read_text(encoding="utf-8")

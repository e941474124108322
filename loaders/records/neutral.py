"""Cells that no spreadsheet runs, as an SQL expression: nothing needs to be installed in the tenant's schema.

Which cells these are is said in `schemas.cells`.
"""

from __future__ import annotations

from typing import Final

from psycopg import sql

from schemas.cells import NUMBER, RISKY

_NEUTRAL: Final = """CASE
    WHEN ascii({cell}) BETWEEN 97 AND 122 OR ascii({cell}) BETWEEN 65 AND 90
        OR ascii({cell}) BETWEEN 48 AND 57 THEN {cell}
    WHEN {cell} ~ {risky} AND {cell} !~ {number} THEN '''' || {cell}
    ELSE {cell} END"""


def neutral(cell: sql.Composable) -> sql.Composable:
    """The text `cell` as a spreadsheet may see it. Letters and digits first are let through at once."""
    return sql.SQL(_NEUTRAL).format(cell=cell, risky=sql.Literal(RISKY), number=sql.Literal(NUMBER))

"""One row, three ways: which column keeps whose value."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from loaders.content.rows.tables import Column, Row, Table


@dataclass(slots=True)
class Cell:
    """A column that the tenant changed. `clash`: the bundle changed it as well, to something else.

    `agreed`: the bundle changed it to the same value, as after a `pull`.
    """

    field: str
    published: Any
    bundle: Any
    tenant: Any
    clash: bool = False
    agreed: bool = False


def merged(
    table: Table,
    published: Row,
    bundle: Row,
    tenant: Row,
    *,
    sayable: Callable[[Column, Any], bool],
    skip: Collection[str] = (),
) -> tuple[Row, list[Cell]]:
    """The row with the bundle's changes and the tenant's, and a cell for each of the tenant's.

    A clash keeps the bundle's value in the row. A value that the bundle has no name for (a row it does
    not know) cannot be kept, so it clashes as well.
    """
    row, cells = [], []
    for column, was, wanted, there in zip(table.columns, published, bundle, tenant, strict=True):
        if there == was or column.field in skip:
            row.append(wanted)
            continue
        agreed = there == wanted
        clash = not agreed and (was != wanted or not sayable(column, there))
        row.append(wanted if clash else there)
        cells.append(Cell(column.field or column.name, was, wanted, there, clash, agreed))
    return tuple(row), cells

"""The index of the hostile corpus: a file, what it is, and what must become of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """`oracle` names what else must hold; with `policy` in it, the verdict is a choice (docs/adr/0006)."""

    path: str
    kind: str
    verdict: str
    oracle: frozenset[str]
    reason: str


def rows(corpus: Path, *kinds: str) -> Iterator[Row]:
    """Every row of the kinds, controls included, in the order of the index."""
    with (corpus / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["kind"] in kinds:
                oracle = frozenset(row["oracle"].split(";"))
                yield Row(row["path"], row["kind"], row["verdict"], oracle, row["reason"])

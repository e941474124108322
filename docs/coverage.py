"""Writes docs/import-coverage.md: `python -m docs.coverage CORPUS` (or `make coverage`).

Every package of a folder of real ones is read, and what became of its parts is counted. CORPUS has an
INDEX.tsv with a line a package (`path`, `kind`); tests/importers/test_coverage.py reads the page again and
fails where less is carried than it says.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from pipeline.tally import general
from schemas.findings import Account, CoursewrightError, RefusedError, Report

PAGE: Final = Path(__file__).parent / "import-coverage.md"
NO_PACKAGES: Final = frozenset(("schemas", "oneroster", "openbadges", "zipquirks"))
"""Kinds of the index that are no course content."""
_ABOUT: Final = """\
Written by `make coverage CORPUS=…` from a folder of real packages, made by other people's tools, that is no
part of this repository. Carried: whole, or with a change that the report names. Refused: the package cannot
be taken, by the rules named ([rules.md](rules.md)); many of these are broken on purpose. Parts are everything
accounted for: items, questions, files, resources, links, metadata and the rest."""
_REASONS: Final = 12
_LONGEST_REASON: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One package. `items` and `questions` are (carried, found); `refused` are the rules that refused it."""

    path: str
    kind: str
    format: str = ""
    refused: tuple[str, ...] = ()
    items: tuple[int, int] = (0, 0)
    questions: tuple[int, int] = (0, 0)
    parts: tuple[int, int] = (0, 0)
    seconds: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)


def measure(corpus: Path, jobs: int = 2) -> list[Coverage]:
    """All packages, in the order of their paths."""
    rows = sorted(set(packages(corpus)))
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(partial(_cover, corpus), rows, chunksize=4))


def packages(corpus: Path) -> Iterator[tuple[str, str]]:
    with (corpus / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["kind"] not in NO_PACKAGES and row["kind"] != "kind":
                yield row["path"], row["kind"]


def _cover(corpus: Path, row: tuple[str, str]) -> Coverage:
    from pipeline.archives import open_source
    from pipeline.converting import format_of

    path, kind = row
    report, start, name = Report(), time.perf_counter(), ""
    try:
        with open_source(corpus / path, foreign=True) as source:
            found = format_of(source)
            name = found.name
            found.load().read(source, report)
            report.close()
    except RefusedError as refusal:
        codes = tuple(sorted({finding.rule.code for finding in refusal.findings}))
        return Coverage(path=path, kind=kind, format=name, refused=codes)
    except CoursewrightError:
        return Coverage(path=path, kind=kind, refused=("no format",))
    return Coverage(
        path=path,
        kind=kind,
        format=name,
        items=_carried(report, "item"),
        questions=_carried(report, "question"),
        parts=_carried(report, None),
        seconds=time.perf_counter() - start,
        reasons=Counter(_reason(one) for one in report.accounts if one.fate == "skipped"),
    )


def _reason(account: Account) -> str:
    return f"{account.kind}: {general(account.note)}"


def _carried(report: Report, kind: str | None) -> tuple[int, int]:
    fates = [account.fate for account in report.accounts if kind in (None, account.kind)]
    return sum(fate != "skipped" for fate in fates), len(fates)


# ── the page ─────────────────────────────────────────────────────────────────────────────────────


def page(found: Sequence[Coverage]) -> str:
    kinds = list(dict.fromkeys(one.kind for one in found))
    return "\n".join(
        (
            "# What imports carry",
            "",
            _ABOUT,
            "",
            "| kind | packages | imported | refused | items | questions | all parts | median s | slowest s |",
            "|---|---|---|---|---|---|---|---|---|",
            *(_summary(kind, [one for one in found if one.kind == kind]) for kind in kinds),
            _summary("**all**", found),
            "",
            "## Why something was skipped",
            "",
            "The most frequent reasons, with how many parts they are about.",
            "",
            *_reasons(found),
            "",
            "## Every package",
            "",
            "| package | read as | items | questions | all parts | s |",
            "|---|---|---|---|---|---|",
            *map(_line, found),
            "",
        )
    )


def _summary(kind: str, found: Sequence[Coverage]) -> str:
    imported = [one for one in found if not one.refused]
    seconds = sorted(one.seconds for one in imported)
    cells = (
        kind,
        len(found),
        len(imported),
        len(found) - len(imported),
        _share(one.items for one in imported),
        _share(one.questions for one in imported),
        _share(one.parts for one in imported),
        f"{seconds[len(seconds) // 2]:.2f}" if seconds else "",
        f"{seconds[-1]:.2f}" if seconds else "",
    )
    return f"| {' | '.join(map(str, cells))} |"


def _share(pairs: Iterable[tuple[int, int]]) -> str:
    several = list(pairs)
    carried, total = (sum(column) for column in zip(*several, strict=True)) if several else (0, 0)
    return f"{carried:,} of {total:,} ({100 * carried / total:.1f} %)" if total else "·"


def _reasons(found: Sequence[Coverage]) -> Iterator[str]:
    total: Counter[str] = Counter()
    for one in found:
        total.update(one.reasons)
    yield from ("| parts | reason |", "|---|---|")
    for reason, count in total.most_common(_REASONS):
        yield f"| {count:,} | {_cell(reason[:_LONGEST_REASON])} |"


def _line(one: Coverage) -> str:
    numbers = [f"{carried} of {total}" for carried, total in (one.items, one.questions, one.parts)]
    refused = [f"refused: {', '.join(one.refused)}", "", ""]
    figures = [*refused, ""] if one.refused else [*numbers, f"{one.seconds:.2f}"]
    cells = (one.path, one.format or "·", *figures)
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def figures(written: str) -> dict[str, tuple[int, int] | None]:
    """The page read again: items and questions carried of each package, None for a refused one."""
    found: dict[str, tuple[int, int] | None] = {}
    for line in written.partition("## Every package")[2].splitlines()[4:]:
        cells = [cell.strip().replace("\\|", "|") for cell in line.strip("|").split(" | ")]
        if len(cells) > 3:
            refused = cells[2].startswith("refused")
            found[cells[0]] = None if refused else (_first(cells[2]), _first(cells[3]))
    return found


def _first(cell: str) -> int:
    return int(cell.split(" of ", maxsplit=1)[0])


if __name__ == "__main__":
    PAGE.write_text(page(measure(Path(sys.argv[1]))), encoding="utf-8")

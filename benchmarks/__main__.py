"""Runs every benchmark and writes docs/benchmarks.md: `make bench`; `python -m benchmarks NAME…` for some."""

from __future__ import annotations

import os
import platform
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from benchmarks.table import Ratio, markdown, run

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs/benchmarks.md"
INTRODUCTION = """\
# Benchmarks

Ratios measured in one run, ours ÷ the peer's, written by `make bench` on {date}.
Machine: {cores} cores, {memory:.0f} GiB, {system}, Python {python}.

"""


def names() -> list[str]:
    """The modules that have a `run() -> list[Ratio]`."""
    return sorted(
        path.stem for path in HERE.glob("*.py") if path.stem not in ("__main__", "schools", "table")
    )


def measured(chosen: list[str]) -> list[Ratio]:
    """Each module in a process of its own: the peak memory of a child counts from that of its parent."""
    found: list[Ratio] = []
    for name in chosen:
        print(f"── {name}", file=sys.stderr)
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as apart:
            found += apart.submit(run, name).result()
    return found


def introduction() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return INTRODUCTION.format(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        cores=os.cpu_count(),
        memory=memory,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
    )


def main(arguments: list[str]) -> int:
    ratios = measured(arguments or names())
    table = markdown(ratios)
    print(table)
    if not arguments:
        PAGE.write_text(introduction() + table, encoding="utf-8")
    return 0 if all(ratio.holds for ratio in ratios) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

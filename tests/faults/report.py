"""docs/reliability.md: the words stand in the page and are kept, the figures below the line are written anew."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from schemas.words import counted
from tests.faults.tally import Tally

_REPOSITORY: Final = Path(__file__).parents[2]
PAGE: Final = _REPOSITORY / "docs/reliability.md"
LINE: Final = "<!-- Below this line everything is written by `make reliability`. -->\n"
_HEAD: Final = "| fault | faults | tenants looked at | half-published | rows lost | learners' rows changed | told wrongly | next run differs | longest until all is published | |\n|---|---|---|---|---|---|---|---|---|---|\n"


def table(tallies: Iterable[Tally]) -> str:
    return _HEAD + "".join(map(_row, tallies))


def _row(tally: Tally) -> str:
    slowest = f"{max(tally.seconds):.1f} s" if tally.seconds else ""
    figures = (
        f"{tally.injected:,}", f"{tally.tenants:,}", tally.half + tally.dangling, tally.lost, tally.learners,
        tally.lies, tally.differences, slowest, tally.note,
    )  # fmt: skip
    fault = f"{tally.promise}: {tally.fault}{'' if not tally.wrong else ' – **FAILED**'}"
    return f"| {fault} | {' | '.join(map(str, figures))} |\n"


def write(tallies: Sequence[Tally], minutes: float) -> None:
    words = PAGE.read_text(encoding="utf-8").partition(LINE)[0]
    PAGE.write_text(words + LINE + _figures(tallies, minutes), encoding="utf-8")


def _figures(tallies: Sequence[Tally], minutes: float) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"""
## Figures of {datetime.now(UTC):%Y-%m-%d}

{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, Python {platform.python_version()}; {minutes:.0f} minutes.

**{_sum(tallies, "injected")} faults, {_sum(tallies, "tenants")} tenants looked at: {_sum(tallies, "half")} half-published,
{_sum(tallies, "dangling")} rows that name a file which is not there, {_sum(tallies, "lost")} rows lost,
{_sum(tallies, "learners")} tenants with changed rows of learners, {_sum(tallies, "lies")} reports that lied,
{_sum(tallies, "differences")} next runs that differ from a clean one.**

{table(tallies)}
P17: {_harmless()}
"""


def _sum(tallies: Iterable[Tally], name: str) -> str:
    return f"{sum(getattr(tally, name) for tally in tallies):,}"


def _harmless() -> str:
    """How many cases of hostile titles, names and paths on terminals, in logs and in reports run, by running them."""
    tests = ["tests/hostile/test_log_strings.py", "tests/pipeline/test_show.py"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *tests],
        cwd=_REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    passed = re.search(r"(\d+) passed", done.stdout)
    failed = re.search(r"(\d+) failed", done.stdout)
    skipped = re.search(r"(\d+) skipped", done.stdout)
    return (
        f"{counted(int(passed[1]) if passed else 0, 'test')} of terminals, logs and reports passed"
        f" ({failed[1] if failed else 0} failed, {skipped[1] if skipped else 0} skipped); one of them runs the 33"
        " hostile strings of the corpus."
    )

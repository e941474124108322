"""The command answers at once: what it does not need is not imported."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
TINY = REPOSITORY / "packages/examples/tiny"
HEAVY = re.compile(
    r"\b(sqlalchemy|psycopg|boto3|botocore|lxml|pydantic|rich|jsonschema|asyncio)(\.|$)", re.MULTILINE
)


def run(*arguments: str, importtime: bool = False) -> subprocess.CompletedProcess[str]:
    options = ["-X", "importtime"] if importtime else []
    return subprocess.run(
        [sys.executable, *options, "-m", "pipeline", *arguments],
        capture_output=True, text=True, check=False, cwd=REPOSITORY,
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["check", str(TINY)], ["publish", "--help"]]
)
def test_nothing_heavy_is_imported(arguments: list[str]) -> None:
    done = run(*arguments, importtime=True)
    assert done.returncode == 0, done.stderr[-2000:]
    imported = [
        line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time")
    ]
    assert "pipeline.cli" in imported
    assert [name for name in imported if HEAVY.match(name)] == []


def test_help_takes_less_than_a_quarter_of_a_second() -> None:
    """Of processor time, which is all it takes: the clock would measure what else the machine does."""
    assert min(_seconds("--help") for _ in range(5)) < 0.25


def _seconds(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run(*arguments).returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

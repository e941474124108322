"""The endings of a run: what the user is told, and the exit code a script sees."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.errors import guarded
from schemas.findings import CoursewrightError, Finding, RefusedError, Rule
from schemas.model import Location

REFUSED = RefusedError(
    Finding(
        rule=Rule("CW999", "test", "."), location=Location("a.yaml", n), found="x", expected="y", mend="z"
    )
    for n in (1, 2)
)


def ended(run: Callable[[], int]) -> tuple[int, str]:
    stream = io.StringIO()
    return guarded(run, stream), stream.getvalue()


def raising(error: BaseException) -> Callable[[], int]:
    def run() -> int:
        raise error

    return run


def test_a_mistake_is_told_with_its_remedy() -> None:
    code, told = ended(raising(CoursewrightError("no such\x1b tenant", "write a tenants.yaml")))
    assert (code, told) == (1, "error: no such\\x1b tenant\n  mend: write a tenants.yaml\n")


def test_a_refused_input_shows_every_finding() -> None:
    code, told = ended(raising(REFUSED))
    assert code == 1
    assert "a.yaml:1: error: CW999" in told
    assert "a.yaml:2: error: CW999" in told
    assert told.endswith("refused, nothing was done: 2 findings.\n")


def test_interrupting_is_130_without_a_traceback() -> None:
    assert ended(raising(KeyboardInterrupt())) == (130, "stopped\n")


def test_our_own_fault_is_3_with_lines_to_paste_that_hold_no_content() -> None:
    code, told = ended(raising(ValueError("password=hunter2")))
    assert code == 3
    assert "builtins.ValueError" in told
    assert "test_errors.py" in told
    assert "hunter2" not in told


def test_a_full_disk_is_no_bug_of_ours(tmp_path: Path) -> None:
    code, told = ended(raising(OSError(errno.ENOSPC, "No space left on device")))
    assert (code, told.splitlines()[0]) == (1, "error: No space left on device")
    code, told = ended(raising(PermissionError(errno.EACCES, "Permission denied", str(tmp_path))))
    assert (code, told.splitlines()[0]) == (1, f"error: {tmp_path}: Permission denied")


@pytest.mark.parametrize(
    "arguments",
    [[], ["check"], ["check", "nowhere"], ["check", ".", "--format", "odd"], ["sing"], ["tenant"]],
    ids=" ".join,
)
def test_wrong_usage_is_2_and_goes_to_stderr(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Usage: coursewright" in captured.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_does_not_arrive_is_an_error(unbuffered: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", "tenant", "list"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("error: No space left on device\n")


def test_a_reader_that_has_seen_enough_is_no_error_worth_a_word() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "pipeline", "tenant", "list"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")

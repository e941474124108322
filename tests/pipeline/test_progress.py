"""Long steps say how far they are: few lines in a log, a bar on a terminal, nothing when it is quick."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time

import pytest

from pipeline.progress import progress
from schemas.words import sized

PROGRAM = """
import time
from pipeline.progress import progress
from schemas.words import sized
with progress("uploading", 4096, sized) as advance:
    for _ in range(4):
        advance(1024)
        time.sleep({pause})
"""


def test_a_log_gets_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.progress.LINE_SECONDS", 0.05)
    with progress("uploading", 1024 * 1000, sized) as advance:
        for _ in range(100):
            advance(10 * 1024)
            time.sleep(0.002)
    lines = capsys.readouterr().err.splitlines()
    assert 1 <= len(lines) <= 5
    assert re.fullmatch(r"uploading: \d+\.0 KiB of 1000\.0 KiB", lines[0])


def test_a_log_gets_nothing_for_what_is_quick(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("uploading", None, sized) as advance:
        advance(1024)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("pause", "bar"), [(0, False), (0.2, True)], ids=["quick", "slow"])
def test_a_terminal_gets_a_bar_only_when_it_takes_long(pause: float, *, bar: bool) -> None:
    parent, child = pty.openpty()
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(pause=pause)], stderr=child, check=False)
    os.close(child)
    shown = _drained(parent)
    assert done.returncode == 0
    assert ("uploading" in shown) is bar


def _drained(descriptor: int) -> str:
    parts = []
    try:
        while part := os.read(descriptor, 65536):
            parts.append(part)
    except OSError:  # Linux ends a pty whose other side is closed with EIO
        pass
    os.close(descriptor)
    return b"".join(parts).decode()

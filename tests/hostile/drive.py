"""Takes hostile files one by one as the product would, each in a forked child with a memory ceiling.

`python -m tests.hostile.drive SCRATCH` reads one path a line and writes one JSON object a line: what became
of it, how much time of the processor and how much memory it needed, and what it touched. A child that is
killed, hangs or prints a traceback is an ending of its own, so that a bomb costs one row and not the run.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Literal, cast

from schemas.source import Files

REPOSITORY = Path(__file__).parents[2]
MIB = 1024 * 1024
How = Literal["import", "open"]
_SPARE = 768 * MIB
_CPU_SECONDS = 10
_PATIENCE = 120
"""Seconds on the clock, for a child that waits for something; other programs may need the processor."""
_FORBIDDEN_EVENTS = (
    "socket.connect",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`verdict` is in the words of the corpus, or `crash`; `seconds` are of the processor, `memory` is growth
    in MiB, `touched` what must not be.
    """

    path: str
    verdict: str
    codes: Sequence[str] = ()
    message: str = ""
    seconds: float = 0.0
    memory: float = 0.0
    touched: Sequence[str] = field(default_factory=list)


def drive(paths: Iterable[Path], scratch: Path, how: How = "import") -> dict[str, Outcome]:
    """Every file's outcome by path, from one child process that forks for each."""
    command = [sys.executable, "-m", "tests.hostile.drive", str(scratch), how]
    asked = "".join(f"{path}\n" for path in paths)
    done = subprocess.run(command, input=asked, capture_output=True, text=True, cwd=REPOSITORY, check=True)
    assert not done.stderr, done.stderr
    return {row["path"]: Outcome(**row) for row in map(json.loads, done.stdout.splitlines())}


# ── in the child ─────────────────────────────────────────────────────────────────────────────────


def _main(scratch: Path, how: How) -> None:
    _import_everything()
    os.chdir(scratch)
    tempfile.tempdir = str(scratch)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nothing = _in_a_fork("", 0.0, how).memory
    for line in sys.stdin:
        outcome = _in_a_fork(line.rstrip("\n"), nothing, how)
        left = [str(path) for path in scratch.iterdir()]
        sys.stdout.write(json.dumps(asdict(_with_left(outcome, left))) + "\n")


def _import_everything() -> None:
    """Once, and not in each child: what readers import when they are asked takes longer than most cases."""
    import importers

    for found in walk_packages(importers.__path__, "importers."):
        import_module(found.name)
    for heavy in ("lxml.etree", "html_to_markdown", "openpyxl", "jsonschema_rs", "yaml"):
        import_module(heavy)


def _with_left(outcome: Outcome, left: list[str]) -> Outcome:
    return replace(outcome, touched=[*outcome.touched, *(f"left {path}" for path in left)])


def _in_a_fork(path: str, nothing: float, how: How) -> Outcome:
    """`nothing` is the memory in MiB that a child needs for no file at all."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        _answer(path, send, how)
    os.close(send)
    answer = _read_all(receive, child)
    _, status, usage = os.wait4(child, 0)
    seconds = usage.ru_utime + usage.ru_stime
    memory = usage.ru_maxrss / 1024 - nothing
    if not answer:
        return Outcome(
            path=path, verdict="crash", message=f"ended with status {status}", seconds=seconds, memory=memory
        )
    return Outcome(path=path, seconds=seconds, memory=memory, **json.loads(answer))


def _read_all(pipe: int, child: int) -> bytes:
    """The child's answer; one that takes too long is killed and answers nothing."""
    answer = b""
    deadline = time.monotonic() + _PATIENCE
    with os.fdopen(pipe, "rb", buffering=0) as file:
        while select.select([file], [], [], max(0.0, deadline - time.monotonic()))[0]:
            piece = file.read(65536)
            if not piece:
                return answer
            answer += piece
    os.kill(child, signal.SIGKILL)
    return b""


def _answer(path: str, send: int, how: How) -> None:
    touched: list[str] = []
    try:
        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + _SPARE, size + _SPARE))
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        sys.addaudithook(lambda event, arguments: _watch(event, arguments, touched))
        answer = take(Path(path), how)
    except BaseException:  # noqa: BLE001 whatever escapes is what the test is after
        answer = {"verdict": "crash", "message": traceback.format_exc()}
    os.write(send, json.dumps({**answer, "touched": touched}).encode())
    os._exit(0)


def _watch(event: str, arguments: tuple[object, ...], touched: list[str]) -> None:
    if event.startswith(_FORBIDDEN_EVENTS):
        touched.append(f"{event} {arguments!r}"[:300])
    elif event == "open" and isinstance(arguments[0], str) and isinstance(arguments[2], int):
        writes = arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and not Path(arguments[0]).resolve().is_relative_to(Path.cwd()):
            touched.append(f"wrote {arguments[0]!r}")


def take(path: Path, how: How) -> dict[str, object]:
    """Opens a file as a source, reads it in the format it has, and reads every byte that would be published.

    To open it is to read every byte of every member, whatever format it has.
    """
    from pipeline.archives import open_source
    from pipeline.converting import format_of
    from schemas.findings import CoursewrightError, RefusedError, Report

    try:
        with open_source(path, foreign=True) as source:
            notes = list(source.notes)
            if how == "open":
                _read_all_of(source, source.names())
            else:
                report = Report()
                reading = format_of(source).load().read(source, report)
                report.close()
                _read_all_of(reading.files, [media.path for media in reading.bundle.media])
    except RefusedError as refused:
        codes = [finding.rule.code for finding in refused.findings]
        return {"verdict": "reject-clean", "codes": codes, "message": str(refused)}
    except CoursewrightError as error:
        return {"verdict": "reject-clean", "message": f"{error} ({error.mend})"}
    verdict = "accept-sanitised" if notes else "accept"
    codes = [note.rule.code for note in notes]
    return {"verdict": verdict, "codes": codes, "message": "; ".join(map(str, notes))}


def _read_all_of(files: Files, names: Iterable[str]) -> None:
    for name in names:
        with files.open(name) as file:
            while file.read(MIB):
                pass


if __name__ == "__main__":
    _main(Path(sys.argv[1]), cast("How", sys.argv[2]))

"""A publisher in a process of its own that is stopped or killed at an exact step: as it writes its n-th line.

It runs `coursewright` as people do, with `--json`: its events and steps come one a line, each written before
the work goes on. Processes are forked from a server that has everything imported (`multiprocessing`,
forkserver), so that hundreds of them do not spend their time on imports.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final, TextIO

import psutil

_CONTEXT: Final = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.publisher", "tests.faults.preload"])
_PATIENCE_SECONDS: Final = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to the publisher itself: a signal with its n-th line (counted from 1), a full disk.

    `file_bytes` limits what it can write to one file (RLIMIT_FSIZE). `settings` replaces constants of modules,
    `module:name` → value, to make time limits short.
    """

    line: int = 0
    signal: signal.Signals = signal.SIGKILL
    file_bytes: int | None = None
    settings: Mapping[str, float | str] = field(default_factory=dict)


class _Mortal:
    """Standard output that ends or stops its process with a given line."""

    def __init__(self, stream: TextIO, line: int, number: signal.Signals) -> None:
        self._stream, self._left, self._signal = stream, line, number

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        written = self._stream.write(text)
        if "\n" in text:
            self._left -= 1
            self._stream.flush()
            if self._left == 0:
                os.kill(os.getpid(), self._signal)
        return written


def _publish(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], fault: Fault) -> None:
    from pipeline.cli import main
    from schemas.steps import heard

    os.chdir(folder)
    os.environ.update(environment)
    _replace(fault.settings)
    out = (folder / "out").open("w", encoding="utf-8")
    os.dup2(os.open(folder / "err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    sys.stdout = _Mortal(out, fault.line, fault.signal)
    if fault.file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault.file_bytes, fault.file_bytes))
    with heard(lambda step: print(json.dumps({"event": "step", "text": step}))):  # noqa: T201 its protocol
        code = main(arguments)
    out.flush()
    os._exit(code)


def _replace(settings: Mapping[str, float | str]) -> None:
    from importlib import import_module

    for place, value in settings.items():
        module, _, name = place.partition(":")
        assert hasattr(import_module(module), name), place
        setattr(import_module(module), name, value)


@dataclass(slots=True)
class Run:
    """A publisher at work, and what it has said so far."""

    folder: Path
    process: ForkServerProcess
    began: float

    def kill(self) -> None:
        self.process.kill()

    def stopped(self) -> bool:
        """Waits until it stops itself; False when it ended before it came there."""
        assert self.process.pid is not None
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.process.is_alive() and time.monotonic() < deadline:
            try:
                if psutil.Process(self.process.pid).status() == psutil.STATUS_STOPPED:
                    return True
            except psutil.NoSuchProcess:
                break
            time.sleep(0.002)
        return False

    def go_on(self) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGCONT)

    def end(self) -> int:
        """Its exit code, negative for a signal."""
        self.process.join(_PATIENCE_SECONDS)
        assert self.process.exitcode is not None, f"still at work: {self.events[-3:]}"
        return self.process.exitcode

    @property
    def events(self) -> list[dict[str, Any]]:
        text = (self.folder / "out").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{") and line.endswith("}")]

    @property
    def complaints(self) -> str:
        return (self.folder / "err").read_text(encoding="utf-8")


def start(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], fault: Fault) -> Run:
    for name in ("out", "err"):
        (folder / name).write_bytes(b"")
    process = _CONTEXT.Process(target=_publish, args=(arguments, folder, environment, fault), daemon=True)
    process.start()
    return Run(folder, process, time.monotonic())

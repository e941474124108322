"""Imports beside what other people's tools see in the same real packages, and how long both take.

The tools are fetched into a scratch folder (PyPI; npm where node is there) and measured inside their own
processes, without their start. They do less: they parse a manifest, judge a course, convert items. Ours
opens the archive, reads everything and accounts for it. COURSEWRIGHT_SHARED names the folder with `corpora`.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.table import Ratio

ROUNDS = 3
_HERE = Path(__file__).parent
_SHARED = Path(os.environ.get("COURSEWRIGHT_SHARED", _HERE.parents[1] / "shared"))
_LIMIT = 0.3
"""Seconds an import of a package of usual size may take."""


@dataclass(frozen=True, slots=True)
class Peer:
    """`script` runs beside this module and says of each package what the tool `package` sees in it."""

    package: str
    script: str
    kinds: tuple[str, ...]
    endings: tuple[str, ...]

    def packages(self) -> list[Path]:
        found = (path for kind in self.kinds for path in (_SHARED / "corpora" / kind).rglob("*"))
        return sorted(path for path in found if path.name.endswith(self.endings))


PEERS = (
    Peer("scormhost", "scorm.py", ("scorm12", "scorm2004"), (".zip",)),
    Peer("citolab-qti-convert", "qti.py", ("qti21", "qti22", "qti30"), (".zip",)),
    Peer("olxcleaner", "olx.py", ("olx",), (".tar.gz",)),
    Peer("@lumieducation/h5p-server", "h5p.cjs", ("h5p",), (".h5p",)),
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen of a package: identifiers, or `valid`; None when the package is refused."""

    seen: frozenset[str] | None
    seconds: float


def run() -> list[Ratio]:
    if not (_SHARED / "corpora").is_dir():
        return []
    with tempfile.TemporaryDirectory() as scratch:
        return [ratio for peer in PEERS for ratio in _beside(peer, Path(scratch))]


def _beside(peer: Peer, scratch: Path) -> Iterator[Ratio]:
    command = _fetched(peer, scratch)
    if command is None:
        return
    theirs = _theirs(peer, command, scratch)
    ours = {path: _ours(path) for path in theirs}
    missed = [name for path, sight in theirs.items() for name in _missed(sight, ours[path])]
    taken = [path for path, sight in theirs.items() if sight.seen and ours[path].seen is not None]
    yield Ratio(
        f"what {peer.package} sees and ours does not",
        len(missed),
        0,
        unit="",
        note=f"of {sum(len(sight.seen or ()) for sight in theirs.values()):,} in {len(theirs)} packages"
        + (f": {', '.join(missed[:5])}" if missed else ""),
    )
    if not taken:
        return
    times, others = ([sights[path].seconds for path in taken] for sights in (ours, theirs))
    yield Ratio(
        f"import of a package that {peer.package} takes, the slowest",
        max(times),
        _LIMIT,
        unit="s",
        note=f"median {statistics.median(times):.3f} s, theirs {statistics.median(others):.3f} s",
    )


def _missed(theirs: Sight, ours: Sight) -> Iterator[str]:
    """A package that ours refuses is missed as a whole."""
    seen = ours.seen or frozenset()
    yield from (name for name in theirs.seen or () if not any(name in part for part in seen))


# ── theirs ───────────────────────────────────────────────────────────────────────────────────────


def _fetched(peer: Peer, scratch: Path) -> list[str] | None:
    """The command that runs the script; None where there is no node for it."""
    script = str(_HERE / "peers" / peer.script)
    if peer.script.endswith(".cjs"):
        npm, node = shutil.which("npm"), shutil.which("node")
        if npm is None or node is None:
            return None
        subprocess.run([npm, "install", "--silent", peer.package], cwd=scratch, check=True)
        return [node, script]
    python = scratch / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(scratch / "venv", with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", peer.package], check=True)
    return [str(python), script]


def _theirs(peer: Peer, command: Sequence[str], scratch: Path) -> dict[Path, Sight]:
    asked = "".join(f"{path}\n" for path in peer.packages())
    done = subprocess.run(command, input=asked, capture_output=True, text=True, cwd=scratch, check=True)
    rows: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(row["path"]): Sight(frozenset(row["seen"]), row["seconds"]) for row in rows}


# ── ours ─────────────────────────────────────────────────────────────────────────────────────────


def _ours(path: Path) -> Sight:
    sights = [_sight(path) for _ in range(ROUNDS)]
    return Sight(sights[0].seen, statistics.median(sight.seconds for sight in sights))


def _sight(path: Path) -> Sight:
    from pipeline.archives import open_source
    from pipeline.converting import format_of
    from schemas.findings import CoursewrightError, Report

    report, start = Report(), time.perf_counter()
    try:
        with open_source(path, foreign=True) as source:
            format_of(source).load().read(source, report)
            report.close()
    except CoursewrightError:
        return Sight(None, time.perf_counter() - start)
    named = {f"{account.name} {account.note}" for account in report.accounts}
    return Sight(frozenset({"valid", *named}), time.perf_counter() - start)

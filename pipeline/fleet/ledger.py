"""What became of each tenant, written down as it happens, so that an interrupted run can be resumed.

JSON lines under `.coursewright/runs`: first what the run is, then one line a tenant. It holds no address
and no secret, and may be deleted: it only saves naming the tenants again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.tenants import LOCAL_FOLDER
from schemas.findings import CoursewrightError

FOLDER = LOCAL_FOLDER / "runs"
Named = Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`bundles`: digest by key, in hex. `waves`: names by group. `finished`: who has nothing left to do."""

    file: Path
    bundles: Mapping[str, str]
    waves: Named
    finished: frozenset[str]

    @property
    def left(self) -> Named:
        """What there is still to do, in its order."""
        waves = [(wave, [name for name in names if name not in self.finished]) for wave, names in self.waves]
        return [(wave, names) for wave, names in waves if names]


class Ledger:
    """An open run. One thread writes."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def finish(self, tenant: str) -> None:
        """Nothing is left to do for the tenant."""
        _write(self._out, {"finished": tenant})


@contextmanager
def begun(bundles: Mapping[str, str], waves: Named) -> Iterator[Ledger]:
    """A new run."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S.%f")
    with (FOLDER / f"{moment}-{os.getpid()}.jsonl").open("xb", buffering=0) as out:
        _write(out, {"bundles": dict(bundles), "waves": [[wave, list(names)] for wave, names in waves]})
        yield Ledger(out)


@contextmanager
def resumed(run: Run) -> Iterator[Ledger]:
    with run.file.open("ab", buffering=0) as out:
        out.write(b"\n")  # whoever was interrupted may have left half a line
        yield Ledger(out)


def unfinished(bundles: Mapping[str, str]) -> Run:
    """The last run, when it left something to do and was for these bundles. Raises CoursewrightError."""
    files = sorted(FOLDER.glob("*.jsonl"), reverse=True)
    if not files:
        raise CoursewrightError("there is no run to resume here", f"runs are kept in {FOLDER}")
    run = _read(files[0])
    if not run.left:
        raise CoursewrightError(f"the last run, {run.file.stem}, left nothing to do", "begin a new one")
    if run.bundles != bundles:
        raise CoursewrightError(
            f"the bundles are not those that run {run.file.stem} began with",
            "begin a new run: tenants that are current are left alone",
        )
    return run


def _read(file: Path) -> Run:
    first, *lines = file.read_bytes().splitlines()
    try:
        run = json.loads(first)
        finished = frozenset(json.loads(line)["finished"] for line in lines if line.endswith(b"}"))
        waves = [(str(wave), [str(name) for name in names]) for wave, names in run["waves"]]
        return Run(file=file, bundles=run["bundles"], waves=waves, finished=finished)
    except (ValueError, KeyError, TypeError) as error:
        raise CoursewrightError(
            f"{file} is not what a run writes", "delete it and begin a new run"
        ) from error


def _write(out: BinaryIO, line: Any) -> None:
    """One call of the system, unbuffered: a line is there, or it is not."""
    out.write(json.dumps(line).encode() + b"\n")

"""Disks without room: the database's and that of the media folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from psycopg import sql

from tests.faults.judge import complete, judge
from tests.faults.kills import side_by_side
from tests.faults.place import HASTE, Ground, Place
from tests.faults.publisher import Fault
from tests.faults.tally import Tally

_SMALL_FILE: Final = 50_000  # fewer bytes than the bundle's large files have


def full_server(ground: Ground, rounds: int) -> Tally | None:
    """The database's disk has no room left (53100): a tablespace on a disk of its own. None: no right to mount."""
    tally = Tally("P8", "PostgreSQL's disk full (53100)")

    def one(place: Place, number: int) -> None:
        with disk(place.folder / "disk", megabytes=200) as small, _moved(place, small):
            ballast = _filled(place, small, room=number * 16_384)
            run = place.publish(2, fault=Fault(settings=HASTE))
            code = run.end()
            with tally.counting():
                if "53100" not in str(run.events):
                    tally.wrong.append(f"the disk was not full: {code} {run.events[-1:]} {run.complaints}")
            ballast.unlink()
            judge(tally, place, run, code)
            complete(tally, place)

    if not may_mount(ground.folder):
        return None
    side_by_side(ground, rounds, one, workers=1)
    return tally


@contextmanager
def _moved(place: Place, small: Path) -> Iterator[None]:
    """The place's database on that disk."""
    space = small / "space"
    space.mkdir()
    owner = (place.ground.postgres.folder / "data").stat()
    shutil.chown(space, owner.st_uid, owner.st_gid)
    name = sql.Identifier(f"disk_of_{place.database}")
    database = sql.Identifier(place.database)
    with place.ground.postgres.connect() as connection:
        connection.execute(sql.SQL("CREATE TABLESPACE {} LOCATION {}").format(name, str(space)))
        connection.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE {}").format(database, name))
    try:
        yield
    finally:
        with place.ground.postgres.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
            connection.execute("CHECKPOINT")
            connection.execute(sql.SQL("DROP TABLESPACE {}").format(name))


def _filled(place: Place, small: Path, *, room: int) -> Path:
    """What the server still deletes is deleted before; what is free then is taken, to the last block."""
    with place.connect() as connection:
        connection.execute("CHECKPOINT")
    ballast = small / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as out:
        while out.write(b"\0" * 4096):
            pass
    os.truncate(ballast, max(0, ballast.stat().st_size - room))
    return ballast


def full_folder(ground: Ground, rounds: int) -> Tally:
    """A disk that is really full where we may mount one, else a limit on what the publisher may write."""
    real = may_mount(ground.folder)
    tally = Tally("P8", f"disk of the media folder full ({'ENOSPC, tmpfs' if real else 'EFBIG'})")

    def one(place: Place, number: int) -> None:
        if not real or number % 4 == 3:
            _publish_full(tally, place, Fault(file_bytes=_SMALL_FILE, settings=HASTE))
            complete(tally, place)
            return
        with disk(place.folder / "disk", megabytes=8) as small:
            shutil.rmtree(place.media)
            place.media = str(small / "media")
            shutil.copytree(ground.folder / "media", place.media)
            ballast = small / "ballast"
            ballast.write_bytes(b"\0" * (shutil.disk_usage(small).free - number * 40_000 % 400_000))
            _publish_full(tally, place, Fault(settings=HASTE))
            ballast.unlink()
            complete(tally, place)
        place.media = str(place.folder / "media")
        Path(place.media).mkdir(exist_ok=True)

    side_by_side(ground, rounds, one)
    tally.note = "" if real else "no right to mount a small disk here: RLIMIT_FSIZE alone"
    return tally


def _publish_full(tally: Tally, place: Place, fault: Fault) -> None:
    began = time.monotonic()
    run = place.publish(2, fault=fault)
    code = run.end()
    with tally.counting():
        if code == 0:
            tally.wrong.append(f"there was room after all: {time.monotonic() - began:.1f} s")
    judge(tally, place, run, code)


# ── small disks ──────────────────────────────────────────────────────────────────────────────────


@contextmanager
def disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """A small disk in memory."""
    folder.mkdir(exist_ok=True)
    options = f"size={megabytes}m,mode=0755"
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True, capture_output=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)


def may_mount(folder: Path) -> bool:
    try:
        with disk(folder / "probe", megabytes=1):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False

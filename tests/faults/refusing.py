"""Bundles that would take everything away are refused, and nothing happens."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.faults.bundles import KEY
from tests.faults.judge import judge
from tests.faults.kills import side_by_side
from tests.faults.place import Ground, Place
from tests.faults.tally import Tally


def _nothing(folder: Path) -> None:
    """Nothing but a title."""
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "bundle.yaml").write_text(f"key: {KEY}\ntitle: T\ninstructor: anna@example.com\n")


def _without_courses(folder: Path) -> None:
    shutil.rmtree(folder / "courses")
    shutil.rmtree(folder / "programs")


def _one_lesson(folder: Path) -> None:
    """The file of the lessons breaks off after the first, where it is still sound YAML."""
    file = folder / "courses/lessons.course.yaml"
    file.write_text("\n".join(file.read_text().splitlines()[:7]) + "\n")


def _torn_file(folder: Path) -> None:
    file = folder / "courses/ladders/course.yaml"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _without_media(folder: Path) -> None:
    shutil.rmtree(folder / "media")


def _empty_file(folder: Path) -> None:
    (folder / "courses/ladders/final.quiz.yaml").write_bytes(b"")


WAYS: Final[tuple[Callable[[Path], None], ...]] = (
    _nothing, _without_courses, _one_lesson, _torn_file, _without_media, _empty_file,
)  # fmt: skip


def refused(ground: Ground, rounds: int) -> Tally:
    """Each kind of bundle in turn, without the word that would allow it."""
    tally = Tally("P19", "empty, truncated and torn bundles")

    def one(place: Place, number: int) -> None:
        folder = place.folder / "bad"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(ground.bundle(1), folder)
        WAYS[number % len(WAYS)](folder)
        run = place.publish_files(folder)
        code = run.end()
        sides = judge(tally, place, run, code)
        with tally.counting():
            if code != 1 or set(sides.values()) != {"old"} or not (run.complaints + str(run.events)).strip():
                tally.wrong.append(
                    f"{WAYS[number % len(WAYS)].__name__}: {code} {sides} {run.complaints[-300:]}"
                )

    side_by_side(ground, rounds, one)
    tally.note = f"{len(WAYS)} kinds"
    return tally

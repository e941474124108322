"""`check` against check-jsonschema: the same 1,000 files, about 20 MB, against the same committed schemas.

Both run as whole processes, as people and hooks run them. check-jsonschema takes one schema at a time and
judges by it alone; `check` also follows references, and judges meaning and policy.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.table import Ratio

FILES = 1_000
QUIZZES_A_COURSE = 49
QUESTIONS = 50
ROUNDS = 3
_SCHEMAS = Path(__file__).parents[1] / "schemas" / "json"
_BIN = Path(sys.executable).parent
_WORDS = tuple(
    "ladder größe Sicherheit check **bold** climb angle foot hold never always Übung 数学 three points "  # noqa: SIM905
    "contact `code` safe wall ground rung weather wind".split()
)


def run() -> list[Ratio]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "bundle"
        quizzes, courses = write_bundle(folder)
        cache = {"COURSEWRIGHT_CACHE": str(Path(scratch) / "cache")}
        peer = _peer(quizzes, courses)
        cold = statistics.median(_ours(folder, {"COURSEWRIGHT_CACHE": "off"}) for _ in range(ROUNDS))
        _ours(folder, cache)
        warm = statistics.median(_ours(folder, cache) for _ in range(ROUNDS))
        one = statistics.median(_ours(quizzes[0], {"COURSEWRIGHT_CACHE": "off"}) for _ in range(5 * ROUNDS))
        helped = statistics.median(
            _timed([str(_BIN / "coursewright"), "--help"], {}) for _ in range(5 * ROUNDS)
        )
        size = sum(path.stat().st_size for path in folder.rglob("*.yaml")) / 1e6
    note = f"{FILES:,} files, {size:.1f} MB: {peer:.1f} s ÷ "
    return [
        Ratio(
            "check cold: check-jsonschema ÷ ours", peer / cold, 10, at_least=True, note=f"{note}{cold:.2f} s"
        ),
        Ratio(
            "check warm: check-jsonschema ÷ ours", peer / warm, 100, at_least=True, note=f"{note}{warm:.2f} s"
        ),
        Ratio("check of one 50-question quiz, cold process", one, 0.25, unit="s", note="median of 15"),
        Ratio("coursewright --help, whole process", helped, 0.25, unit="s", note="median of 15"),
    ]


def _ours(path: Path, cache: Mapping[str, str]) -> float:
    return _timed([str(_BIN / "coursewright"), "check", str(path)], cache)


def _peer(quizzes: Sequence[Path], courses: Sequence[Path]) -> float:
    """Once, over all files: it takes a minute."""
    command = [str(_BIN / "check-jsonschema"), "--schemafile"]
    return sum(
        _timed([*command, str(_SCHEMAS / f"{kind}.schema.json"), *map(str, files)], {})
        for kind, files in (("quiz", quizzes), ("course", courses))
    )


def _timed(command: Sequence[str], environment: Mapping[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
    return time.perf_counter() - start


# ── the bundle ───────────────────────────────────────────────────────────────────────────────────


def write_bundle(folder: Path) -> tuple[list[Path], list[Path]]:
    """Quizzes and courses, the same ones each time, `FILES` in all with bundle.yaml."""
    dice = random.Random(20)  # noqa: S311  text to parse, not a secret
    quizzes: list[Path] = []
    courses: list[Path] = []
    folder.mkdir()
    (folder / "bundle.yaml").write_text("key: bench\ninstructor: ann@example.org\n")
    while 1 + len(quizzes) + len(courses) < FILES:
        place = folder / f"course-{len(courses)}"
        place.mkdir()
        count = min(QUIZZES_A_COURSE, FILES - 2 - len(quizzes) - len(courses))
        for n in range(count):
            quizzes.append(place / f"q{n}.quiz.yaml")
            quizzes[-1].write_text("".join(_quiz(dice)), encoding="utf-8")
        courses.append(place / "course.yaml")
        courses[-1].write_text(_course(len(courses), count), encoding="utf-8")
    return quizzes, courses


def _course(number: int, quizzes: int) -> str:
    contents = "".join(
        f"      - {{key: q{n}, type: quiz, title: Quiz {n}, quiz: q{n}.quiz.yaml}}\n" for n in range(quizzes)
    )
    head = f"key: course-{number}\ntitle: Course {number}\n"
    return f"{head}sections:\n  - key: all\n    title: All\n    contents:\n{contents}"


def _quiz(dice: random.Random) -> Iterator[str]:
    def words(count: int) -> str:
        return " ".join(dice.choices(_WORDS, k=count))

    yield f"title: {dice.choice(_WORDS[:3])} quiz\npassing_score: 70\nquestions:\n"
    for n in range(QUESTIONS):
        gap = " [[gap]]" if n % 4 == 3 else ""
        yield f"  - key: q{n}\n    text: |\n      {words(14)}\n\n      {words(10)}{gap}\n"
        yield f"    points: 2\n    explanation: >-\n      {words(10)}\n"
        yield (_choice(words), _TRUE, _SHORT, _BLANK)[n % 4]


def _choice(words: Callable[[int], str]) -> str:
    options = "".join(
        f"      - {{key: o{n}, text: '{n} {words(4)}'{', correct: true' if n == 1 else ''}}}\n"
        for n in range(4)
    )
    return f"    type: multiple_choice\n    options:\n{options}"


_TRUE = "    type: true_false\n    answer: true\n"
_SHORT = '    type: short_answer\n    accept: ["3", three, top three]\n'
_BLANK = "    type: fill_in_blank\n    blanks:\n      - key: gap\n        accept: ['4', four]\n"

"""The bundles that are published: the example that uses everything, made larger, and an edit of all of it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Final

from tests.rich_edits import EDITS

_EXAMPLE: Final = Path(__file__).parents[2] / "packages/examples/rich"
KEY: Final = "harbour-academy"
CONSENT: Final = (
    "accept: [CW430, CW431, CW432, CW433, CW434, CW435, CW437]\narchive: {items: 1000, share: 100}\n"
)
_LESSONS: Final = 40
_NOISE_BYTES: Final = 100_000
_LESSON: Final = "      - {{key: p{n}, type: rich_text, title: Lesson {n}, text: Read {word} {n}.}}\n"
_FILE: Final = "      - {{key: f{n}, type: downloadable_resource, title: File {n}, media: /media/noise-{n}-{version}.txt}}\n"
_QUESTION: Final = (
    "            - {{key: q{n}, type: short_answer, text: What is {n}?, accept: ['{n}', {word}]}}\n"
)


def write(folder: Path, version: int) -> None:
    """Version 1 is what tenants have before, 2 an edit that touches every table; later ones edit words only."""
    shutil.copytree(_EXAMPLE, folder)
    if version > 1:
        _edit(folder)
    _lessons(folder, version)


def _edit(folder: Path) -> None:
    for name, changes in EDITS.items():
        text = (folder / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "media/angle-flat.png").unlink()


def _lessons(folder: Path, version: int) -> None:
    """40 pages, a quiz and four files; every tenth page, every question and every file differs by version."""
    word = f"v{version}"
    pages = "".join(
        _LESSON.format(n=n, word="page" if n % 10 else word) for n in range(version, _LESSONS + version)
    )
    files = "".join(_FILE.format(n=n, version=version) for n in range(4))
    questions = "".join(_QUESTION.format(n=n, word=word) for n in range(20))
    quiz = f"      - key: quiz\n        type: quiz\n        title: Quiz\n        quiz:\n          questions:\n{questions}"
    course = f"key: lessons\ntitle: Lessons\nsections:\n  - key: s\n    title: S\n    contents:\n{pages}{files}{quiz}"
    (folder / "courses/lessons.course.yaml").write_text(course, encoding="utf-8")
    if version > 1:
        more = course.replace("key: lessons\ntitle: Lessons", "key: more\ntitle: More lessons")
        (folder / "courses/more.course.yaml").write_text(more, encoding="utf-8")
    noise = random.Random(version)  # noqa: S311 the same on every run
    for n in range(4):
        data = noise.randbytes(_NOISE_BYTES // 2).hex().encode()
        (folder / f"media/noise-{n}-{version}.txt").write_bytes(data)

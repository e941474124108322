"""Damaged packages: none crashes or hangs us, and what is taken is what its own checksums say.

`COURSEWRIGHT_MUTANTS=20000 pytest tests/hostile/test_mutants.py` runs as many as one likes.
"""

from __future__ import annotations

import io
import os
import time
import zipfile
import zlib
from collections import Counter
from pathlib import Path

import pytest

from pipeline.archives import open_sink, open_source
from schemas.findings import CoursewrightError, Report
from tests.hostile.corpus import rows
from tests.hostile.mutants import mutants

_COUNT = int(os.environ.get("COURSEWRIGHT_MUTANTS", "2000"))
_SEED = 20261123
_SECONDS = 2.0


@pytest.fixture(scope="module")
def controls(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The sound archives of the corpus but the large one, which would only be slow, and a bundle of our own."""
    kinds = ("scorm12", "scorm2004", "cc", "h5p", "mbz", "bundle", "olx")
    paths = [hostile / row.path for row in rows(hostile, *kinds) if row.path.startswith("ok/")]
    small = [content for path in paths if len(content := path.read_bytes()) < 20_000]
    return [*small, *[_example(tmp_path_factory.mktemp("example") / "tiny.zip")] * (len(small) // 2)]


def _example(path: Path) -> bytes:
    folder = Path(__file__).parents[2] / "packages/examples/tiny"
    with open_source(folder) as source, open_sink(path) as sink:
        for name in source.names():
            sink.write(name, [source.read(name, 1 << 20)])
    return path.read_bytes()


@pytest.mark.timeout(3600)
def test_mutants_are_refused_or_hold_what_their_checksums_say(
    controls: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSEWRIGHT_CACHE", str(tmp_path / "cache"))
    endings: Counter[str] = Counter()
    slowest = 0.0
    path = tmp_path / "mutant.zip"
    for mutant in mutants(controls, _SEED, _COUNT):
        path.write_bytes(mutant)
        start = time.process_time()
        try:
            endings[_take(path, mutant)] += 1
        except CoursewrightError:
            endings["refused"] += 1
        slowest = max(slowest, time.process_time() - start)
    assert sum(endings.values()) == _COUNT
    assert endings["refused"] > _COUNT / 3
    assert endings["opened"] + endings["read"] > _COUNT / 20, "most mutants must not die at the door"
    assert slowest < _SECONDS


def _take(path: Path, mutant: bytes) -> str:
    """Opens, proves and reads a mutant; how far it came."""
    from importers import detect

    with open_source(path, foreign=True) as source:
        contents = [source.read(name, 1 << 24) for name in source.names()]
        if mutant.startswith(b"PK"):
            assert Counter(map(zlib.crc32, contents)) <= _promised(mutant)
        try:
            reader = detect(source).load()
        except CoursewrightError:
            return "opened"
        report = Report()
        reader.read(source, report)
        report.close()
    return "read"


def _promised(mutant: bytes) -> Counter[int]:
    """The checksums in the directory, by another reader."""
    with zipfile.ZipFile(io.BytesIO(mutant)) as archive:
        return Counter(info.CRC for info in archive.infolist())

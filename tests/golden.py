"""Golden folders: what a writer writes, kept in git; `pytest --accept` rewrites them after a wanted change."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Golden = Callable[[Path, Mapping[str, bytes]], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite golden files with what is written now")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares files by name with a folder, byte by byte."""

    def compare(folder: Path, written: Mapping[str, bytes]) -> None:
        if request.config.getoption("--accept"):
            shutil.rmtree(folder, ignore_errors=True)
            for name, data in written.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(data)
        kept = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        assert dict(written) == kept

    return compare

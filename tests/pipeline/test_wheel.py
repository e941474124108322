"""What a user installs is the wheel, not the checkout: it is complete and needs none of the test tools."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        REPOSITORY,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`bin` of a clean environment with the wheel and what it asks for, nothing else."""
    environment = tmp_path_factory.mktemp("venv")
    _run(sys.executable, "-m", "venv", environment)
    _run(
        environment / "bin/python",
        "-m",
        "pip",
        "install",
        "-q",
        "--no-compile",
        "--disable-pip-version-check",
        wheel,
    )
    return environment / "bin"


def test_the_wheel_holds_the_five_packages_and_nothing_else(wheel: Path) -> None:
    _run(
        Path(sys.executable).with_name("check-wheel-contents"),
        "--config",
        REPOSITORY / "pyproject.toml",
        wheel,
    )


def test_installed_from_the_wheel_the_packaged_example_publishes_from_an_empty_folder(
    installed: Path, tmp_path: Path
) -> None:
    where = "import pipeline, pathlib; print(pathlib.Path(pipeline.__file__).parent / 'examples/tiny')"
    tiny = _run(installed / "python", "-c", where, cwd=tmp_path).strip()
    assert "Usage: coursewright" in _run(installed / "coursewright", "--help", cwd=tmp_path)
    assert "published tiny to local" in _run(installed / "coursewright", "publish", tiny, cwd=tmp_path)


def test_the_demo_runs_in_it_from_beginning_to_end(installed: Path, tmp_path: Path) -> None:
    told = _run("sh", REPOSITORY / "packages/demo.sh", tmp_path / "demo", installed)
    assert told.count("nothing to change in local") == 2
    assert "'=HYPERLINK" in told


def _run(*command: str | Path, cwd: Path = REPOSITORY) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

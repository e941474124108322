"""npm packages that only tests use, installed once and kept in pytest's cache."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest


def installed(cache: pytest.Cache, versions: Mapping[str, str]) -> Path:
    """The folder of these packages, by name; skips the test where they cannot be had. None runs a script."""
    if shutil.which("npm") is None:
        pytest.skip(f"needs npm for {', '.join(versions)}: apt-get install npm")
    wanted = [f"{name}@{version}" for name, version in sorted(versions.items())]
    folder: Path = cache.mkdir("npm") / "_".join(wanted).replace("/", "+")
    if not folder.exists():
        unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
        quiet = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts")
        done = subprocess.run(
            ["npm", "install", *quiet, "--prefix", unfinished, *wanted],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"npm cannot install {' '.join(wanted)}: {done.stderr[-200:]}")
        unfinished.rename(folder)
    return folder / "node_modules"

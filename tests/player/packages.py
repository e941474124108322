"""Packages without their manifests: what a platform unpacks, as a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from exporters.shared.player import Tracking, Unit, assets, course_data, page
from schemas.model import Course
from tests.strategies import Sample


def unpack(
    folder: Path, sample: Sample, tracking: Tracking, courses: Sequence[Course] = (), **rules: Any
) -> Unit:
    """Writes the unit's page, data, player and media into `folder`."""
    unit = course_data(
        sample.bundle, courses or sample.bundle.courses, sample.files, tracking=tracking, **rules
    )
    files = {"index.html": page(unit, "course.js"), "course.js": unit.data, **assets(tracking)}
    files |= {href: sample.files.open(path).read() for href, path in unit.media.items()}
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return unit

"""A bundle, of a folder or of a tenant, → a package in a format that other systems read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.findings import Report

if TYPE_CHECKING:
    from exporters import Choices
    from loaders.tenants.tenant import Tenant
    from schemas.model import Bundle
    from schemas.source import Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Packaged:
    """`report` accounts for every part of the bundle."""

    title: str
    bundle: Bundle
    report: Report


def package(
    origin: Path | Tenant,
    key: str | None,
    course: str | None,
    output: Path,
    choices: Choices,
    *,
    schemas: Path | None = None,
) -> Packaged:
    """Writes the bundle in the format of `choices.target`; the file appears when it is whole.

    `key` names the bundle of a tenant that has several, `course` the only course to write, `schemas` the
    folder of those in `choices`. Raises RefusedError when the bundle is not sound, CoursewrightError when
    there is no such thing.
    """
    from exporters import FORMATS
    from pipeline.archives import open_source
    from pipeline.archives.packaging import open_package
    from pipeline.narrowing import narrowed

    report, row = Report(), FORMATS[choices.target]
    beside = open_source(schemas) if schemas else nullcontext()
    with _opened(origin, key) as (bundle, files), beside as opened:
        chosen = bundle if course is None else narrowed(bundle, course, files, report)
        with open_package(output, row.ending) as sink:
            row.load().write(chosen, files, sink, report, replace(choices, schemas=opened))
        report.close()
    return Packaged(title=row.title, bundle=chosen, report=report)


@contextmanager
def _opened(origin: Path | Tenant, key: str | None) -> Iterator[tuple[Bundle, Files]]:
    if not isinstance(origin, Path):
        from pipeline.exporting import published

        yield published(origin, key)
        return
    from importers import bundle as reader
    from pipeline.archives import open_source

    with open_source(origin) as source:
        reading = reader.read(source, Report())
        yield reading.bundle, reading.files

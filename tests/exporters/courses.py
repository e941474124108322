"""Bundles as writers of one course get them, and what they wrote as readers get it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from exporters import FORMATS, Choices
from importers import bundle as reader
from importers.shared.used import paths
from schemas.findings import Report
from schemas.model import Bundle, Content, Course, Section
from tests.exporters.everything import BUNDLE, EVERYTHING
from tests.strategies import MemoryFiles, MemorySink, MemorySource, Sample

EXAMPLES = Path(__file__).parents[2] / "packages" / "examples"


def alone(sample: Sample, key: str) -> Sample:
    """One course of a bundle and the media that it uses, without programs."""
    (course,) = (course for course in sample.bundle.courses if course.key == key)
    used = paths(course)
    media = tuple(each for each in sample.bundle.media if each.path in used)
    return Sample(replace(sample.bundle, courses=(course,), programs=(), media=media), sample.files)


def every(sample: Sample) -> Iterator[Sample]:
    """Each course alone, with all media of the bundle."""
    for course in sample.bundle.courses:
        yield Sample(replace(sample.bundle, courses=(course,), programs=()), sample.files)


def samples() -> dict[str, Sample]:
    """What golden folders are made of, and the example that has every kind of content."""
    return {
        "tiny": _example("tiny"),
        "rich": alone(_example("rich"), "ladders"),
        "everything": alone(EVERYTHING, BUNDLE.courses[0].key),
    }


def _example(name: str) -> Sample:
    folder = EXAMPLES / name
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    return Sample(reader.read(MemorySource(files), Report()).bundle, MemoryFiles(files))


def written(sample: Sample, target: str) -> tuple[dict[str, bytes], Report]:
    """The files of a package, in the order they were written; everything is accounted for."""
    sink, report = MemorySink(), Report()
    FORMATS[target].load().write(sample.bundle, sample.files, sink, report, Choices(target=target))
    report.close()
    return sink.contents, report


def contents(bundle: Bundle) -> Iterator[tuple[Course, Section, Content]]:
    return (
        (course, section, each)
        for course in bundle.courses
        for section in course.sections
        for each in section.contents
    )

"""Packages of the corpus: how they are read in tests, and what its index says of them."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from urllib.parse import unquote

import importers
from exporters import bundle as writer
from importers import bundle as reader
from pipeline.archives import open_sink, open_source
from schemas.findings import Report
from schemas.model import Resource
from schemas.source import Reading


def read(path: Path, report: Report) -> Reading:
    """A package in the format that it is found to have."""
    with open_source(path, foreign=True) as source:
        return importers.detect(source).load().read(source, report)


def index(corpora: Path) -> dict[str, dict[str, str]]:
    """The rows of INDEX.tsv by path; its counts were made by an independent script."""
    with (corpora / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def require_clean(reading: Reading, folder: Path) -> None:
    """What was read is written as a bundle that checks clean and reads back equal."""
    with open_sink(folder / "out") as sink:
        writer.write(reading.bundle, reading.files, sink)
    with open_source(folder / "out") as written:
        assert reader.check(written) == []
        assert reader.read(written, Report()).bundle == reading.bundle


def every_launch_is_in_the_package(reading: Reading) -> bool:
    """Whether there are any, and each starts a file of the zip."""
    (media,) = reading.bundle.media
    with reading.files.open(media.path) as opened, zipfile.ZipFile(opened) as archive:
        names = frozenset(archive.namelist())
    launches = [
        content.launch.href
        for course in reading.bundle.courses
        for content in course.contents()
        if isinstance(content, Resource) and content.launch
    ]
    return bool(launches) and all(
        unquote(href.partition("?")[0].partition("#")[0]) in names for href in launches
    )

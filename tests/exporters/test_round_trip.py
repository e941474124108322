"""What the writer writes is what the reader reads: nothing is lost between the model and its files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporters.bundle import write
from importers import bundle as reader
from schemas.findings import Report
from tests.edits import edits
from tests.exporters.everything import EVERYTHING
from tests.strategies import MemoryFiles, MemorySink, MemorySource, Sample, bundles

EXAMPLES = Path(__file__).parents[2] / "packages" / "examples"
quick = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(autouse=True, scope="module")
def _no_cache() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSEWRIGHT_CACHE", "off")
        yield


def written(sample: Sample) -> MemorySource:
    sink = MemorySink()
    write(sample.bundle, sample.files, sink)
    return MemorySource(sink.contents)


def _survives(sample: Sample) -> None:
    source = written(sample)
    assert [str(finding) for finding in reader.check(source) if finding.severity == "error"] == []
    reading = reader.read(source, Report())
    assert reading.bundle == sample.bundle
    assert reading.bundle.moved == sample.bundle.moved
    again = written(Sample(reading.bundle, sample.files))
    assert again.contents == source.contents
    for media in reading.bundle.media:
        assert reading.files.open(media.path).read() == sample.files.contents[media.path]


def test_the_bundle_with_everything_in_it_survives_its_files() -> None:
    _survives(EVERYTHING)


@quick
@given(bundles())
def test_any_bundle_survives_its_files_and_is_found_clean(sample: Sample) -> None:
    _survives(sample)


@quick
@given(st.data())
def test_an_edited_bundle_survives_with_its_declared_renames(data: st.DataObject) -> None:
    _survives(data.draw(edits(data.draw(bundles()))))


@pytest.mark.parametrize(
    "folder", sorted(path for path in EXAMPLES.iterdir() if path.is_dir()), ids=lambda path: path.name
)
def test_an_example_means_the_same_after_it_was_written_again(folder: Path) -> None:
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    reading = reader.read(MemorySource(files), Report())
    again = written(Sample(reading.bundle, MemoryFiles(files)))
    assert reader.read(again, Report()).bundle == reading.bundle

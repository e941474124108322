"""Plain files in memory, imported, written as a bundle, checked and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from importers import Reader
from schemas.findings import Finding, RefusedError, Report
from schemas.model import Question, QuizContent
from schemas.source import Source
from tests.importers.bundle.sources import PNG, LoneSource, MemorySource
from tests.importers.corpus import require_clean
from tests.importers.packages import Imported

PICTURE = PNG


def folder(files: Mapping[str, str | bytes], label: str = "course") -> Source:
    return MemorySource({name: _bytes(data) for name, data in files.items()}, label)


def lone(name: str, data: str | bytes) -> Source:
    return LoneSource({name: _bytes(data)}, name)


def imported(reader: Reader, source: Source) -> Imported:
    """Recognised, read, sound as a bundle, and equal to what that bundle says."""
    assert reader.detect(source)
    report = Report()
    reading = reader.read(source, report)
    report.close()
    with TemporaryDirectory() as place:
        require_clean(reading, Path(place))
    return Imported(reading, report)


def tried(reader: Reader, source: Source) -> Imported | None:
    """What came of it; None where it is not recognised, or refused in words."""
    if not reader.detect(source):
        return None
    try:
        return imported(reader, source)
    except RefusedError as refused:
        _require_words(refused.findings)
        return None


def _require_words(findings: Sequence[Finding]) -> None:
    assert findings
    assert all(finding.mend for finding in findings)


def questions(done: Imported) -> list[Question]:
    return [each for one in done.contents if isinstance(one, QuizContent) for each in one.quiz.questions]


def note(done: Imported, kind: str, words: str) -> tuple[str, str]:
    """Fate and note of the one account whose name has these words."""
    (found,) = [each for each in done.report.accounts if each.kind == kind and words in each.name]
    return found.fate, found.note


def _bytes(data: str | bytes) -> bytes:
    return data if isinstance(data, bytes) else data.encode()

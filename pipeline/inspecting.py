"""What a package is and holds, found out by reading it as an import does and writing nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.converting import format_of
from schemas.findings import CoursewrightError, Finding, RefusedError, Report

if TYPE_CHECKING:
    from schemas.source import Reading, Source

_BIGGEST: Final = 5
_CONTAINERS: Final = {"gzip": "tar.gz"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What would come out of an import, and the account of what went in.

    `counts` are courses, sections, contents and questions by type, and media; `standards` the run-times of
    what is launched, with their version; `beside` files of records that would not be in the bundle.
    """

    key: str
    title: str
    counts: Mapping[str, int]
    standards: Mapping[str, int]
    beside: Sequence[str]
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """Sizes in bytes: `packed` on the disk, `unpacked` of all files. `biggest` are names and sizes.

    `format` is None when no reader knows the package, `held` when it cannot be read: `error` says why, or
    `findings`, where the notes from opening it stand too.
    """

    label: str
    container: str = ""
    packed: int | None = None
    unpacked: int = 0
    files: int = 0
    biggest: Sequence[tuple[str, int]] = ()
    format: str | None = None
    held: Held | None = None
    findings: tuple[Finding, ...] = ()
    error: CoursewrightError | None = None

    @property
    def failed(self) -> bool:
        return self.held is None


def inspect(paths: Sequence[Path]) -> list[Inspected]:
    """Looks at every package; one that cannot be read never hides the others."""
    return [_inspect(path) for path in paths]


def _inspect(path: Path) -> Inspected:
    from pipeline.archives import open_source

    try:
        with open_source(path, foreign=True) as source:
            return _looked_into(path, source)
    except RefusedError as refused:
        return Inspected(label=str(path), findings=refused.findings)
    except CoursewrightError as error:
        return Inspected(label=str(path), error=error)


def _looked_into(path: Path, source: Source) -> Inspected:
    seen = _outside(path, source)
    report = Report()
    try:
        found = format_of(source)
        seen = replace(seen, format=found.title)
        reading = found.load().read(source, report)
        report.close()
        return replace(seen, held=_held(reading, report))
    except RefusedError as refused:
        return replace(seen, findings=(*seen.findings, *refused.findings))
    except CoursewrightError as error:
        return replace(seen, error=error)


def _outside(path: Path, source: Source) -> Inspected:
    """What can be said of every package."""
    from pipeline.archives.detection import container_of

    kind = container_of(path, foreign=True)
    sizes = {name: source.size(name) for name in source.names()}
    return Inspected(
        label=str(path),
        container=_CONTAINERS.get(kind, kind),
        packed=None if path.is_dir() else path.stat().st_size,
        unpacked=sum(sizes.values()),
        files=len(sizes),
        biggest=sorted(sizes.items(), key=lambda one: (-one[1], one[0]))[:_BIGGEST],
        findings=tuple(source.notes),
    )


def _held(reading: Reading, report: Report) -> Held:
    from schemas.model import QuizContent, Resource

    bundle = reading.bundle
    contents = [content for course in bundle.courses for content in course.contents()]
    quizzes = [content.quiz for content in contents if isinstance(content, QuizContent)]
    counts = {
        "program": len(bundle.programs),
        "course": len(bundle.courses),
        "section": sum(len(course.sections) for course in bundle.courses),
        **Counter(content.type for content in contents),
        **Counter(f"{question.type} question" for quiz in quizzes for question in quiz.questions),
        "media file": len(bundle.media),
    }
    launches = [content.launch for content in contents if isinstance(content, Resource) and content.launch]
    return Held(
        key=bundle.key,
        title=bundle.title,
        counts={name: number for name, number in counts.items() if number},
        standards=Counter(launch.standard for launch in launches),
        beside=tuple(reading.beside),
        report=report,
    )

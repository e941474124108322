"""A foreign package → a bundle on disk, and an account of everything that was in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.checking import check
from schemas.findings import Finding, Report

if TYPE_CHECKING:
    from importers import Reader
    from schemas.formats import Format
    from schemas.model import Bundle
    from schemas.source import Reading, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """`report` accounts for every source item; `findings` are of the package and of what was written.

    `beside` is the folder with what the package says of persons; None when it says nothing of any.
    """

    format: str
    bundle: str
    report: Report
    findings: tuple[Finding, ...]
    beside: Path | None = None

    @property
    def failed(self) -> bool:
        """Whether what was written has errors: a fault of ours, told rather than hidden."""
        return any(finding.severity == "error" for finding in self.findings)


def convert(package: Path, output: Path, *, instructor: str | None) -> Converted:
    """Reads `package` in whatever format it is and writes it to `output` as a bundle.

    Raises RefusedError when the package cannot be taken, CoursewrightError when no format knows it; nothing
    is written then.
    """
    from exporters import bundle as writer
    from pipeline.archives import open_sink, open_source

    report = Report()
    with open_source(package, foreign=True) as source:
        found = format_of(source)
        reading = found.load().read(source, report)
        report.close()
        notes = tuple(source.notes)
        bundle = reading.bundle if instructor is None else _taught_by(reading.bundle, instructor, report)
        with open_sink(output) as sink:
            writer.write(bundle, reading.files, sink)
        beside = written_beside(reading, output)
    (checked,) = check([output])
    return Converted(
        format=found.title,
        bundle=bundle.key,
        report=report,
        findings=notes + checked.findings,
        beside=beside,
    )


def beside(output: Path) -> Path:
    """Where what a package says of persons goes: next to the bundle, so that it is not committed with it."""
    place = output.resolve()
    return place.with_name(f"{place.name.removesuffix('.zip')}.records")


def written_beside(reading: Reading, output: Path) -> Path | None:
    """The folder of the files beside the bundle: readable by the user alone, and overlooked by git."""
    if not reading.beside:
        return None
    folder = beside(output)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    for name, opened in reading.beside.items():
        unfinished = folder / f".{name}.partial"
        with unfinished.open("wb") as file:
            file.writelines(opened())
        unfinished.replace(folder / name)
    return folder


def format_of(source: Source) -> Format[Reader]:
    """The format that recognises it. Of a lone file that none does, it is told what it looks like.

    Raises RefusedError or CoursewrightError.
    """
    from importers import UnknownFormatError, detect
    from pipeline.archives.folder import LoneFile

    try:
        return detect(source)
    except UnknownFormatError as unknown:
        raise (source.unknown() if isinstance(source, LoneFile) else unknown) from None


def _taught_by(bundle: Bundle, instructor: str, report: Report) -> Bundle:
    """Foreign packages name no instructor who has an account here; now the user did."""
    given = f"given with --instructor: {instructor}"
    report.accounts = [
        replace(account, note=given)
        if (account.kind, account.name) == ("metadata", "instructor")
        else account
        for account in report.accounts
    ]
    return replace(
        bundle,
        programs=tuple(replace(program, instructor=instructor) for program in bundle.programs),
        courses=tuple(replace(course, instructor=instructor) for course in bundle.courses),
    )

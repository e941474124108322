"""Several packages at once, each a bundle of its own: a bad one hides no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline import converting
from pipeline.engines import meant
from pipeline.fleet.run import Limits
from pipeline.fleet.serving import Done
from pipeline.fleet.single import do_all
from pipeline.show import account
from pipeline.show import fleet as screen
from schemas.findings import CoursewrightError, RefusedError

_IMPORTED: Final = screen.Words("package", "reading", "imported")


@dataclass(frozen=True, slots=True)
class Package:
    """A file and the folder that its bundle goes to. It is its own task, see `serving.Task`."""

    file: Path
    output: Path
    instructor: str | None

    @property
    def name(self) -> str:
        return str(self.file)

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrived, (self.file, self.output, self.instructor, Path.cwd())

    def __call__(self, _start: int) -> Iterator[Done]:
        """Raises RefusedError when what was written has errors: it is told of, with its account."""
        converted = converting.convert(self.file, self.output, instructor=self.instructor)
        yield Done(account.told(converted, self.output), account.document(converted, self.output))
        if converted.failed:
            raise RefusedError(one for one in converted.findings if one.severity == "error")


def _arrived(file: Path, output: Path, instructor: str | None, folder: Path) -> Package:
    return Package(meant(file, folder), meant(output, folder), instructor)


def import_all(packages: Sequence[Package], limits: Limits, *, as_json: bool) -> int:
    """Imports them and shows how it goes. The exit code is 1 when one failed or was not begun."""
    return do_all(packages, _IMPORTED, limits, as_json=as_json)


def packages(files: Sequence[Path], output: Path, *, instructor: str | None) -> list[Package]:
    """Each goes to `output`/NAME. Raises CoursewrightError when two would go to the same place."""
    found: dict[Path, Path] = {}
    for file in files:
        place = output / (file.name if file.is_dir() else file.stem)
        if place in found:
            raise CoursewrightError(
                f"{found[place]} and {file} would both go to {place}", "rename one, or import them apart"
            )
        found[place] = file
    return [Package(file, place, instructor) for place, file in found.items()]

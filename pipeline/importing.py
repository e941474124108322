"""A package, or several at once, each a bundle of its own: a bad one hides no other."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pipeline import converting
from pipeline.engines import meant
from pipeline.errors import LOSSY
from pipeline.fleet.run import Limits, News
from pipeline.fleet.serving import Done
from pipeline.fleet.single import do_all
from pipeline.show import account, imported, jsondoc, tallied
from pipeline.show import fleet as screen
from pipeline.tally import Tally
from schemas.findings import CoursewrightError, RefusedError

Form = Literal["human", "json", "html"]
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


def import_one(package: Package, form: Form, max_loss: float | None) -> int:
    """Imports it and shows its account. Raises what `convert` does.

    The exit code is 1 when what was written has errors, LOSSY when more than `max_loss` percent was lost.
    """
    converted = converting.convert(package.file, package.output, instructor=package.instructor)
    document = account.document(converted, package.output)
    tally = Tally(most=max_loss)
    tally.add(package.name, document)
    match form:
        case "human":
            account.write(converted, package.output, sys.stdout)
            sys.stdout.writelines(f"{line}\n" for line in tallied.over(tally))
        case "json":
            jsondoc.dump(document, sys.stdout)
        case "html":
            sys.stdout.write(imported.page({package.name: document}, {}, tally))
    return int(converted.failed) or _code(tally)


def _code(tally: Tally) -> int:
    return LOSSY if tally.over else 0


def import_all(packages: Sequence[Package], limits: Limits, form: Form, max_loss: float | None) -> int:
    """Imports them, shows how it goes and what they came to.

    The exit code is 1 when one failed or was not begun, LOSSY when one lost more than `max_loss` percent.
    """
    heard = _Heard(Tally(most=max_loss), keep=form == "html")
    stream = sys.stderr if form == "html" else sys.stdout
    code = do_all(packages, _IMPORTED, limits, as_json=form == "json", stream=stream, listen=heard.listen)
    match form:
        case "human":
            tallied.write(heard.tally, sys.stdout)
        case "json":
            sys.stdout.write(json.dumps({"event": "sum", **tallied.document(heard.tally)}) + "\n")
        case "html":
            sys.stdout.write(imported.page(heard.accounts, heard.failed, heard.tally))
    return code or _code(heard.tally)


class _Heard:
    """What is kept of each import until all are over: counts, and only if told to `keep` them accounts."""

    def __init__(self, tally: Tally, *, keep: bool) -> None:
        self.tally = tally
        self.accounts: dict[str, Mapping[str, Any]] = {}
        self.failed: dict[str, str] = {}
        self._keep = keep

    def listen(self, news: News) -> None:
        if news.what == "failed":
            self.failed[news.name] = news.text
        elif news.what == "done":
            self.tally.add(news.name, news.details)
            if self._keep:
                self.accounts[news.name] = imported.shortened(news.details)


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

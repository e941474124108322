"""The account of a package: everything in it is named before anything is converted.

Kinds: item (every content with a library), question, file (in content/, and what belongs to nothing), link
(media on the web), library (what the content depends on, and what else is bundled), metadata, and archive
(what opening it changed). What nobody settles is a reason to keep the package playable, so nothing is
dropped unseen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from importers.h5p.content import File, Item
from importers.h5p.libraries import Libraries
from importers.h5p.manifest import CONTENT, MANIFEST, Manifest
from importers.shared import hrefs
from importers.shared.naming import NOBODY
from importers.shared.outcome import CARRIED, Outcome, changed, skipped
from schemas.findings import Fate, Finding, Report
from schemas.model import Location

KEPT: Final = "kept playable, in the package that stands at the end of the course"
SETTINGS: Final = "settings and labels"
_IDENTIFIER: Final = "package identifier"
_INSTRUCTOR: Final = "instructor"
_NO_PLACE: Final[Outcome] = ("skipped", "a bundle has no place for it")


class Ledger:
    """Knows what every part of a package is called in the report, and what is not accounted for yet."""

    def __init__(
        self, report: Report, manifest: Manifest, items: Sequence[Item], questions: Mapping[str, int]
    ) -> None:
        """`questions` counts those of each item, by its path."""
        self._report = report
        self._manifest = manifest
        self._items = items
        self._questions = [(item, n) for item in items for n in range(1, questions.get(item.path, 0) + 1)]
        self._done: dict[str, list[str]] = {}
        self._asked: dict[tuple[str, int], tuple[str, ...]] = {}
        self._files: dict[str, Outcome] = {}
        self._links: dict[str, Outcome] = {}
        self._problems: dict[str, list[str]] = {}
        self._named: dict[str, File] = {}

    def expect(self, names: Sequence[str], libraries: Libraries, named: Mapping[str, File]) -> None:
        """Names the whole package. `named` are the files and addresses that the content names."""
        self._named = dict(named)
        for item in self._items:
            self._report.expect("item", item.name, self._place(item.path))
        for item, number in self._questions:
            self._report.expect("question", _question(item, number), self._place(item.path))
        for name in _own(names, libraries):
            self._report.expect("file", name)
        for address, file in named.items():
            if hrefs.is_web(address):
                self._report.expect("link", address, self._place(file.owner.path))
        for library in _libraries(libraries):
            self._report.expect("library", library)
        for name in (_IDENTIFIER, _INSTRUCTOR, SETTINGS, *self._about()):
            self._report.expect("metadata", name)

    def expect_archive(self, notes: Sequence[Finding]) -> None:
        for note in notes:
            self._report.expect("archive", _archive(note), note.location)

    def expect_credits(self, owners: Iterable[str]) -> None:
        for owner in owners:
            self._report.expect("metadata", f"{owner}: rights")

    # ── while converting ─────────────────────────────────────────────────────────────────────────

    def done(self, item: Item, *notes: str) -> None:
        """An item is in the bundle with all that it shows; notes name what changed."""
        self._done.setdefault(item.path, []).extend(notes)

    def partly(self, item: Item, problem: str) -> None:
        """Something of an item cannot be said here: the package is kept, whatever else is made of it."""
        self._problems.setdefault(item.path, []).append(problem)

    def question(self, item: Item, number: int, *notes: str) -> None:
        self._asked[item.path, number] = notes

    def file(self, address: str, *notes: str) -> None:
        """A file below content/, or an address on the web, is in the bundle."""
        self._reference(address, changed(*notes))

    def leave(self, address: str, reason: str) -> None:
        """A file that learners do not miss (a second format of the same video, a background)."""
        self._reference(address, skipped(reason))

    def _reference(self, address: str, outcome: Outcome) -> None:
        kind = self._links if hrefs.is_web(address) else self._files
        if kind.get(address, skipped(""))[0] == "skipped":
            kind[address] = outcome

    def refuse(self, address: str, reason: str) -> None:
        """A file that cannot be media of a bundle as it is; the package keeps it."""
        self._files[address] = changed(f"{reason}: only in the package that is kept")
        self._problems.setdefault("", []).append(f"{address}: {reason}")

    @property
    def parts(self) -> int:
        """Items and questions."""
        return len(self._items) + len(self._questions)

    @property
    def incomplete(self) -> bool:
        """Whether something is left that only the package itself can show."""
        return bool(
            self._problems
            or any(item.path not in self._done for item in self._items)
            or any((item.path, number) not in self._asked for item, number in self._questions)
            or any(address not in self._files and address not in self._links for address in self._named)
        )

    # ── at the end ───────────────────────────────────────────────────────────────────────────────

    def close(self, names: Sequence[str], libraries: Libraries, *, kept: bool) -> None:
        """Settles items, questions, files and libraries. `kept`: the package itself is in the bundle."""
        assert kept or not self.incomplete
        for item in self._items:
            self._report.settle("item", item.name, *self._of_item(item))
        for item, number in self._questions:
            notes = self._asked.get((item.path, number))
            outcome = changed(KEPT) if notes is None else changed(*notes)
            self._report.settle("question", _question(item, number), *outcome)
        self._close_files(names, libraries, kept=kept)
        to_play = libraries.to_play()
        for name, folder in _libraries(libraries).items():
            self._report.settle("library", name, *_of_library(libraries, folder, to_play, kept=kept))

    def _of_item(self, item: Item) -> Outcome:
        problems = self._problems.get(item.path, [])
        if item.path not in self._done:
            return changed(KEPT, *problems)
        return changed(*self._done[item.path], *problems, KEPT if problems else "")

    def _close_files(self, names: Sequence[str], libraries: Libraries, *, kept: bool) -> None:
        for name in _own(names, libraries):
            inside = name.startswith("content/")
            outcome = self._files.get(name.removeprefix("content/")) if inside else None
            if outcome is None or outcome[0] == "skipped":
                unused = outcome or skipped("nothing in the content refers to it")
                outcome = CARRIED if kept and inside else unused
            self._report.settle("file", name, *outcome)
        for address in self._named:
            if hrefs.is_web(address):
                self._report.settle("link", address, *self._links.get(address, changed(KEPT)))

    def metadata(self, identifier: Outcome, used: Mapping[str, Outcome], settings: Outcome) -> None:
        """`used` tells of the members of h5p.json that the bundle has."""
        self._report.settle("metadata", _IDENTIFIER, *identifier)
        self._report.settle("metadata", _INSTRUCTOR, *NOBODY)
        self._report.settle("metadata", SETTINGS, *settings)
        for name in self._about():
            self._report.settle("metadata", name, *used.get(name.removeprefix("h5p.json "), _NO_PLACE))

    def credits(self, owners: Iterable[str]) -> None:
        for owner in owners:
            self._report.settle("metadata", f"{owner}: rights")

    def archive(self, notes: Sequence[Finding]) -> None:
        for note in notes:
            fate: Fate = "skipped" if note.rule.name == "left-out" else "changed"
            self._report.settle("archive", _archive(note), fate, note.found)

    def _about(self) -> list[str]:
        """The members of h5p.json but those that are libraries."""
        about = self._manifest.whole.metadata.data
        return [f"{MANIFEST} {name}" for name in about if not name.endswith(("Dependencies", "Library"))]

    def _place(self, path: str) -> Location:
        return Location(self._manifest.place, path=path)


def _question(item: Item, number: int) -> str:
    return f"{item.name} #{number}"


def _own(names: Sequence[str], libraries: Libraries) -> list[str]:
    """Files of the package that are neither its two documents nor a library's."""
    folders = {name.partition("/")[0] for name in names if name.partition("/")[0] in libraries.folders}
    return [
        name for name in names if name not in (MANIFEST, CONTENT) and name.partition("/")[0] not in folders
    ]


def _libraries(libraries: Libraries) -> dict[str, str]:
    """What the report calls each library → its folder, "" where it is not in the package."""
    wanted = {str(each): found.folder if (found := libraries.find(each)) else "" for each in libraries.wanted}
    known = Counter(wanted.values())
    others = {f"{folder} (folder)": folder for folder in libraries.folders if not known[folder]}
    return wanted | others


def _of_library(libraries: Libraries, folder: str, to_play: set[str], *, kept: bool) -> Outcome:
    if not kept:
        return changed("content of the bundle's own types does without")
    if not folder:
        return skipped("not in the package: whatever plays it must have it")
    if folder in to_play:
        return CARRIED
    return skipped(libraries.folders[folder].problem or "nothing that is played needs it")


def _archive(note: Finding) -> str:
    return f"{note.rule.name} {note.location}"

"""What is no block and no page: settings of the course, its files, and what was met while reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from importers.olx import settings
from importers.olx.extras import Extras
from importers.olx.ledger import Ledger
from importers.olx.rules import NO_PLACE
from importers.olx.tree import Package
from importers.olx.workshop import Workshop
from importers.shared import plain_text
from importers.shared.naming import NOBODY, Name
from importers.shared.outcome import CARRIED, Outcome, changed, skipped
from importers.shared.shelf import Refused
from schemas.findings import Finding

_INSTRUCTOR: Final = "instructor"
_GRADES: Final = "grade cutoffs"
_GRADERS: Final = "graders"
_TECHNICAL: Final = frozenset(
    ("url_name", "slug", "org", "course", "library", "xml_attributes", "xblock-family", "filename", "tabs",
     "pdf_textbooks", "html_textbooks", "advanced_modules", "checklists")
)  # fmt: skip
"""What is accounted for elsewhere (tabs, textbooks), and what only means something to the platform."""


@dataclass(slots=True)
class About:
    """The course as a whole."""

    package: Package
    extras: Extras
    ledger: Ledger
    _settings: list[tuple[str, str]] = field(default_factory=list)
    _abouts: list[tuple[str, str]] = field(default_factory=list)
    _files: list[tuple[str, str]] = field(default_factory=list)
    _archive: list[tuple[str, Finding]] = field(default_factory=list)
    _image_problem: str = "the file is not in the package"
    thumbnail: str | None = None
    """The media of the course image, once settled."""

    def expect(self, notes: Sequence[Finding]) -> None:
        """Names everything; `notes` are what the door to the package changed or left out."""
        for name in (self._identifier(), _INSTRUCTOR, *self._grading()):
            self.ledger.expect("metadata", name)
        for name in sorted(self.package.course.settings):
            if name not in _TECHNICAL and self.package.course.setting(name):
                told = self.ledger.expect("metadata", f"course {name}", self.package.course.location)
                self._settings.append((name, told))
        for stem in sorted(self.extras.about):
            self._abouts.append((stem, self.ledger.expect("metadata", f"about {stem}")))
        read = self.package.definitions.used | self.extras.used
        for name in sorted(self.package.definitions.names - read):
            self._files.append((name, self.ledger.expect("file", name)))
        for note in notes:
            told = self.ledger.expect("archive", f"{note.location}: {note.found}", note.location)
            self._archive.append((told, note))

    def _identifier(self) -> str:
        return f"course identifier {self.package.course.url_name}".rstrip()

    def _grading(self) -> list[str]:
        grading = self.package.policies.grading
        return [_GRADES] * bool(grading.get("GRADE_CUTOFFS")) + [_GRADERS] * bool(grading.get("GRADER"))

    # ── settling ─────────────────────────────────────────────────────────────────────────────────

    def settle(self, shop: Workshop, name: Name) -> list[str]:
        """Settles it all; answers with the files that nothing refers to."""
        self.ledger.settle("metadata", self._identifier(), name.outcome)
        self.ledger.settle("metadata", _INSTRUCTOR, NOBODY)
        for each in self._grading():
            self.ledger.settle("metadata", each, self._grade(each))
        self.thumbnail = self._image(shop)
        for setting, told in self._settings:
            self.ledger.settle("metadata", told, self._setting(setting))
        for stem, told in self._abouts:
            self.ledger.settle("metadata", told, self._about(stem))
        for told, note in self._archive:
            left = note.rule.name == "left-out"
            self.ledger.settle("archive", told, skipped(note.found) if left else changed(note.found))
        self._reading()
        return self._unlinked(shop)

    def _grade(self, which: str) -> Outcome:
        if which == _GRADERS:
            return skipped(f"weights of assignment types: {NO_PLACE}")
        lowest = settings.lowest_grade(self.package.policies.grading)
        if lowest is None:
            return skipped("no number between 0 and 1 among them")
        return changed(f"{lowest[1]:f} % ({lowest[0]}), the lowest, is the passing score of each problem")

    def _image(self, shop: Workshop) -> str | None:
        address = self.package.course.setting("course_image")
        path = shop.links.media(address, "image") if address and shop.links.file(address) else None
        if isinstance(path, Refused):
            self._image_problem = path.reason
            return None
        return path

    def _setting(self, setting: str) -> Outcome:
        course = self.package.course
        if setting in ("display_name", "name"):
            return changed(plain_text.title(course.title)[1])
        if setting == "course_image":
            return CARRIED if self.thumbnail else skipped(self._image_problem)
        if setting == "language":
            return changed("decides which subtitles a video gets")
        return skipped(f"{course.setting(setting)[:60]!r}: {NO_PLACE}")

    def _about(self, stem: str) -> Outcome:
        if stem == "short_description":
            return changed("without markup, the description of the course")
        return changed("stands on the page about the course")

    def _reading(self) -> None:
        """What was guessed, and what is no block."""
        for said, location in dict.fromkeys(self.package.definitions.repairs):
            self.ledger.tell("repair", f"{location}: {said}", changed(f"read all the same: {said}"), location)
        for node in self.package.elements:
            outcome = _ELEMENTS.get(node.name, skipped(f"<{node.name}> is nothing that learners open"))
            self.ledger.tell("element", f"{node.location}: <{node.name}>", outcome, node.location)

    def _unlinked(self, shop: Workshop) -> list[str]:
        alone = []
        for name, told in self._files:
            inside = name[len(self.package.root.base) :]
            if name in shop.links.used:
                self.ledger.settle("file", told, CARRIED)
            elif name in self.package.policies.files:
                self.ledger.settle("file", told, changed("each of its settings is accounted for by itself"))
            elif inside in ("policies/assets.json", "assets/assets.xml"):
                self.ledger.settle("file", told, skipped("what the platform notes of the other files"))
            else:
                self.ledger.settle("file", told, changed("nothing links to it: in the zip of such files"))
                alone.append(name)
        return alone


_ELEMENTS: Final[dict[str, Outcome]] = {
    "wiki": skipped("the course's wiki is in no export"),
    "text": skipped("text between blocks, which Open edX shows to nobody"),
    "show": changed("what it shows on a condition stands in the course"),
}

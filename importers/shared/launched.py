"""Packages whose own file lists what to start (AICC, cmi5, xAPI) → one course, and the account of it all.

Their readers turn that file into a `Structure` of plain words. The whole package becomes one media file, a
clean zip that a player can serve (docs/adr/0007); what the model has no place for stays readable there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from importers.shared import keys, launching, outline, package, plain_text
from importers.shared.launching import Link, Nothing, Page, Start
from importers.shared.ledger import Ledger, expect_container, notes_of, settle_container
from importers.shared.naming import NOBODY, PLACEHOLDER_INSTRUCTOR
from importers.shared.outcome import CARRIED, STAYS, Outcome, changed
from importers.shared.outline import Entry
from importers.shared.structure import Part, Structure, starts
from schemas import model
from schemas.findings import Report
from schemas.source import Reading, Source

_KEPT: Final[Outcome] = changed("nothing in it is played: kept beside the links, and not published")


def read(source: Source, report: Report, structure: Structure) -> Reading:
    """The package as a bundle of one course, all of it settled.

    Raises RefusedError (CW516, CW517, CW521, CW523): too many parts, unsafe addresses, nothing to start.
    """
    names, notes = source.names(), notes_of(source)
    started = starts(structure, names)
    expect_container(report, names, notes)
    account = _expect(report, structure, started)
    whole = package.of_source(f"media/{structure.name.key}.zip", source, names)
    course = _Maker(source, account, structure, started, whole.media.path).course()
    _settle(account, structure)
    settle_container(report, names, notes)
    report.close()
    bundle = model.Bundle(key=structure.name.key, title=course.title, courses=(course,), media=(whole.media,))
    return Reading(bundle, whole)


def _played(started: Mapping[str, Start]) -> bool:
    return any(isinstance(start, Page) for start in started.values())


# ── the account ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Account:
    """What was expected, by the names to settle it by: rules by part and place, facts by place."""

    ledger: Ledger
    rules: Mapping[tuple[str, int], str]
    facts: Sequence[str]

    def settle_part(self, part: Part, outcome: Outcome, fates: Sequence[Outcome]) -> None:
        """`fates` are those of its rules, in their order."""
        self.ledger.settle("item", part.identifier, outcome)
        for place, fate in enumerate(fates):
            self.ledger.settle("rule", self.rules[part.identifier, place], fate)


def _expect(report: Report, structure: Structure, started: Mapping[str, Start]) -> _Account:
    ledger = Ledger(report)
    said = ["description"] if structure.description.strip() else []
    kept = [] if _played(started) else ["package"]
    for name in ("identifier", "title", *said, "instructor", *kept):
        ledger.expect("metadata", name, structure.location)
    rules: dict[tuple[str, int], str] = {}
    for part in structure.walk():
        ledger.expect("item", part.identifier, part.location)
        for place, (rule, _) in enumerate(part.rules):
            name = f"{part.identifier} {rule}"
            rules[part.identifier, place] = ledger.expect("rule", name, part.location)
    facts = [ledger.expect(fact.kind, fact.name, fact.location) for fact in structure.facts]
    return _Account(ledger, rules, facts)


def _settle(account: _Account, structure: Structure) -> None:
    """All but the parts and what the course says of itself."""
    account.ledger.settle("metadata", "identifier", structure.name.outcome)
    account.ledger.settle("metadata", "instructor", NOBODY)
    for fact, name in zip(structure.facts, account.facts, strict=True):
        account.ledger.settle(fact.kind, name, fact.outcome)


# ── the course ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the course. `_used` tells, by key, of parts and what becomes of their rules."""

    source: Source
    account: _Account
    structure: Structure
    starts: Mapping[str, Start]
    media: str
    _used: dict[str, tuple[Part, list[Outcome]]] = field(default_factory=dict, init=False)

    def course(self) -> model.Course:
        title, note = self._course_title()
        self.account.ledger.settle("metadata", "title", changed(note))
        description, told = plain_text.paragraph(self.structure.description)
        if self.structure.description.strip():
            self.account.ledger.settle("metadata", "description", changed(told))
        key = self.structure.name.key
        entries = [self.entry(part) for part in self.structure.parts]
        sections = outline.sections(entries, key, title, self.settle)
        return model.Course(
            key=key,
            title=title,
            instructor=PLACEHOLDER_INSTRUCTOR,
            description=description or None,
            sections=sections if _played(self.starts) else self._with_package(sections),
            location=self.structure.location,
        )

    def entry(self, part: Part) -> Entry:
        """A part with all below it; what its page becomes, and its rules, are noted for `settle`."""
        title, note = self._title(part)
        description, told = plain_text.paragraph(part.description)
        entry = Entry(
            key=part.key,
            title=title,
            content=None,
            outcome=changed(note, part.note, told),
            description=description or None,
            children=tuple(self.entry(child) for child in part.children),
            location=part.location,
        )
        self._used[part.key] = part, [fate for _, fate in part.rules]
        if part.address is not None:
            return self._page(part, entry, self.starts[part.identifier])
        return entry if part.children else outline.heading(entry)

    def settle(self, entry: Entry, outcome: Outcome) -> None:
        part, fates = self._used[entry.key]
        gone = outcome[0] == "skipped"
        self.account.settle_part(part, outcome, [STAYS if gone else fate for fate in fates])

    def _page(self, part: Part, entry: Entry, start: Start) -> Entry:
        content = model.Resource(
            key=part.key,
            title=entry.title,
            description=entry.description,
            duration_minutes=part.minutes,
            location=part.location,
        )
        match start:
            case Nothing(reason=reason):
                return replace(entry, outcome=("skipped", reason), description=None)
            case Link(url=url):
                self._used[part.key] = part, [STAYS if fate == CARRIED else fate for _, fate in part.rules]
                linked = changed(entry.outcome[1], launching.ON_THE_WEB)
                return replace(entry, content=replace(content, url=url), outcome=linked, description=None)
            case Page():
                launch = model.Launch(
                    standard=self.structure.standard, href=start.url, passing_score=part.passing_score
                )
                content = replace(content, media=self.media, launch=launch)
                mended = changed(entry.outcome[1], start.note)
                return replace(entry, content=content, outcome=mended, description=None)

    def _course_title(self) -> tuple[str, str]:
        title, note = plain_text.title(self.structure.title)
        return (title, note) if title else self._title(next(self.structure.walk()))

    def _title(self, part: Part) -> tuple[str, str]:
        title, note = plain_text.title(part.title)
        if title:
            return title, note
        start = self.starts.get(part.identifier)
        title = launching.page_title_of(self.source, start) if isinstance(start, Page) else ""
        if title:
            return title, "without title: that of its page is used"
        return plain_text.title(part.identifier)[0] or part.key, "without title: its identifier is used"

    def _with_package(self, sections: tuple[model.Section, ...]) -> tuple[model.Section, ...]:
        """With the package itself, where nothing in it is played: it says what links cannot."""
        self.account.ledger.settle("metadata", "package", _KEPT)
        taken = "package" in self._used
        key = keys.distinct("package", self.structure.name.key) if taken else "package"
        kept = model.Resource(key=key, title="Package", published=False, media=self.media)
        first, *others = sections
        return (replace(first, contents=(*first.contents, kept)), *others)

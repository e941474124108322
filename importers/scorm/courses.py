"""Organizations → courses: chapters become sections, pages become resources with a launch (docs/adr/0007)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from importers.scorm import sequencing
from importers.scorm.launches import Launches
from importers.scorm.ledger import Ledger
from importers.scorm.manifest import Item, Organization
from importers.scorm.metadata import Library, Record
from importers.shared import keys, launching, outline, plain_text
from importers.shared.durations import minutes
from importers.shared.launching import Link, Nothing, Page
from importers.shared.naming import PLACEHOLDER_INSTRUCTOR
from importers.shared.outcome import CARRIED, Outcome, changed
from importers.shared.outline import Entry
from schemas import model
from schemas.source import Source

_OWN_TITLE: Final[Outcome] = ("skipped", "the title in the organization is used")
_HIDDEN: Final = "not visible in the package: not published"
_HIDDEN_CHAPTER: Final = "not visible in the package: published when a page in it is"
_UNENFORCED: Final[Outcome] = ("changed", "taken as the length of the content; the limit is not enforced")
_SCORES: Final = ("masteryscore", sequencing.MEASURE)
_IS_MEASURE: Final = re.compile(r"^-?(0|0?\.\d{1,10}|1(\.0{1,10})?)$")
_CENT: Final = Decimal("0.01")
_MEASURED: Final[Outcome] = (
    "changed",
    "its measure is the passing score; objectives are left to the run-time, in the package",
)


@dataclass(slots=True)
class Workshop:
    """What all courses of a package are made with; `launched` gathers the resources that are used."""

    source: Source
    ledger: Ledger
    launches: Launches
    library: Library
    standard: model.Standard
    media: str
    launched: set[str] = field(default_factory=set)

    def starts(self, item: Item) -> bool:
        return bool(item.reference) and not isinstance(self.launches.of(item), Nothing)


def course(shop: Workshop, organization: Organization, key: str, about: Record) -> model.Course | None:
    """One course, or None when nothing in the organization can be started. Settles all its parts.

    `about` is the record of the manifest, where that speaks of this course alone.
    """
    if not any(shop.starts(item) for item in organization.walk()):
        _leave_out(shop, organization)
        return None
    own = shop.library.record(organization.metadata)
    title, note = course_title(shop, organization, about)
    used = {"general/title": CARRIED if own.title == title else _OWN_TITLE} | use_of(own)
    shop.ledger.organization(organization, changed(organization.note, note), used)
    maker = _Maker(shop, organization, keys.keys((each.identifier for each in organization.walk()), "item"))
    entries = [maker.entry(item, top=True) for item in organization.items]
    return model.Course(
        key=key,
        title=title,
        instructor=PLACEHOLDER_INSTRUCTOR,
        description=own.description or about.description or None,
        duration_minutes=own.minutes or about.minutes,
        sections=outline.sections(entries, key, title, maker.settle),
        location=organization.location,
    )


def course_title(shop: Workshop, organization: Organization, about: Record) -> tuple[str, str]:
    """The organization's title or, with a note, the next best one."""
    title, note = plain_text.title(organization.title)
    if title:
        return title, note
    title, _ = plain_text.title(about.title)
    if title:
        return title, "without title: the one in the metadata is used"
    first = next(item for item in organization.walk() if shop.starts(item))
    return _title_for(shop, first)


def use_of(record: Record) -> dict[str, Outcome]:
    """What becomes of a record's groups besides the title, where a course or content takes them."""
    length: Outcome = CARRIED if record.minutes else ("skipped", "no length of time, or one of zero")
    described = changed(record.description_note)
    return {"general/description": described, "educational/typicallearningtime": length}


def _title_for(shop: Workshop, item: Item) -> tuple[str, str]:
    """A title for what has none: that of its page, or else its identifier."""
    start = shop.launches.of(item)
    title = launching.page_title_of(shop.source, start) if isinstance(start, Page) else ""
    if title:
        return title, "without title: that of its page is used"
    shown = plain_text.title(item.identifier)[0] or keys.key(item.identifier, "item")
    return shown, "without title: its identifier is used"


def _leave_out(shop: Workshop, organization: Organization) -> None:
    reason = "nothing in it can be started"
    shop.ledger.organization(organization, ("skipped", reason), {})
    for item in organization.walk():
        start = shop.launches.of(item) if item.reference else None
        own = start.reason if isinstance(start, Nothing) else reason
        shop.ledger.item(organization, item, ("skipped", own), {})


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the entries of one organization; `keys` are those of its items.

    `_used` tells, by key, of the items and what became of their rules and metadata.
    """

    shop: Workshop
    organization: Organization
    keys: Mapping[str, str]
    _used: dict[str, tuple[Item, Mapping[str, Outcome]]] = field(default_factory=dict, init=False)

    def entry(self, item: Item, *, top: bool) -> Entry:
        """An item with all below it. `top` is whether it stands directly in the organization."""
        title, note = plain_text.title(item.title)
        if not title:
            title, note = _title_for(self.shop, item)
        entry = Entry(
            key=self.keys[item.identifier],
            title=title,
            content=None,
            outcome=changed(note, item.note),
            children=tuple(self.entry(child, top=False) for child in item.children),
            location=item.location,
        )
        return self._page(item, entry) if item.reference else self._heading(item, entry, top=top)

    def settle(self, entry: Entry, outcome: Outcome) -> None:
        item, used = self._used[entry.key]
        self.shop.ledger.item(self.organization, item, outcome, used if outcome[0] != "skipped" else {})

    def _page(self, item: Item, entry: Entry) -> Entry:
        """With the content that an item with a reference becomes."""
        start = self.shop.launches.of(item)
        if isinstance(start, Nothing):
            self._used[entry.key] = item, {}
            return replace(entry, outcome=("skipped", start.reason))
        self.shop.launched.add(item.reference)
        record = self.shop.library.record(item.metadata)
        used = _used(item, record)
        content = model.Resource(
            key=entry.key,
            title=entry.title,
            description=record.description or None,
            published=item.visible,
            duration_minutes=record.minutes or _limit(item),
            location=item.location,
        )
        hidden = "" if item.visible else _HIDDEN
        if isinstance(start, Link):
            self._used[entry.key] = item, {name: each for name, each in used.items() if name not in _SCORES}
            linked = changed(entry.outcome[1], launching.ON_THE_WEB, hidden)
            return replace(entry, content=replace(content, url=start.url), outcome=linked)
        self._used[entry.key] = item, used
        launch = model.Launch(standard=self.shop.standard, href=start.url, passing_score=_passing_score(item))
        content = replace(content, media=self.shop.media, launch=launch)
        return replace(entry, content=content, outcome=changed(entry.outcome[1], start.note, hidden))

    def _heading(self, item: Item, entry: Entry, *, top: bool) -> Entry:
        """An item without a page: a chapter, or a line between pages, which is kept as a page of its own."""
        record = self.shop.library.record(item.metadata)
        described = record.description or None
        if item.children:
            hidden = "" if item.visible else _HIDDEN_CHAPTER
            taken = {"general/description": changed(record.description_note)}
            self._used[entry.key] = item, taken if top else {}
            return replace(entry, description=described, outcome=changed(entry.outcome[1], hidden))
        self._used[entry.key] = item, use_of(record)
        kept = outline.heading(replace(entry, description=described))
        assert kept.content is not None
        content = replace(kept.content, published=item.visible, duration_minutes=record.minutes)
        return replace(
            kept, content=content, outcome=changed(kept.outcome[1], "" if item.visible else _HIDDEN)
        )


def _passing_score(item: Item) -> Decimal | None:
    """In percent. A measure runs from -1 to 1, and a negative one lets everybody pass."""
    score, measure = item.rule("masteryscore"), item.rule(sequencing.MEASURE)
    if score:
        return Decimal(score).quantize(_CENT)
    if not _IS_MEASURE.match(measure) or measure.startswith("-"):
        return None
    return (Decimal(measure) * 100).quantize(_CENT)


def _limit(item: Item) -> int | None:
    return minutes(item.rule("maxtimeallowed")) or minutes(item.rule(sequencing.LIMIT))


def _used(item: Item, record: Record) -> dict[str, Outcome]:
    limit = "maxtimeallowed" if item.rule("maxtimeallowed") else sequencing.LIMIT
    score = item.rule("masteryscore")
    rounded = bool(score) and Decimal(score) != _passing_score(item)
    return {
        "masteryscore": changed("rounded to hundredths" if rounded else ""),
        "general/title": CARRIED if record.title == item.title.strip() else _OWN_TITLE,
        **({sequencing.MEASURE: _MEASURED} if _passing_score(item) is not None else {}),
        **use_of(record),
        **({} if record.minutes or not _limit(item) else {limit: _UNENFORCED}),
    }

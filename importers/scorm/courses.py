"""Organizations → courses: chapters become sections, pages become resources with a launch.

The model has two levels below a course, SCORM any number: deeper chapters live on in the titles of what
they hold, as "Chapter › Page" (docs/adr/0007).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Final

from importers.scorm.launches import Launch, Launches, NoLaunch
from importers.scorm.ledger import Ledger
from importers.scorm.manifest import Item, Organization
from importers.scorm.metadata import Library, Record, minutes
from importers.shared import keys, plain_text
from importers.shared.html import HEAD_BYTES, page_title
from importers.shared.naming import PLACEHOLDER_INSTRUCTOR
from importers.shared.outcome import CARRIED, Outcome, changed
from schemas import model
from schemas.source import Source

_OWN_TITLE: Final[Outcome] = ("skipped", "the title in the organization is used")
_HIDDEN: Final = "not visible in the package: not published"
_HIDDEN_CHAPTER: Final = "not visible in the package: published when a page in it is"


@dataclass(slots=True)
class Workshop:
    """What all courses of a package are made with; `launched` gathers the resources that are used."""

    source: Source
    ledger: Ledger
    launches: Launches
    library: Library
    media: str
    launched: set[str] = field(default_factory=set)

    def starts(self, item: Item) -> bool:
        return bool(item.reference) and isinstance(self.launches.of(item), Launch)


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
    return model.Course(
        key=key,
        title=title,
        instructor=PLACEHOLDER_INSTRUCTOR,
        description=own.description or about.description or None,
        duration_minutes=own.minutes or about.minutes,
        sections=tuple(maker.sections(key, title)),
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
    launch = shop.launches.of(item)
    if isinstance(launch, Launch):
        with shop.source.open(launch.name) as page:
            title, _ = plain_text.title(page_title(page.read(HEAD_BYTES)))
        if title:
            return title, "without title: that of its page is used"
    return plain_text.title(item.identifier)[0], "without title: its identifier is used"


def _leave_out(shop: Workshop, organization: Organization) -> None:
    reason = "nothing in it can be started"
    shop.ledger.organization(organization, ("skipped", reason), {})
    for item in organization.walk():
        launch = shop.launches.of(item) if item.reference else None
        own = launch.reason if isinstance(launch, NoLaunch) else reason
        shop.ledger.item(organization, item, ("skipped", own), {})


@dataclass(frozen=True, slots=True)
class _Page:
    """What became of an item by itself, without its children. `used` tells of its rules and metadata."""

    content: model.Content | None
    outcome: Outcome
    used: Mapping[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the sections of one organization; `keys` are those of its items."""

    shop: Workshop
    organization: Organization
    keys: Mapping[str, str]

    def sections(self, key: str, title: str) -> Iterator[model.Section]:
        """Chapters in order. Pages between them form sections of their own, under the course's title."""
        items = self.organization.items
        for chapters, run in groupby(items, key=lambda item: bool(item.children)):
            if chapters:
                yield from (section for item in run for section in self.chapter(item))
                continue
            contents = [content for item in run for content in self.contents(item, ())]
            if contents:
                alone = not any(item.children for item in items)
                yield model.Section(
                    key=key if alone else contents[0].key,
                    title=title,
                    contents=tuple(contents),
                    location=contents[0].location,
                )

    def chapter(self, item: Item) -> Iterator[model.Section]:
        """A section for a top-level item with others below it, unless nothing of it is left."""
        contents = self.contents(item, None)
        if contents:
            record = self.shop.library.record(item.metadata)
            yield model.Section(
                key=self.keys[item.identifier],
                title=self.title(item, None)[0],
                description=None if item.reference else record.description or None,
                published=any(content.published for content in contents),
                contents=tuple(contents),
                location=item.location,
            )

    def contents(self, item: Item, above: tuple[str, ...] | None) -> list[model.Content]:
        """An item and all below it, settled. `above` are the chapters it is in, None for a section itself."""
        page = self.page(item, above or ()) if item.reference else self.heading(item, above)
        inner = () if above is None else (*above, self.title(item, None)[0])
        below = [content for child in item.children for content in self.contents(child, inner)]
        outcome = _chapter(page, below, top=above is None) if item.children else page.outcome
        self.shop.ledger.item(self.organization, item, outcome, page.used if outcome[0] != "skipped" else {})
        return [page.content, *below] if page.content else below

    def page(self, item: Item, above: Sequence[str]) -> _Page:
        """The content that an item with a reference becomes."""
        launch = self.shop.launches.of(item)
        if isinstance(launch, NoLaunch):
            return _Page(None, ("skipped", launch.reason))
        self.shop.launched.add(item.reference)
        record = self.shop.library.record(item.metadata)
        title, note = self.title(item, above)
        score, limit = item.rule("masteryscore"), item.rule("maxtimeallowed")
        content = model.Resource(
            key=self.keys[item.identifier],
            title=title,
            description=record.description or None,
            published=item.visible,
            duration_minutes=record.minutes or minutes(limit),
            media=self.shop.media,
            launch=model.Launch(
                standard="scorm-1.2", href=launch.url, passing_score=Decimal(score) if score else None
            ),
            location=item.location,
        )
        return _Page(
            content, changed(note, launch.note, "" if item.visible else _HIDDEN), _used(item, record)
        )

    def heading(self, item: Item, above: Sequence[str] | None) -> _Page:
        """An item without a page: a chapter, or a line between pages, which is kept as a page of its own."""
        record = self.shop.library.record(item.metadata)
        if item.children:
            note = self.title(item, None)[1]
            used = {"general/description": changed(record.description_note)} if above is None else {}
            return _Page(None, changed(note, "" if item.visible else _HIDDEN_CHAPTER), used)
        title, note = self.title(item, above)
        content = model.RichText(
            key=self.keys[item.identifier],
            title=title,
            description=record.description or None,
            published=item.visible,
            duration_minutes=record.minutes,
            text=title,
            location=item.location,
        )
        kept = "a heading without a page: kept as a page that says it"
        return _Page(content, changed(note, kept, "" if item.visible else _HIDDEN), use_of(record))

    def title(self, item: Item, above: Sequence[str] | None) -> tuple[str, str]:
        """An item's title with those of the chapters above it, and what had to be changed."""
        title, note = plain_text.title(item.title)
        if not title:
            title, note = _title_for(self.shop, item)
        if not above:
            return title, note
        joined, cut = plain_text.title(" › ".join((*above, title)))
        return joined, "; ".join(filter(None, (note, "the chapter it is in stands in its title", cut)))


def _chapter(page: _Page, below: Sequence[model.Content], *, top: bool) -> Outcome:
    """What became of an item that has others below it."""
    if not below and page.content is None:
        return "skipped", page.outcome[1] or "nothing in it can be started"
    own = f"its own page is left out: {page.outcome[1]}" if page.outcome[0] == "skipped" else page.outcome[1]
    both = "a chapter and a page: the page comes first in it" if page.content else ""
    deep = "" if top else "a chapter inside a chapter: its title stands before those of its pages"
    return changed(own, both, deep)


def _used(item: Item, record: Record) -> dict[str, Outcome]:
    limit: Outcome = ("changed", "taken as the length of the content; the limit is not enforced")
    return {
        "masteryscore": CARRIED,
        "general/title": CARRIED if record.title == item.title.strip() else _OWN_TITLE,
        **use_of(record),
        **({} if record.minutes or not item.rule("maxtimeallowed") else {"maxtimeallowed": limit}),
    }

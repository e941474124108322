"""What all activities are made with: texts and files of the backup → pages and media of the bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from importers.moodle.backup import Activity, Backup
from importers.moodle.files import Stored
from importers.moodle.ledger import Ledger
from importers.moodle.links import Links, Nowhere, ToContent, ToFile, ToWeb
from importers.shared import keys, pages
from importers.shared.figures import Figures
from importers.shared.moodle_questions.quizzes import beside, cut
from importers.shared.moodle_questions.texts import missing
from importers.shared.outcome import Outcome, changed, skipped
from importers.shared.pages import Page
from importers.shared.shelf import Refused, Shelf
from schemas.media import Use
from schemas.model import Content, Resource, RichText
from schemas.richtext import links as links_in
from schemas.richtext import local_path

ZIPPED = "no kind of file that can be published as it is: it is in a zip"


class Made(NamedTuple):
    """What became of an activity."""

    contents: Sequence[Content]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Introduction:
    """An introduction: a description where it is words alone, else a page to stand before the rest."""

    description: str | None = None
    page: RichText | None = None
    notes: tuple[str, ...] = ()

    @property
    def before(self) -> list[Content]:
        return [self.page] if self.page else []


def is_words(markdown: str) -> bool:
    """Whether a text shows no files and leads to no contents, so that it can be a description (CW312)."""
    return all(local_path(link.target) is None and link.target[:1] != "#" for link in links_in(markdown))


@dataclass(slots=True)
class Shop:
    """`keys` are those of the activities by course-module id."""

    backup: Backup
    ledger: Ledger
    shelf: Shelf
    links: Links
    keys: Mapping[str, str]
    _told: set[str] = field(default_factory=set)

    def key(self, activity: Activity) -> str:
        return self.keys[activity.module]

    def part_key(self, activity: Activity, part: str) -> str:
        """The key of a chapter, a file, a page inside an activity."""
        return keys.key(f"{self.key(activity)}-{part}", "part")

    # ── texts ────────────────────────────────────────────────────────────────────────────────────

    def page(self, html: str, where: str) -> Page:
        """A text as Markdown; `where` says in the report what it is of."""
        return pages.page(html, lambda tag, address: self._address(tag, address, where))

    def figures(self, where: str) -> Figures:
        """For the texts of a quiz, which lead to no contents."""

        def address(tag: str, written: str) -> str | None:
            found = self._address(tag, written, where)
            return None if found and found.startswith("#content:") else found

        return Figures(address)

    def introduction(self, activity: Activity) -> Introduction:
        """Descriptions hold no files and no links to contents: such an introduction is a page (CW312)."""
        made = self.page(activity.intro, activity.name)
        if not made.text:
            return Introduction(notes=made.notes)
        if is_words(made.text):
            return Introduction(made.text, None, made.notes)
        page = RichText(
            key=beside(self.key(activity), "introduction"),
            title=cut(f"{activity.title}: introduction"),
            published=activity.visible,
            text=made.text,
        )
        return Introduction(None, page, (*made.notes, "its introduction shows files: a page before it"))

    def _address(self, tag: str, address: str, where: str) -> str | None:
        if address.startswith("data:"):
            return self._embedded(address, where)
        match self.links.target(address):
            case ToFile(stored):
                found = self.media(stored)
                if isinstance(found, Refused):
                    self._tell(where, address, skipped(found.reason))
                    return missing(tag, address)
                return found
            case ToContent(link):
                self._tell(where, address, ("carried", ""))
                return link
            case ToWeb(web):
                return web
            case Nowhere(reason):
                self._tell(where, address, skipped(f"{reason}: its words stay"))
                return missing(tag, address)

    def _embedded(self, address: str, where: str) -> str | None:
        found = self.shelf.put_data(address, "embedded")
        if isinstance(found, Refused):
            self._tell(where, address[:40], skipped(found.reason))
            return None
        return found

    def _tell(self, where: str, address: str, outcome: Outcome) -> None:
        """Each link of a text once."""
        name = f"{address[:120]} in {where}"
        if name not in self._told:
            self._told.add(name)
            self.ledger.tell("link", name, outcome)

    # ── files ────────────────────────────────────────────────────────────────────────────────────

    def media(self, stored: Stored, use: Use = "any") -> str | Refused:
        """A file of the backup in the bundle: as it is, or in a zip where it is no media. Settles it."""
        fault = self.backup.files.fault(stored)
        if fault:
            self._settle(stored, skipped(fault))
            return Refused(fault)
        path = self.shelf.put(stored.blob, called=stored.name, use=use)
        if isinstance(path, Refused) and use == "any":
            zipped = self.shelf.pack_as(stored.name, {stored.name: stored.blob})
            self._settle(stored, changed(f"{path.reason}: it is in a zip"))
            return zipped
        if not isinstance(path, Refused):
            self._settle(stored)
        return path

    def packed(self, called: str, stored: Sequence[Stored]) -> str:
        """Files that only work together as one zip, by their own paths. Settles them."""
        whole = {each.path: each.blob for each in stored if not self.backup.files.fault(each)}
        for each in stored:
            fault = self.backup.files.fault(each)
            self._settle(each, skipped(fault) if fault else ("carried", ""))
        return self.shelf.pack_as(called, whole)

    def download(self, activity: Activity, stored: Stored, title: str = "") -> Resource | None:
        """A file of an activity as a content of its own."""
        media = self.media(stored)
        if isinstance(media, Refused):
            return None
        return Resource(
            key=self.part_key(activity, stored.path),
            title=cut(title or stored.name),
            published=activity.visible,
            media=media,
        )

    def _settle(self, stored: Stored, outcome: Outcome = ("carried", "")) -> None:
        if self.ledger.is_open("file", stored.told):
            self.ledger.settle("file", stored.told, outcome)

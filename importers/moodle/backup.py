"""A backup in the terms of all versions of Moodle: `modern` and `ancient` make it, the rest works with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from importers.moodle.bank import Bank
from importers.moodle.files import Files
from importers.shared.moodle_questions.texts import as_html, located, plain, value
from importers.shared.xml import Node
from schemas.model import NOWHERE, Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One module of the course. `module` is its course-module id, `instance` the id in its own table.

    `node` is the element of its own type (`<page>`), None when the backup lacks it; `settings` is module.xml.
    `members` are its files in the backup.
    """

    module: str
    kind: str
    title: str
    section: str
    instance: str = ""
    context: str = ""
    node: Node | None = None
    settings: Node | None = None
    grade_to_pass: str = ""
    members: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    location: Location = NOWHERE

    @property
    def name(self) -> str:
        """How the report calls it."""
        return f"{self.kind} {self.module}: {self.title}"

    @property
    def idnumber(self) -> str:
        return plain(self.settings, "idnumber")

    @property
    def visible(self) -> bool:
        return plain(self.settings, "visible") != "0"

    def text(self, name: str, area: str, item: str = "0", node: Node | None = None) -> str:
        """A text of it as HTML; `area` is the file area of its pictures, `item` their item id."""
        node = node or self.node
        form = plain(node, f"{name}format") or "1"
        return located(as_html(value(node, name), form), f"{self.context}/mod_{self.kind}/{area}/{item}")

    @property
    def intro(self) -> str:
        return self.text("intro", "intro")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section of the course. `sequence` are the module ids in their order; `owner` the subsection module
    that it is the content of, "" for those of the course itself. `summary` is HTML, `conditions` says what
    kinds of conditions there are for seeing it.
    """

    identifier: str
    number: int
    name: str
    summary: str = ""
    visible: bool = True
    conditions: tuple[str, ...] = ()
    sequence: tuple[str, ...] = ()
    owner: str = ""
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the backup says of the course and of itself. `summary` is HTML, `version` that of the backup."""

    fullname: str
    shortname: str
    idnumber: str = ""
    summary: str = ""
    format: str = "topics"
    visible: bool = True
    context: str = ""
    site: str = ""
    release: str = ""
    version: str = ""
    tags: tuple[str, ...] = ()
    place: str = ""
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """The whole. `leftovers` are (what and how many, why it stays behind)."""

    about: About
    parts: tuple[Part, ...]
    activities: Mapping[str, Activity]
    files: Files
    bank: Bank
    leftovers: tuple[tuple[str, str], ...] = ()
    repairs: tuple[tuple[str, Location], ...] = ()
    has_users: bool = False
    digest: str = ""
    notes: tuple[str, ...] = field(default=())

    def of_part(self, part: Part) -> Iterator[Activity]:
        """Its activities in their order: those of its sequence, then those that only say they are in it."""
        for module in part.sequence:
            if module in self.activities:
                yield self.activities[module]
        known = {module for each in self.parts for module in each.sequence}
        for activity in self.activities.values():
            if activity.section == part.identifier and activity.module not in known:
                yield activity

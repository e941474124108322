"""What becomes a content, under which key and in which section: settled before any page is read, because
pages link to one another by key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final, Literal

from importers.cartridge.manifest import Resource
from importers.cartridge.outline import Line
from importers.cartridge.workshop import Workshop
from importers.shared import hrefs, keys

Way = Literal["open", "again", "address", "heading", "lost"]
"""`open` makes the content of a resource, `again` a page that links to it, `address` one that links to a
tool or page on the web, `heading` one that says its title; `lost` is left out.
"""
_DANGLING: Final = "it refers to {!r}, which the cartridge does not have"
ABOUT: Final = "about"
GROUPS: Final = {
    ABOUT: "About this course",
    "announcements": "Announcements",
    "pages": "Pages",
    "assignments": "Assignments",
    "discussions": "Discussions",
    "quizzes": "Quizzes",
    "links": "Web links",
    "question-banks": "Question banks",
    "files": "Files",
    "others": "Other material",
}
"""Sections for what no item leads to, in this order but for the first, which stands before the course."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One content to make, or none. `line` is None for what no item leads to; `above` are the headings it
    is under in its section. `note` is said with whatever becomes of it.
    """

    way: Way
    key: str
    line: Line | None = None
    resource: Resource | None = None
    above: tuple[str, ...] = ()
    published: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A section. `line` is its own line of the outline, where it has one that opens nothing itself."""

    key: str
    title: str
    published: bool = True
    line: Line | None = None
    steps: tuple[Step, ...] = ()


@dataclass(slots=True)
class Planner:
    """`title` is the course's: of sections for what stands beside the modules.

    `opened` has the key of the content of each resource, `lines` that behind each item and module: tools use
    one identifier for an item and for another's resource.
    """

    shop: Workshop
    title: str
    opened: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)

    def chapters(self, lines: Sequence[Line]) -> list[Chapter]:
        """The sections of the outline."""
        flat = any(line.reference and not line.children for line in lines)
        names = keys.keys((line.name for line in lines), "section")
        made: list[Chapter] = []
        for chapters, run in groupby(
            lines, lambda line: bool(line.children) or (_is_heading(line) and not flat)
        ):
            if chapters:
                made += [self._chapter(line, names[line.name]) for line in run]
                continue
            beside = list(run)
            steps = tuple(step for line in beside for step in self._steps(line, ()))
            made.append(Chapter(key=names[beside[0].name], title=self.title, steps=steps))
        return made

    def others(self, resources: Iterable[tuple[str, Resource]]) -> list[Chapter]:
        """Sections for what no item leads to: (group, resource)."""
        steps: dict[str, list[Step]] = {group: [] for group in GROUPS}
        for group, resource in resources:
            key = self.shop.identities.resource(resource.identifier)
            self.opened[resource.identifier] = key
            shown = group != "question-banks" and not resource.instructors
            note = f"no item leads to it: in the section {GROUPS[group]!r}"
            steps[group].append(Step(way="open", key=key, resource=resource, published=shown, note=note))
        return [
            Chapter(
                key=group, title=GROUPS[group], published=any(s.published for s in found), steps=tuple(found)
            )
            for group, found in steps.items()
            if found
        ]

    def _chapter(self, line: Line, key: str) -> Chapter:
        own = [] if _is_heading(line) and line.children else [self._step(line, ())]
        below = [step for child in line.children for step in self._steps(child, ())]
        steps = (*own, *below)
        first = next((step.key for step in steps if step.way != "lost"), None)
        if first and line.identifier:
            self.lines.setdefault(line.identifier, first)
        return Chapter(
            key=key,
            title=line.title or self.title,
            published=line.published,
            line=None if own else line,
            steps=steps,
        )

    def _steps(self, line: Line, above: tuple[str, ...]) -> Iterator[Step]:
        yield self._step(line, above)
        inner = (*above, line.title) if line.children else above
        for child in line.children:
            yield from self._steps(child, inner)

    def _step(self, line: Line, above: tuple[str, ...]) -> Step:
        step = self._choose(line)
        if step.way != "lost" and line.identifier:
            self.lines.setdefault(line.identifier, step.key)
        shown = line.published and not (step.resource and step.resource.instructors)
        return replace(step, line=line, above=above, published=shown)

    def _choose(self, line: Line) -> Step:
        own = self.shop.identities.line(line.name)
        if _is_heading(line):
            return Step(way="heading", key=own)
        resource = self.shop.resource(line.reference)
        obstacle = self._obstacle(resource) if resource else _DANGLING.format(line.reference[:80])
        if resource and resource.identifier in self.opened:
            return Step(way="again", key=own, resource=resource)
        if resource and not obstacle:
            key = self.shop.identities.resource(resource.identifier)
            self.opened[resource.identifier] = key
            return Step(way="open", key=key, resource=resource)
        if hrefs.is_web(line.url):
            return Step(way="address", key=own)
        return Step(way="lost", key=own, note=obstacle)

    def _obstacle(self, resource: Resource) -> str:
        """Why a resource makes no content; "" when it does."""
        kind = self.shop.kinds[resource.identifier]
        on_the_web = kind == "link" and resource.href and hrefs.is_web(resource.href.address)
        if on_the_web or self.shop.opening(resource):
            return ""
        named = next((each.written for each in resource.addresses()), "")
        what = f"{named} is not in the cartridge" if named else "no file"
        return f"{what} (resource of type {resource.kind or 'unknown'!r})"


def _is_heading(line: Line) -> bool:
    return not line.reference and not line.url

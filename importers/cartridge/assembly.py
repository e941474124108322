"""The plan carried out: contents made section by section, every item settled with what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from importers.cartridge import activities, blackboard, unknown, weblinks, webpages
from importers.cartridge.assessments import Assessments
from importers.cartridge.kinds import Kind
from importers.cartridge.ledger import Ledger
from importers.cartridge.manifest import Resource
from importers.cartridge.outline import Line
from importers.cartridge.plan import Chapter, Step
from importers.cartridge.webpages import Desk, Made, Spot
from importers.shared import plain_text
from importers.shared.outcome import Outcome, changed, skipped
from schemas import model
from schemas.model import Content, Section, content_link

_HEADING: Final = "a heading without a page: kept as a page that says it"
_AGAIN: Final = "once more what stands elsewhere in the course: a page that links to it"


@dataclass(slots=True)
class Assembly:
    """`outcomes` are those of resources, `carried` tells whether any item was."""

    desk: Desk
    ledger: Ledger
    assessments: Assessments
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    carried: bool = False
    first_loss: str = ""

    def sections(self, chapters: Sequence[Chapter]) -> Iterator[Section]:
        for chapter in chapters:
            contents = [content for step in chapter.steps for content in self._step(step)]
            if chapter.line:
                self._chapter(chapter, chapter.line, contents)
            if contents:
                yield Section(
                    key=chapter.key,
                    title=plain_text.title(chapter.title)[0] or chapter.key,
                    published=chapter.published and any(content.published for content in contents),
                    contents=tuple(contents),
                    location=chapter.line.location if chapter.line else contents[0].location,
                )

    def _chapter(self, chapter: Chapter, line: Line, contents: Sequence[Content]) -> None:
        if not contents:
            self.ledger.line(line, skipped("nothing in it can be opened"))
            return
        title = plain_text.title(line.title)
        note = title[1] if title[0] else "without title: that of the course, or its identifier, is used"
        self.ledger.line(line, changed(note, "" if line.published else _HIDDEN))
        if line.settings:
            self.desk.shop.keep(f"Module: {chapter.title}", line.settings)

    def _step(self, step: Step) -> tuple[Content, ...]:
        made = self._made(step)
        line = step.line
        if made.outcome[0] == "skipped":
            self.first_loss = self.first_loss or made.outcome[1]
        else:
            self.carried = True
        if line:
            hidden = "" if line.published else _HIDDEN
            outcome = made.outcome if made.outcome[0] == "skipped" else changed(made.outcome[1], hidden)
            self.ledger.line(line, outcome)
            self.desk.shop.keep(f"Item: {line.title or line.identifier}", line.settings)
        if step.way == "open" and step.resource:
            outcome = made.outcome if made.outcome[0] == "skipped" else changed(made.outcome[1], step.note)
            self.outcomes[step.resource.identifier] = outcome
        return made.contents

    def _made(self, step: Step) -> Made:
        spot = _spot(step)
        match step.way:
            case "lost":
                made = Made((), skipped(step.note))
            case "address":
                made = weblinks.launched(step.line.url if step.line else "", spot, "")
            case "heading":
                made = _heading(step, spot)
            case "again" | "open":
                assert step.resource, "planned with one"
                made = (self._again if step.way == "again" else self._open)(step.resource, spot)
        return made

    def _again(self, resource: Resource, spot: Spot) -> Made:
        title, note = webpages.titled(spot)
        link = content_link(self.desk.links.opened[resource.identifier])
        text = f"[{plain_text.as_markdown(title)}]({link})"
        content = model.RichText(
            key=spot.key, title=title, published=spot.published, text=text, location=spot.location
        )
        return Made((content,), changed(note, _AGAIN))

    def _open(self, resource: Resource, spot: Spot) -> Made:
        kind = self.desk.shop.kinds[resource.identifier]
        if kind in ("quiz", "bank"):
            return self.assessments.make(resource, spot)
        return _MAKERS.get(kind, unknown.kept)(self.desk, resource, spot)


_MAKERS: Final[Mapping[Kind, Callable[[Desk, Resource, Spot], Made]]] = {
    "assignment": activities.assignment,
    "discussion": activities.discussion,
    "link": weblinks.link,
    "tool": weblinks.tool,
    "document": blackboard.document,
    "file": webpages.opened,
    "syllabus": webpages.opened,
}
_HIDDEN: Final = "not visible in the source: not published"


def _spot(step: Step) -> Spot:
    """What the item says, for what is made of it."""
    source = step.line or step.resource
    return Spot(
        key=step.key,
        title=step.line.title if step.line else "",
        item=step.line is not None,
        published=step.published,
        location=source.location if source else model.NOWHERE,
    )


def _heading(step: Step, spot: Spot) -> Made:
    title = plain_text.title(" › ".join((*step.above, spot.title)))[0] or spot.key
    content = model.RichText(
        key=spot.key,
        title=title,
        published=spot.published,
        text=plain_text.as_markdown(title),
        location=spot.location,
    )
    return Made((content,), changed(_HEADING))

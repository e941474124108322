"""The tree → sections and contents: two levels for many (docs/adr/0018).

Chapters are sections. Every component is a content of its own, with its url_name as key, in the order of the
course; the names of the sequentials and verticals it lies in stand before its own: `Week 1 › Video › Slides`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from importers.olx import components, settings
from importers.olx.blocks import Block
from importers.olx.ledger import Ledger
from importers.olx.rules import Rules
from importers.olx.workshop import Spot, Workshop
from importers.olx.written import markdown
from importers.shared import plain_text
from importers.shared.outcome import Outcome, changed, skipped
from schemas import model
from schemas.model import Content, Section

_HIDDEN: Final = ("visible_to_staff_only", "hide_from_toc")
_ALTERNATIVES: Final = {
    "split_test": "an experiment: learners see the contents of every group",
    "abtest": "an experiment: learners see the contents of every group",
    "randomize": "chosen at random in the source: learners see all of it",
    "library_content": "chosen at random in the source: learners see all of it",
    "itembank": "chosen at random in the source: learners see all of it",
    "conditional": "shown on a condition in the source: learners see it always",
}
_SAME: Final[Outcome] = ("changed", "the same block stands elsewhere in the course: carried there, once")
LOOSE_TITLE: Final = "Not in the course"


@dataclass(frozen=True, slots=True)
class _Around:
    """What holds a block: titles from the sequential on, whether learners see it, and whether it is the only
    one there.
    """

    titles: tuple[str, ...] = ()
    hidden: bool = False
    alone: bool = False

    def inside(self, block: Block) -> _Around:
        hidden = self.hidden or is_hidden(block)
        return _Around((*self.titles, block.title), hidden, alone=len(block.children) == 1)


@dataclass(slots=True)
class Outline:
    """Names every block, then converts them; `names` are the names in the report."""

    ledger: Ledger
    names: dict[Block, str] = field(default_factory=dict)
    questions: dict[Block, list[str]] = field(default_factory=dict)

    def expect(self, blocks: Iterator[Block]) -> None:
        for block in blocks:
            self.names[block] = name = self.ledger.expect("item", block.name, block.location)
            several = components.asked(block)
            self.questions[block] = [
                self.ledger.expect("question", f"{name} #{number}" if several > 1 else name, block.location)
                for number in range(1, several + 1)
            ]

    def settle(self, block: Block, outcome: Outcome, questions: Sequence[Outcome] = ()) -> None:
        """A question that nothing is said of is lost, which `Report.close` finds."""
        self.ledger.settle("item", self.names[block], outcome)
        for name, each in zip(self.questions[block], questions, strict=False):
            self.ledger.settle("question", name, each)


@dataclass(slots=True)
class Maker:
    shop: Workshop
    outline: Outline
    rules: Rules

    def sections(self, course: Block, title: str, key: str) -> Iterator[Section]:
        """One for each top block that holds others; the rest joins one named like the course."""
        between = [block for block in course.children if not block.holds]
        if between:
            contents = [each for block in between for each in self._contents(block, _Around())]
            if contents:
                yield Section(key=key, title=title, contents=tuple(contents), location=course.location)
        for block in course.children:
            if block.holds:
                yield from self._section(block)

    def loose(self, blocks: Sequence[Block], key: str) -> Iterator[Section]:
        """Blocks that no other one holds: authors find them here, learners do not."""
        contents = [each for block in blocks for each in self._contents(block, _Around(hidden=True))]
        if contents:
            yield Section(key=key, title=LOOSE_TITLE, published=False, contents=tuple(contents))

    def _section(self, block: Block) -> Iterator[Section]:
        if block.same or block.problem:
            self._unmade(block)
            return
        title, note = self._title(block, _Around())
        around = _Around(hidden=is_hidden(block))
        contents = [each for child in block.children for each in self._contents(child, around)]
        empty = "" if contents else "nothing in it: kept as a page that says its title"
        self.outline.settle(block, changed(*block.notes, note, empty, _hidden_note(block)))
        self.rules.settle(block)
        yield Section(
            key=self.shop.names.of(block),
            title=title,
            published=not is_hidden(block),
            contents=tuple(contents) or (self._heading(block, title),),
            location=block.location,
        )

    def _contents(self, block: Block, around: _Around) -> Iterator[Content]:
        if block.same or block.problem:
            self._unmade(block)
        elif block.holds:
            yield from self._inside(block, around)
        else:
            yield from self._component(block, around)

    def _unmade(self, block: Block) -> None:
        """What is below a block that is elsewhere, is elsewhere too."""
        for each in block.walk():
            self.outline.settle(each, _SAME if not each.problem else skipped(each.problem))
            self.rules.settle(each)

    def _inside(self, block: Block, around: _Around) -> Iterator[Content]:
        """A sequential, a vertical, or what else holds blocks."""
        title, note = self._title(block, around)
        within = around.inside(block)
        contents = [each for child in block.children for each in self._contents(child, within)]
        stands = "its title stands before those of what it holds" if block.title and contents else ""
        empty = "" if contents or block.children else "nothing in it: kept as a page that says its title"
        said = (*block.notes, _ALTERNATIVES.get(block.category, ""), stands, empty, _hidden_note(block))
        self.outline.settle(block, changed(*said, note if empty else ""))
        self.rules.settle(block)
        heading = [self._heading(block, title)] if empty else []
        yield from self._shown(block, [*contents, *heading], around)

    def _component(self, block: Block, around: _Around) -> Iterator[Content]:
        title, note = self._title(block, around)
        made = components.convert(self.shop, Spot(block, self.shop.names.of(block), title))
        fate, said = made.outcome
        more = changed(said, note, _hidden_note(block), _draft_note(block))
        self.outline.settle(block, (fate, said) if fate == "skipped" else more, made.questions)
        self.rules.settle(block)
        yield from self._shown(block, made.contents, around)

    def _shown(self, block: Block, contents: Sequence[Content], around: _Around) -> Iterator[Content]:
        hidden = around.hidden or is_hidden(block)
        return (replace(each, published=False) if hidden else each for each in contents)

    def _heading(self, block: Block, title: str) -> Content:
        key = self.shop.names.of(block)
        return model.RichText(key=key, title=title, text=markdown(title), location=block.location)

    def _title(self, block: Block, around: _Around) -> tuple[str, str]:
        """With the titles above it; neighbours that say the same are said once."""
        named = block.title or (around.alone and any(around.titles))
        own = block.title if named else components.WORDS.get(block.category, block.url_name)
        parts = [part for part in (*around.titles, own) if part]
        kept = [part for index, part in enumerate(parts) if index == 0 or part != parts[index - 1]]
        title, note = plain_text.title(" › ".join(kept) or block.name)
        if block.branch and not title.endswith(f"({block.branch})"):
            title = f"{title[:200]} ({block.branch})"
        return title or block.name, note


def is_hidden(block: Block) -> bool:
    return bool(block.branch) or any(settings.is_true(block.settings.get(name)) for name in _HIDDEN)


def _hidden_note(block: Block) -> str:
    shown = any(settings.is_true(block.settings.get(name)) for name in _HIDDEN)
    return "hidden from learners in the source: not published" if shown else ""


def _draft_note(block: Block) -> str:
    return f"of the branch {block.branch!r}: not published" if block.branch else ""

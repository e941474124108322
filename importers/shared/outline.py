"""A table of contents of any depth → the sections of a course.

The model has two levels below a course: chapters at the top become sections, deeper ones live on in the
titles of what they hold, as "Chapter › Page" (docs/adr/0007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from importers.shared import plain_text
from importers.shared.outcome import Outcome, changed
from schemas.model import NOWHERE, Content, Location, RichText, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the table: a page, a chapter, or both.

    `title` is clean and not empty. `content` is what a learner opens, with that title; None for a chapter
    without a page of its own and for what cannot be carried, and `outcome` tells why. `description` is a
    chapter's.
    """

    key: str
    title: str
    content: Content | None
    outcome: Outcome
    description: str | None = None
    children: tuple[Entry, ...] = ()
    location: Location = NOWHERE


Settle = Callable[[Entry, Outcome], None]


def heading(entry: Entry, note: str = "a heading without a page: kept as a page that says it") -> Entry:
    """An entry with neither page nor children, as a page of its own that says its title."""
    page = RichText(
        key=entry.key,
        title=entry.title,
        description=entry.description,
        text=plain_text.as_markdown(entry.title),
        location=entry.location,
    )
    return replace(entry, content=page, outcome=changed(entry.outcome[1], note))


def sections(entries: Sequence[Entry], key: str, title: str, settle: Settle) -> tuple[Section, ...]:
    """Chapters in order; pages between them form sections of their own, under the course's key and title.

    `settle` is told once of every entry, also of those that leave nothing in the course.
    """
    made: list[Section] = []
    alone = not any(entry.children for entry in entries)
    for chapters, run in groupby(entries, key=lambda entry: bool(entry.children)):
        if chapters:
            made += [section for entry in run for section in _chapter(entry, settle)]
            continue
        contents = [content for entry in run for content in _contents(entry, (), settle)]
        if contents:
            own = key if alone else contents[0].key
            location = contents[0].location
            made.append(Section(key=own, title=title, contents=tuple(contents), location=location))
    return tuple(made)


def _chapter(entry: Entry, settle: Settle) -> Iterator[Section]:
    """A section, unless nothing of the chapter is left."""
    contents = _contents(entry, None, settle)
    if contents:
        yield Section(
            key=entry.key,
            title=entry.title,
            description=entry.description,
            published=any(content.published for content in contents),
            contents=tuple(contents),
            location=entry.location,
        )


def _contents(entry: Entry, above: tuple[str, ...] | None, settle: Settle) -> list[Content]:
    """An entry and all below it, settled. `above` are the chapters it is in, None for a section itself."""
    content, note = _under(entry, above or ())
    inner = () if above is None else (*above, entry.title)
    below = [each for child in entry.children for each in _contents(child, inner, settle)]
    outcome: Outcome = (entry.outcome[0], "; ".join(filter(None, (entry.outcome[1], note))))
    if note and outcome[0] == "carried":
        outcome = changed(note)
    if entry.children:
        outcome = _whole(content, outcome, below, top=above is None)
    settle(entry, outcome)
    return [content, *below] if content else below


def _under(entry: Entry, above: tuple[str, ...]) -> tuple[Content | None, str]:
    """The entry's page with the chapters it is in before its title."""
    if not above or entry.content is None:
        return entry.content, ""
    joined, cut = plain_text.title(" › ".join((*above, entry.title)))
    note = "; ".join(filter(None, ("the chapter it is in stands in its title", cut)))
    return replace(entry.content, title=joined), note


def _whole(content: Content | None, page: Outcome, below: Sequence[Content], *, top: bool) -> Outcome:
    """What became of an entry that has others below it."""
    if not below and content is None:
        return "skipped", page[1] or "nothing in it can be started"
    own = f"its own page is left out: {page[1]}" if page[0] == "skipped" else page[1]
    both = "a chapter and a page: the page comes first in it" if content else ""
    deep = "" if top else "a chapter inside a chapter: its title stands before those of its pages"
    return changed(own, both, deep)

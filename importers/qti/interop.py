"""Documents of QTI 1.2 → plans of quizzes: one for each assessment and bank."""

from __future__ import annotations

from collections.abc import Iterator

from importers.qti.ledger import Names
from importers.qti.plans import Entry, Plan, Text
from importers.shared import plain_text, qti12
from importers.shared.outcome import changed, skipped
from importers.shared.xml import Document

_NO_HEADING = "quizzes have no headings: its questions follow in their order"
_ROOTS = ("root_section", "")
"""Sections that tools put around everything: they are no headings of anybody's."""


def plans(name: str, document: Document, names: Names) -> Iterator[Plan]:
    """`name` is the file; accounts of items are `file#ident`."""
    accounts: dict[int, str] = {}
    for part in qti12.parts(document.root):
        made = Plan(
            identifier=part.ident or name,
            title=plain_text.title(part.title)[0],
            location=part.location,
            names=names,
            file=name,
            time_limit_minutes=part.settings.time_limit_minutes,
            max_attempts=part.settings.max_attempts,
            passing_score=part.settings.passing_score,
            show_correct_answers=part.settings.show_correct_answers,
            randomized=part.settings.shuffled,
        )
        if part.kind != "items":
            about = f"{part.kind} {part.ident or part.title}".strip()
            made.own = made.tell("item", about, part.location, changed(*part.settings.notes))
        _texts(made, "", part.texts)
        for section in part.sections:
            _section(made, section)
        for item in part.items:
            ident = qti12.ident_of(item)
            if id(item) not in accounts:  # an item that is referred to stands in several parts
                accounts[id(item)] = names.of("question", f"{name}#{ident}")
            made.entries.append(Entry(accounts[id(item)], ident, name, item=item))
        yield made


def _section(plan: Plan, section: qti12.Section) -> None:
    _texts(plan, section.title, section.texts)
    for entry in section.entries:
        reason = "a question of a bank that is not in this file"
        plan.tell("question", entry, section.location, skipped(reason))
    notes = list(section.notes)
    if section.title and not section.texts:
        notes.append(_NO_HEADING)
    if section.pick is not None:
        notes.append(f"{section.pick} are drawn in the source: all that stand here are asked")
    if section.ident in _ROOTS and not notes and not section.bank:
        return
    if section.bank and not section.items:
        outcome = skipped(f"draws questions from the bank {section.bank}, which is not in this file")
    else:
        outcome = changed(*notes)
    plan.tell("item", f"section {section.ident}", section.location, outcome)


def _texts(plan: Plan, heading: str, texts: tuple[str, ...]) -> None:
    for html in texts:
        account = plan.tell("item", "text", plan.location, changed("stands on the page before the quiz"))
        plan.texts.append(Text(heading, html, plan.file, account))

"""Keys are identity: the same key twice would make one thing of two."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from importers.bundle.documents import At, Document, Documents, Kind
from importers.bundle.faults import Fault, Spot
from schemas.findings import Rule

DUPLICATE_KEY = Rule("CW201", "duplicate-key", "A key names one thing in its place.")

_SINGULAR = {"options": "option", "blanks": "blank", "pairs": "pair", "distractors": "distractor"}


def duplicate_keys(*fields: str) -> Callable[[dict[str, Any], At], Iterator[Fault]]:
    """The rule for lists of one mapping whose keys share a namespace (pairs and distractors do)."""

    def check(node: dict[str, Any], at: At) -> Iterator[Fault]:
        entries = [
            (entry["key"], at.spot(field, n, "key"), _SINGULAR[field])
            for field in fields
            for n, entry in enumerate(node.get(field, ()))
        ]
        if len({key for key, _, _ in entries}) < len(entries):
            yield from duplicates(entries, f"in '{node['key']}'")

    return check


def duplicate_questions(quiz: dict[str, Any], at: At) -> Iterator[Fault]:
    questions = quiz["questions"]
    if len({question["key"] for question in questions}) < len(questions):
        entries = [(q["key"], at.spot("questions", n, "key"), "question") for n, q in enumerate(questions)]
        yield from duplicates(entries, "in this quiz")


def duplicate_sections(course: Document) -> Iterator[Fault]:
    entries = [
        (section["key"], course.at.spot("sections", s, "key"), "section")
        for s, section in enumerate(course.data["sections"])
    ]
    yield from duplicates(entries, "in this course")


def duplicate_contents(course: Document) -> Iterator[Fault]:
    """Across sections too: a content keeps its identity when it moves to another section."""
    entries = [
        (content["key"], course.at.spot("sections", s, "contents", c, "key"), "content")
        for s, section in enumerate(course.data["sections"])
        for c, content in enumerate(section["contents"])
    ]
    yield from duplicates(entries, "in this course, whatever its sections")


def duplicate_documents(documents: Documents) -> Iterator[Fault]:
    """Programs, and courses, are unique in the bundle, whichever files they are in."""
    kinds: tuple[Kind, ...] = ("program", "course")
    for kind in kinds:
        entries = [
            (document.data["key"], document.at.spot("key"), kind)
            for document in documents.of(kind)
            if not document.at.lacks("key")
        ]
        yield from duplicates(entries, "in this bundle")


def duplicates(entries: Iterable[tuple[str, Spot, str]], where: str) -> Iterator[Fault]:
    """One fault for each (key, place, noun) whose key came before; it names both places."""
    first: dict[str, Spot] = {}
    for key, spot, noun in entries:
        if first.setdefault(key, spot) is not spot:
            yield Fault(
                rule=DUPLICATE_KEY,
                spot=spot,
                found=f"the {noun} '{key}' for the second time",
                expected=f"each key once {where}",
                mend="give one of the two another key",
                related=(first[key],),
            )

"""Declared renames: `moved:` entries are well formed, lead somewhere, and leave nothing behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from importers.bundle.documents import ROOT, At, Document, Documents
from importers.bundle.faults import Fault
from importers.bundle.hidden import may_be_hidden
from importers.bundle.references import resolve
from schemas.findings import Rule
from schemas.model import (
    content_address,
    course_address,
    option_address,
    program_address,
    question_address,
    section_address,
)

BAD_ADDRESS = Rule("CW230", "bad-address", "An address is written like course:KEY/content:KEY.")
MOVED_KIND = Rule("CW231", "moved-kind", "A thing stays what it is: a course does not become a program.")
MOVED_NOWHERE = Rule("CW232", "moved-nowhere", "What was moved is in the bundle under its new address.")
MOVED_BUT_THERE = Rule("CW233", "moved-but-there", "What was moved is not at its old address any more.")
MOVED_TWICE = Rule("CW234", "moved-twice", "A thing is moved to one place, and one thing to a place.")
MOVED_IN_CIRCLES = Rule("CW235", "moved-in-circles", "Following the moves comes to an end.")

_KEY = "[a-z0-9][a-z0-9._-]*"
_ADDRESS = re.compile(
    rf"program:{_KEY}|course:{_KEY}(/section:{_KEY}|/content:{_KEY}(/question:{_KEY}(/option:{_KEY})?)?)?"
)
_FORMS = (
    "program:KEY, course:KEY, course:KEY/section:KEY, course:KEY/content:KEY, …/question:KEY, …/option:KEY"
)
_LIST = At(ROOT, ("moved",))
_FIELDS = ("from", "to")


def check_moves(documents: Documents) -> Iterator[Fault]:
    moves = (documents.root or {}).get("moved", [])
    if not moves:
        return
    malformed = list(_malformed(moves))
    yield from malformed
    if not malformed:
        yield from _kinds(moves)
        yield from _repeated(moves)
        yield from _ends(moves, documents)


def _malformed(moves: list[dict[str, str]]) -> Iterator[Fault]:
    for n, move in enumerate(moves):
        for field in _FIELDS:
            if not _ADDRESS.fullmatch(move[field]):
                yield Fault(
                    rule=BAD_ADDRESS,
                    spot=_LIST.spot(n, field),
                    found=f"'{move[field][:120]}'",
                    expected=_FORMS,
                    mend="write the address in this form; keys are lower-case",
                )


def _kind(address: str) -> str:
    return address.rsplit("/", 1)[-1].split(":", 1)[0]


def _kinds(moves: list[dict[str, str]]) -> Iterator[Fault]:
    for n, move in enumerate(moves):
        old, new = _kind(move["from"]), _kind(move["to"])
        if old != new:
            yield Fault(
                rule=MOVED_KIND,
                spot=_LIST.spot(n, "to"),
                found=f"a {old} that becomes a {new}",
                expected=f"the address of a {old}",
                mend="declare moves between things of one kind only",
            )


def _repeated(moves: list[dict[str, str]]) -> Iterator[Fault]:
    for field in _FIELDS:
        first: dict[str, int] = {}
        for n, move in enumerate(moves):
            if first.setdefault(move[field], n) != n:
                yield Fault(
                    rule=MOVED_TWICE,
                    spot=_LIST.spot(n, field),
                    found=f"`{field}: {move[field]}` for the second time",
                    expected="each address once on each side",
                    mend="keep the entry that is true, delete the other",
                    related=(_LIST.spot(first[move[field]], field),),
                )


def _ends(moves: list[dict[str, str]], documents: Documents) -> Iterator[Fault]:
    known = addresses(documents)
    steps = {move["from"]: move["to"] for move in moves}
    for n, move in enumerate(moves):
        end = _end(move["from"], steps)
        if end is None:
            yield Fault(
                rule=MOVED_IN_CIRCLES,
                spot=_LIST.spot(n),
                found=f"moves that lead from {move['from']} back to it",
                expected="a last address",
                mend="remove one of the entries; two keys cannot be swapped in one release",
            )
        elif move["from"] in known:
            yield _still_there(n, move)
        elif end == move["to"] and end not in known and not may_be_hidden(documents, end):
            yield _nowhere(n, end, known, documents)


def _end(address: str, steps: dict[str, str]) -> str | None:
    """Where the moves lead from an address; None for a circle. Keeps moves of long ago true."""
    seen = {address}
    while address in steps:
        address = steps[address]
        if address in seen:
            return None
        seen.add(address)
    return address


def _still_there(n: int, move: dict[str, str]) -> Fault:
    return Fault(
        rule=MOVED_BUT_THERE,
        spot=_LIST.spot(n, "from"),
        found=f"{move['from']}, which is still in the bundle",
        expected="an address that nothing has any more",
        mend="remove the entry, or give the thing that is there now another key",
    )


def _nowhere(n: int, address: str, known: set[str], documents: Documents) -> Fault:
    kind = _kind(address)
    alike = (other for other in known if _kind(other) == kind)
    return Fault(
        rule=MOVED_NOWHERE,
        spot=_LIST.spot(n, "to"),
        found=f"{address}, which is not in the bundle",
        expected=f"the address of a {kind} of this bundle",
        mend=documents.did_you_mean(
            address, alike, "correct the address; if the thing is gone, remove the entry"
        ),
    )


# ── addresses ────────────────────────────────────────────────────────────────────────────────────


def addresses(documents: Documents) -> set[str]:
    """The address of everything in the documents that can be moved."""
    known = {program_address(program.data["key"]) for program in documents.of("program")}
    for course in documents.of("course"):
        known.update(_in_course(course, documents))
    return known


def _in_course(course: Document, documents: Documents) -> Iterator[str]:
    key = course.data["key"]
    yield course_address(key)
    for section in course.data["sections"]:
        yield section_address(key, section["key"])
        for content in section["contents"]:
            yield content_address(key, content["key"])
            if content["type"] == "quiz":
                yield from _in_quiz(key, content, documents, course.name)


def _in_quiz(course: str, content: dict[str, Any], documents: Documents, name: str) -> Iterator[str]:
    quiz = content["quiz"]
    if isinstance(quiz, str):
        path, _ = resolve(quiz, name)
        document = documents.documents.get(path or "")
        quiz = document.data if document is not None and document.data is not None else {"questions": []}
    for question in quiz["questions"]:
        yield question_address(course, content["key"], question["key"])
        for option in (
            *question.get("options", ()),
            *question.get("pairs", ()),
            *question.get("distractors", ()),
        ):
            yield option_address(course, content["key"], question["key"], option["key"])

"""Programs and courses: who teaches, what it costs, what they point to by key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from importers.bundle.documents import ROOT, Document, Documents, Kind
from importers.bundle.faults import Fault, Spot, shown
from importers.bundle.gaps import ANY
from importers.bundle.hidden import possible_keys
from importers.bundle.rules.numbers import too_precise
from schemas.findings import Rule

UNKNOWN_KEY = Rule("CW202", "unknown-key", "What is referred to by key is in the bundle.")
PREREQUISITE_CYCLE = Rule("CW203", "prerequisite-cycle", "Nothing is required before itself.")
REPEATED_REFERENCE = Rule("CW204", "repeated-reference", "A list of keys names each once.")
NO_INSTRUCTOR = Rule("CW226", "no-instructor", "Every course and program has somebody to ask.")
FREE_WITH_PRICE = Rule("CW227", "free-with-price", "What is free has no price.")

_LOOKUPS = {"category": "categories", "level": "levels", "tags": "tags"}


def no_instructor(documents: Documents) -> Iterator[Fault]:
    """Only in a bundle: a lone course may get its instructor from the bundle it belongs to."""
    root = documents.documents.get(ROOT)
    if root is None or root.data is None or "instructor" in root.data or root.at.lacks("instructor", ANY):
        return
    kinds: tuple[Kind, ...] = ("program", "course")
    for kind in kinds:
        for document in documents.of(kind):
            if "instructor" not in document.data and not document.at.lacks("instructor", ANY):
                yield Fault(
                    rule=NO_INSTRUCTOR,
                    spot=document.at.spot(),
                    found=f"no instructor of the {kind} '{document.data['key']}'",
                    expected="an e-mail address",
                    mend="add `instructor: …` here, or once for all in bundle.yaml",
                )


def free_with_price(program: Document) -> Iterator[Fault]:
    if program.data.get("free") and program.data.get("price"):
        yield Fault(
            rule=FREE_WITH_PRICE,
            spot=program.at.spot("price"),
            found=f"a price of {shown(program.data['price'])} with `free: true`",
            expected="one of the two",
            mend="remove `price`, or `free`",
            related=(program.at.spot("free"),),
        )


def price_too_precise(program: Document) -> Iterator[Fault]:
    yield from too_precise(program.data, program.at, "price")


def repeated_references(program: Document) -> Iterator[Fault]:
    data, at = program.data, program.at
    yield from _repeated(data.get("tags", ()), "tag", lambda n: at.spot("tags", n))
    instructors = data.get("instructors", ())
    yield from _repeated(instructors, "instructor", lambda n: at.spot("instructors", n))
    courses = [entry["course"] for entry in data.get("courses", ())]
    yield from _repeated(courses, "course", lambda n: at.spot("courses", n, "course"))
    earlier = [entry["program"] for entry in data.get("prerequisites", ())]
    yield from _repeated(earlier, "program", lambda n: at.spot("prerequisites", n, "program"))


PROGRAM_RULES = (free_with_price, price_too_precise, repeated_references)


def _repeated(values: Iterable[str], noun: str, spot: Callable[[int], Spot]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for n, value in enumerate(values):
        if first.setdefault(value, n) != n:
            yield Fault(
                rule=REPEATED_REFERENCE,
                spot=spot(n),
                found=f"the {noun} '{value}' for the second time",
                expected="each once",
                mend="delete the line",
                related=(spot(first[value]),),
            )


# ── keys that should exist ───────────────────────────────────────────────────────────────────────


def unknown_lookups(documents: Documents) -> Iterator[Fault]:
    root = documents.documents.get(ROOT)
    if root is None or root.data is None:
        return
    for field, listed in _LOOKUPS.items():
        if not root.at.lacks(listed, ANY):
            known = root.data.get(listed, {})
            for program in documents.of("program"):
                yield from _unknown(documents, _keys(program, field), known, f"`{listed}` in bundle.yaml")


def unknown_courses(documents: Documents) -> Iterator[Fault]:
    yield from _unknown(
        documents, _named_courses(documents), possible_keys(documents, "course"), "the courses"
    )


def _named_courses(documents: Documents) -> Iterator[tuple[str, Spot]]:
    for program in documents.of("program"):
        for n, entry in enumerate(program.data.get("courses", ())):
            yield entry["course"], program.at.spot("courses", n, "course")
    for course in documents.of("course"):
        if "prerequisite" in course.data:
            yield course.data["prerequisite"], course.at.spot("prerequisite")


def unknown_programs(documents: Documents) -> Iterator[Fault]:
    yield from _unknown(
        documents, _named_programs(documents), possible_keys(documents, "program"), "the programs"
    )


def _named_programs(documents: Documents) -> Iterator[tuple[str, Spot]]:
    for program in documents.of("program"):
        for n, entry in enumerate(program.data.get("prerequisites", ())):
            yield entry["program"], program.at.spot("prerequisites", n, "program")


def _keys(program: Document, field: str) -> Iterator[tuple[str, Spot]]:
    value = program.data.get(field, ())
    if isinstance(value, str):
        yield value, program.at.spot(field)
    else:
        yield from ((key, program.at.spot(field, n)) for n, key in enumerate(value))


def _unknown(
    documents: Documents, named: Iterable[tuple[str, Spot]], known: Collection[str] | None, where: str
) -> Iterator[Fault]:
    for key, spot in named:
        if known is not None and key not in known:
            mend = documents.did_you_mean(key, known, f"add it to {where}, or remove the reference")
            yield Fault(
                rule=UNKNOWN_KEY,
                spot=spot,
                found=f"'{key}', which is not among {where}",
                expected=f"a key of {where}",
                mend=mend,
            )


# ── circles ──────────────────────────────────────────────────────────────────────────────────────


def course_cycles(documents: Documents) -> Iterator[Fault]:
    earlier = {
        course.data["key"]: [(course.data["prerequisite"], course.at.spot("prerequisite"))]
        for course in documents.of("course")
        if "prerequisite" in course.data
    }
    yield from _cycles(earlier)


def program_cycles(documents: Documents) -> Iterator[Fault]:
    earlier = {
        program.data["key"]: [
            (entry["program"], program.at.spot("prerequisites", n, "program"))
            for n, entry in enumerate(program.data.get("prerequisites", ()))
        ]
        for program in documents.of("program")
    }
    yield from _cycles(earlier)


def _cycles(earlier: dict[str, list[tuple[str, Spot]]]) -> Iterator[Fault]:
    """One fault for each circle that a walk by the alphabet meets. Its own stack: chains may be long."""
    done: set[str] = set()
    for start in sorted(earlier):
        way: dict[str, None] = {}
        stack: list[Any] = [] if start in done else [(start, None)]
        while stack:
            key, spot = stack.pop()
            if key is None:
                done.add(way.popitem()[0])
            elif key in way:
                keys = list(way)
                yield _cycle([*keys[keys.index(key) :], key], spot)
            elif key not in done:
                way[key] = None
                stack.append((None, None))
                stack.extend(reversed(earlier.get(key, ())))


def _cycle(keys: list[str], spot: Spot) -> Fault:
    return Fault(
        rule=PREREQUISITE_CYCLE,
        spot=spot,
        found="a circle of prerequisites: " + " → ".join(keys[:12]) + (" → …" if len(keys) > 12 else ""),
        expected="something that can be taken first",
        mend="remove one of these prerequisites",
    )


BUNDLE_RULES = (
    no_instructor,
    unknown_lookups,
    unknown_courses,
    unknown_programs,
    course_cycles,
    program_cycles,
)

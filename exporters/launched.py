"""What packages that an LMS launches have in common: units to start, their files, and the bundle inside.

A unit is a course or, if so chosen, a section of one. One alone is `index.html`; several have a page each,
named after their keys. Learners' files are those of the bundle inside, so that nothing is in a package twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from exporters import inside
from exporters.shared.ledger import Ledger
from exporters.shared.player import Tracking, Unit, assets, course_data, page
from exporters.shared.player.losses import room, settle_course
from schemas.findings import CoursewrightError, Report
from schemas.model import Bundle, Course, Section
from schemas.source import Files, Sink

INSIDE: Final = "only in the bundle inside"
_SPLIT: Final = "export with --sco section, or split the course"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One unit and what of the bundle it plays: a whole course, or one `section` of it."""

    course: Course
    section: Section | None
    unit: Unit
    page: str
    data: str

    @property
    def description(self) -> str | None:
        return self.section.description if self.section else self.course.description


def courses_in_order(bundle: Bundle) -> tuple[Course, ...]:
    """As a learner should take them: by the programs, the rest by key, each after its prerequisite."""
    known = {course.key: course for course in bundle.courses}
    programs = sorted(bundle.programs, key=lambda program: (program.order, program.key))
    wanted = [entry.course for program in programs for entry in program.courses]
    ordered: dict[str, Course] = {}
    for key in (*wanted, *known):
        chain: list[str] = []
        at: str | None = key
        while at in known and at not in ordered and at not in chain:
            chain.append(at)
            at = known[at].prerequisite
        ordered.update((each, known[each]) for each in reversed(chain))
    return tuple(ordered.values())


def is_required(bundle: Bundle, course: Course) -> bool:
    """Unless every program that has it calls it optional."""
    entries = [entry for program in bundle.programs for entry in program.courses]
    said = [entry.required for entry in entries if entry.course == course.key]
    return any(said) or not said


def starts(
    bundle: Bundle, files: Files, tracking: Tracking, folder: str, *, per_section: bool
) -> tuple[Start, ...]:
    """Every unit that learners find something in, in a learner's order. `folder` is where media lie.

    Raises CoursewrightError when there is none.
    """
    wanted = list(_wanted(courses_in_order(bundle), per_section=per_section))
    if not wanted:
        raise CoursewrightError(
            f"{bundle.key}: nothing in it is published",
            "publish a content and its section, then export again",
        )
    return tuple(
        Start(
            course=course,
            section=section,
            unit=course_data(
                bundle,
                [course],
                files,
                tracking=tracking,
                section=section.key if section else None,
                folder=folder,
            ),
            page="index.html" if len(wanted) == 1 else f"{_name(course, section)}.html",
            data="course.js" if len(wanted) == 1 else f"{_name(course, section)}.js",
        )
        for course, section in wanted
    )


def _wanted(courses: Sequence[Course], *, per_section: bool) -> Iterator[tuple[Course, Section | None]]:
    for course in courses:
        sections = [section for section in course.sections if is_shown(section)]
        if per_section:
            yield from ((course, section) for section in sections)
        elif sections:
            yield course, None


def is_shown(section: Section) -> bool:
    return section.published and any(content.published for content in section.contents)


def _name(course: Course, section: Section | None) -> str:
    """A tilde is in no key, so no two units have the same name."""
    return f"course-{course.key}~{section.key}" if section else f"course-{course.key}"


# ── files ────────────────────────────────────────────────────────────────────────────────────────


def write_units(units: Sequence[Start], sink: Sink) -> None:
    """The pages and data of all units, and the player once."""
    for start in units:
        sink.write(start.page, [page(start.unit, start.data)])
        sink.write(start.data, [start.unit.data])
    for name, data in assets(units[0].unit.tracking).items():
        sink.write(name, [data])


def write(units: Sequence[Start], bundle: Bundle, files: Files, sink: Sink) -> None:
    """The same, and the bundle inside."""
    write_units(units, sink)
    inside.write(bundle, files, sink)


def media(units: Sequence[Start]) -> dict[str, str]:
    """What the units show, by its place in the package."""
    return {href: path for start in units for href, path in start.unit.media.items()}


def player_names(units: Sequence[Start]) -> list[str]:
    return sorted(assets(units[0].unit.tracking))


# ── the account ──────────────────────────────────────────────────────────────────────────────────


def account(
    report: Report,
    bundle: Bundle,
    units: Sequence[Start],
    program: str,
    notes: Callable[[Course, Sequence[Start]], Iterable[str]],
) -> None:
    """Settles every part of a bundle that is carried inside.

    `program` says what became of programs, `notes` what the format cannot say of a course and its units.
    """
    ledger = Ledger(report, bundle, bundle.courses)
    for each in bundle.programs:
        ledger.program(each.key, program)
    for media in bundle.media:
        ledger.file(media.path)
    for course in bundle.courses:
        own = [start for start in units if start.course.key == course.key]
        absent = "" if own else f"nothing in it is published: {INSIDE}"
        fits = (room(start.unit, _SPLIT) for start in own)
        settle_course(ledger, course, units[0].unit.tracking, INSIDE, absent, *fits, *notes(course, own))

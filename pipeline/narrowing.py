"""One course of a bundle as a bundle of its own, and what was left out with the rest."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import Final

from importers.shared import used
from schemas.findings import CoursewrightError, Report
from schemas.model import Bundle, Course, Lookup, RichText, course_address
from schemas.source import Files

_PAGES: Final = (".md", ".markdown")
_LEFT_OUT: Final = "left out with the other courses"


def narrowed(bundle: Bundle, key: str, files: Files, report: Report) -> Bundle:
    """The course with the media that it uses. Programs go, which are about several; the language of the first
    that has the course stays, as the bundle's only one.

    `report` accounts for the prerequisite, which goes too. Raises CoursewrightError for an unknown key.
    """
    course = next((course for course in bundle.courses if course.key == key), None)
    if course is None:
        known = ", ".join(course.key for course in bundle.courses)
        raise CoursewrightError(f"{bundle.key} has no course {key!r}", f"name one of {known}")
    if course.prerequisite:
        name = f"{course_address(key)}/prerequisite"
        report.expect("rule", name, course.location)
        report.settle("rule", name, "skipped", f"{course.prerequisite!r} was {_LEFT_OUT}")
    media = _used(bundle, course, files)
    return replace(
        bundle,
        programs=(),
        courses=(replace(course, prerequisite=None),),
        lookups=_language(bundle, key),
        media=tuple(each for each in bundle.media if each.path in media),
        moved=tuple(move for move in bundle.moved if _is_in(move.new, course)),
    )


def _is_in(address: str, course: Course) -> bool:
    own = course_address(course.key)
    return address == own or address.startswith(f"{own}/")


def _language(bundle: Bundle, course: str) -> tuple[Lookup, ...]:
    """That of the first program with the course, under the name that the bundle has for it."""
    for program in bundle.programs:
        if any(entry.course == course for entry in program.courses):
            known = (each for each in bundle.lookups if each.type == "LANGUAGE")
            named = Lookup(type="LANGUAGE", key=program.language, title=program.language)
            return (next((each for each in known if each.key == program.language), named),)
    return ()


def _used(bundle: Bundle, course: Course, files: Files) -> set[str]:
    """What the course names, and what pages name that it links to."""
    known = {media.path for media in bundle.media}
    found = used.paths(course) & known
    waiting = [path for path in found if _is_page(path)]
    while waiting:
        path = waiting.pop()
        with files.open(path) as stream:
            text = stream.read().decode("utf-8", errors="replace")
        linked = used.linked(RichText(key="page", title="page", page=path, text=text))
        fresh = (set(linked) & known) - found
        found |= fresh
        waiting += [each for each in fresh if _is_page(each)]
    return found


def _is_page(path: str) -> bool:
    return posixpath.splitext(path)[1].lower() in _PAGES

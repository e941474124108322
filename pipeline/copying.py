"""A course out of one tenant, as a bundle of its own that can be published to another.

The bundle has the course's key, so that copying again brings the copy up to date. It holds the course as it
is in the tenant now, with the courses it requires.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.publishing import Opened
from schemas.findings import CoursewrightError

if TYPE_CHECKING:
    from loaders.tenants.tenant import Tenant
    from schemas.model import Bundle, Course

_BULK_SECONDS = 600


def course(origin: Tenant, target: Tenant, course_key: str, bundle_key: str | None) -> Opened:
    """The course as a bundle for `target`. `bundle_key` is only needed when several have such a course.

    Raises CoursewrightError when `origin` has no such course, and when `target` has a bundle of that key
    with anything else in it, which publishing the copy would archive.
    """
    from loaders.media import open_store
    from pipeline import keeping

    alone = _alone(_read(origin, course_key, bundle_key), course_key)
    _insist_on_room(target, alone)
    label = f"course {course_key} of {origin.name}"
    packed = keeping.pack(alone)
    source, reading = keeping.unpack(packed.data, label, open_store(origin.media, origin.endpoint))
    return Opened(label=label, source=source, reading=reading, git_commit=None)


def _read(origin: Tenant, course_key: str, bundle_key: str | None) -> Bundle:
    from loaders.content import read
    from loaders.tenants.connect import connect

    with connect(origin, statement_seconds=_BULK_SECONDS, snapshot=True) as connection:
        found = read.bundles_with(connection, origin, course_key)
        return read.read(connection, origin, _one(found, origin, course_key, bundle_key))


def _one(found: Sequence[str], origin: Tenant, course_key: str, bundle_key: str | None) -> str:
    if bundle_key is not None and bundle_key in found:
        return bundle_key
    if not found or bundle_key is not None:
        where = f"bundle {bundle_key} of {origin.name}" if bundle_key else origin.name
        raise CoursewrightError(
            f"{where} has no course {course_key!r}",
            f"bundles that have it: {', '.join(found)}" if found else "archived courses cannot be copied",
        )
    if len(found) > 1:
        raise CoursewrightError(
            f"several bundles of {origin.name} have a course {course_key}: {', '.join(found)}",
            "name one: --bundle KEY",
        )
    return found[0]


def _alone(bundle: Bundle, course_key: str) -> Bundle:
    courses = {course.key: course for course in bundle.courses}
    wanted = sorted(_required(courses, course_key), key=lambda course: course.key)
    return replace(
        bundle,
        key=course_key,
        title=courses[course_key].title,
        programs=(),
        lookups=(),
        courses=tuple(wanted),
    )


def _required(courses: dict[str, Course], key: str | None) -> Iterator[Course]:
    """The course, and the chain of its prerequisites; a bundle has no cycles of them."""
    while key is not None:
        yield courses[key]
        key = courses[key].prerequisite


def _insist_on_room(target: Tenant, alone: Bundle) -> None:
    from loaders.content import read
    from loaders.tenants.connect import connect

    with connect(target, statement_seconds=_BULK_SECONDS, snapshot=True) as connection:
        if alone.key not in read.bundle_keys(connection, target):
            return
        there = read.read(connection, target, alone.key)
    others = {course.key for course in there.courses} - {course.key for course in alone.courses}
    if others or there.programs:
        raise CoursewrightError(
            f"{target.name} has a bundle {alone.key} that is more than this course; a copy would archive the"
            " rest of it",
            "publish that bundle from its own files",
        )

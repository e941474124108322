"""Backups of Moodle 1.9: one moodle.xml in capitals, read as if Moodle 2 had written it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from importers.moodle import bank, faults, files
from importers.moodle.backup import About, Activity, Backup, Part
from importers.moodle.modern import without_learners
from importers.shared import xml
from importers.shared.moodle_questions.texts import as_html, plain, whole
from importers.shared.xml import Limits, Node
from schemas.model import Location
from schemas.source import Source

INDEX: Final = "moodle.xml"
_HEAD_BYTES: Final = 4096
COURSE: Final = "1"
"""The context of everything: there is only one folder of files."""
_LIMITS: Final = Limits(bytes=64 * 1024 * 1024, nodes=1_000_000, text=16 * 1024 * 1024)
_FILES: Final = f"{COURSE}/course/legacy/0"
_RENAMED: Final = {
    "label": {"content": "intro"},
    "assignment": {"description": "intro", "format": "introformat", "timedue": "duedate"},
    "choice": {"text": "intro", "format": "introformat"},
    "wiki": {"summary": "intro"},
    "questionnaire": {"summary": "intro"},
    "workshop": {"description": "intro", "format": "introformat"},
    "feedback": {"summary": "intro"},
    "book": {"summary": "intro"},
    "resource": {"summary": "intro", "alltext": "content"},
}
"""What the texts of an activity are called since Moodle 2."""
_PAGES: Final = {"html": "1", "wiki": "0", "text": "0"}
"""Kinds of resources that are pages, and the format of their text."""


def index(source: Source) -> str | None:
    """The file with everything: moodle.xml, or a file that stands alone."""
    names = source.names()
    name = names[0] if len(names) == 1 else INDEX
    if name not in names:
        return None
    with source.open(name) as file:
        head = file.read(_HEAD_BYTES)
    return name if b"<MOODLE_BACKUP" in head else None


def read(source: Source) -> Backup:
    """The whole backup. Raises RefusedError with what is wrong."""
    name = index(source) or INDEX
    place = source.place(name)
    data = source.read(name, _LIMITS.bytes)
    if not data.strip():
        raise faults.refused(faults.NO_CONTENTS, Location(place), "an empty file", "what is in the backup")
    document = xml.parse_leniently(data, place, _LIMITS)
    root = without_learners(lowered(document.root))
    course = root.first("course")
    if root.name != "moodle_backup" or course is None:
        found = f"an element <{document.root.name}> without a course"
        raise faults.refused(
            faults.NO_CONTENTS, document.root.location, found, "<MOODLE_BACKUP> with <COURSE>"
        )
    parts, activities = _parts(course), _activities(course)
    _require_distinct((part.identifier, part.location) for part in parts)
    _require_distinct((activity.module, activity.location) for activity in activities)
    return Backup(
        about=_about(root, course, place),
        parts=(*parts, *_elsewhere(parts, activities)),
        activities={activity.module: activity for activity in activities},
        files=files.by_name(source, {"course_files/": _FILES, "moddata/": f"{COURSE}/course/moddata/0"}),
        bank=bank.of_records(_questions(course)),
        leftovers=tuple(_leftovers(course)),
        repairs=document.repairs,
        has_users=any(node.name == "user" for node in course.walk()),
        digest=hashlib.sha256(data).hexdigest(),
    )


def lowered(node: Node) -> Node:
    """The tree with names in lower case; an `<ID>` becomes the attribute it is since Moodle 2."""
    node.name = node.name.lower()
    for child in node.children:
        lowered(child)
    own = plain(node, "id")
    if own:
        node.attributes.setdefault("id", own)
    return node


def _about(root: Node, course: Node, place: str) -> About:
    header, info = course.first("header"), root.first("info")
    return About(
        fullname=plain(header, "fullname"),
        shortname=plain(header, "shortname"),
        idnumber=plain(header, "idnumber"),
        summary=as_html(plain(header, "summary"), "1"),
        format=plain(header, "format"),
        visible=plain(header, "visible") != "0",
        context=COURSE,
        site=plain(info, "original_wwwroot"),
        release=plain(info, "moodle_release"),
        version=plain(info, "backup_version"),
        place=place,
        location=header.location if header else course.location,
    )


def _parts(course: Node) -> tuple[Part, ...]:
    found = [
        Part(
            identifier=plain(node, "id"),
            number=whole(plain(node, "number")),
            name="",
            summary=plain(node, "summary"),
            visible=plain(node, "visible") != "0",
            sequence=tuple(plain(module, "id") for module in _modules(node)),
            location=node.location,
        )
        for sections in course.all("sections")
        for node in sections.all("section")
    ]
    return tuple(sorted(found, key=lambda part: part.number))


def _modules(section: Node) -> Iterator[Node]:
    return (module for mods in section.all("mods") for module in mods.all("mod"))


def _activities(course: Node) -> list[Activity]:
    """What stands in sections by course-module id, and what stands in none by its own."""
    bodies = {
        (plain(node, "modtype"), plain(node, "id")): node
        for modules in course.all("modules")
        for node in modules.all("mod")
    }
    made, used = [], set()
    for sections in course.all("sections"):
        for section in sections.all("section"):
            for module in _modules(section):
                kind = plain(module, "type")
                instance = (kind, plain(module, "instance"))
                used.add(instance)
                node = bodies.get(instance)
                made.append(_activity(kind, plain(module, "id"), plain(section, "id"), node, module))
    known = {activity.module for activity in made}
    for (kind, own), node in bodies.items():
        if (kind, own) not in used and own not in known:
            made.append(_activity(kind, own, "", node, None))
    return made


def _activity(kind: str, module: str, section: str, node: Node | None, settings: Node | None) -> Activity:
    if node is not None:
        for child in node.children:
            child.name = _RENAMED.get(kind, {}).get(child.name, child.name)
    where = node or settings
    activity = Activity(
        module=module,
        kind=kind or "unknown",
        title=plain(node, "name"),
        section=section,
        instance=plain(node, "id"),
        context=COURSE,
        node=node,
        settings=settings,
        location=where.location if where else Location(INDEX),
    )
    return _by_type(activity) if kind == "resource" and node is not None else activity


def _by_type(activity: Activity) -> Activity:
    """A resource of 1.9 is what are a page, a link, a file or a folder now."""
    assert activity.node is not None
    kind, reference = plain(activity.node, "type"), plain(activity.node, "reference")
    if kind in _PAGES:
        _say(activity.node, "contentformat", _PAGES[kind])
        return replace(activity, kind="page")
    if reference.startswith(("http://", "https://")):
        _say(activity.node, "externalurl", reference)
        return replace(activity, kind="url")
    return replace(activity, kind="folder") if kind == "directory" else activity


def _say(node: Node, name: str, text: str) -> None:
    node.children.append(Node(name, node.namespace, {}, text, node.location))


def _elsewhere(parts: tuple[Part, ...], activities: list[Activity]) -> Iterator[Part]:
    """What stands in no section was not to be seen by learners."""
    listed = {module for part in parts for module in part.sequence}
    lost = tuple(activity.module for activity in activities if activity.module not in listed)
    if lost:
        yield Part(
            identifier="none", number=len(parts), name="Not in a section", visible=False, sequence=lost
        )


def _questions(course: Node) -> Iterator[Node]:
    """Categories and questions in the order in which the bank wants them."""
    for categories in course.all("question_categories"):
        for category in categories.all("question_category"):
            yield Node(category.name, "", category.attributes, "", category.location)
            for name in ("name", "parent", "stamp"):
                yield from category.all(name)
            context = Node("contextid", "", {}, COURSE, category.location)
            yield context
            for held in category.all("questions"):
                yield from held.all("question")


def _require_distinct(things: Iterable[tuple[str, Location]]) -> None:
    """Raises RefusedError where an id stands twice: one thing would be made of two."""
    seen: set[str] = set()
    for identifier, place in things:
        if identifier in seen:
            raise faults.refused(
                faults.BAD_NAME, place, f"the id {identifier[:40]!r} twice", "ids that differ"
            )
        seen.add(identifier)


def _leftovers(course: Node) -> Iterator[tuple[str, str]]:
    for name, element, reason in (
        ("blocks", "block", "side blocks are the site's"),
        ("groups", "group", "it is about people, not about the course"),
        ("events", "event", "a bundle has no place for it"),
        ("gradebook", "grade_category", "grades are weighed by the platform"),
        ("scales", "scale", "marks are numbers here"),
    ):
        count = sum(1 for each in course.all(name) for node in each.walk() if node.name == element)
        if count:
            yield f"{name}: {count:,}", reason

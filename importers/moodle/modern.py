"""Backups of Moodle 2 and later: moodle_backup.xml says what there is, each thing has files of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from importers.moodle import bank, conditions, faults, files, leftovers
from importers.moodle.backup import About, Activity, Backup, Part
from importers.shared import xml, xml_stream
from importers.shared.moodle_questions.texts import as_html, located, plain, value, whole
from importers.shared.xml import CONTENT, Document, Node
from schemas.findings import Finding, RefusedError
from schemas.model import Location
from schemas.source import Source

INDEX: Final = "moodle_backup.xml"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,99}")
_DIRECTORY: Final = re.compile(r"(?:activities|sections)/[A-Za-z0-9_]{1,150}|course")
_NUMBER: Final = re.compile(r"\d{1,18}")
_LARGE: Final = 4 * 1024 * 1024
LEARNERS: Final = frozenset(
    (
        "attempts",
        "submissions",
        "userflags",
        "sco_tracks",
        "grade_grades",
        "timers",
        "overrides",
        "subscriptions",
        "digests",
        "readposts",
        "trackedprefs",
        "discussions",
        "messages",
        "userinfos",
    )
)
"""Elements of activities that hold what learners did: they may be most of a backup."""


@dataclass(slots=True)
class _Reader:
    source: Source
    names: frozenset[str]
    repairs: list[tuple[str, Location]] = field(default_factory=list)

    def document(self, name: str) -> Document:
        data = self.source.read(name, CONTENT.bytes)
        document = xml.parse_leniently(data, self.source.place(name), CONTENT)
        self.repairs += document.repairs
        return document

    def node(self, name: str) -> Node | None:
        """The root of a file without what learners did; None when it is not there."""
        if name not in self.names:
            return None
        if self.source.size(name) <= _LARGE:
            return without_learners(self.document(name).root)
        with self.source.open(name) as file:
            return xml_stream.pruned(file, self.source.place(name), LEARNERS)


def without_learners(root: Node) -> Node:
    """The same tree with nothing in the elements that hold what learners did."""
    for node in root.walk():
        if node.name in LEARNERS:
            node.children.clear()
            node.text = ""
    return root


def read(source: Source) -> Backup:
    """The whole backup. Raises RefusedError with all that is wrong."""
    reader = _Reader(source, frozenset(source.names()))
    data = source.read(INDEX, CONTENT.bytes)
    information = _information(reader, data)
    about = _about(reader, information)
    stored = files.of_backup(source)
    parts = tuple(_parts(reader, information, about))
    return Backup(
        about=about,
        parts=parts,
        activities={each.module: each for each in _activities(reader, information)},
        files=stored,
        bank=_bank(source),
        leftovers=tuple(leftovers.of(source)),
        repairs=tuple(reader.repairs),
        has_users="users.xml" in reader.names,
        digest=hashlib.sha256(data).hexdigest(),
        notes=stored.notes,
    )


def _information(reader: _Reader, data: bytes) -> Node:
    place = reader.source.place(INDEX)
    if not data.strip():
        raise faults.refused(faults.NO_CONTENTS, Location(place), "an empty file", "what is in the backup")
    root = xml.parse(data, place, CONTENT).root
    information = root.first("information")
    if root.name != "moodle_backup" or information is None:
        found = f"an element <{root.name}> without information"
        raise faults.refused(faults.NO_CONTENTS, root.location, found, "<moodle_backup> with <information>")
    wrong = [
        faults.finding(faults.BAD_NAME, node.location, f"{node.text[:100]!r}", "a plain name")
        for node in information.walk()
        if _is_wrong(node)
    ]
    wrong += _twice(_contents(information, "activities", "activity"), "moduleid")
    wrong += _twice(_contents(information, "sections", "section"), "sectionid")
    if wrong:
        raise RefusedError(wrong)
    return information


def _twice(rows: Iterable[Node], name: str) -> Iterator[Finding]:
    """Ids are what everything is called by: one that stands twice would make one thing of two."""
    seen: set[str] = set()
    for row in rows:
        own = plain(row, name)
        if own in seen:
            yield faults.finding(
                faults.BAD_NAME, row.location, f"{name} {own[:40]!r} twice", "ids that differ"
            )
        seen.add(own)


def _is_wrong(node: Node) -> bool:
    """Names that become names of files: nothing but what Moodle writes is tried."""
    text = node.text.strip()
    if node.name == "directory":
        return not _DIRECTORY.fullmatch(text)
    if node.name in ("moduleid", "sectionid"):
        return not _NUMBER.fullmatch(text)
    return node.name == "modulename" and not _NAME.fullmatch(text)


def _contents(information: Node, several: str, one: str) -> Iterator[Node]:
    for contents in information.all("contents"):
        for group in contents.all(several):
            yield from group.all(one)


def _about(reader: _Reader, information: Node) -> About:
    course = reader.node("course/course.xml")
    context = course.attributes.get("contextid", "") if course else ""
    form = plain(course, "summaryformat") or "1"
    return About(
        fullname=plain(course, "fullname") or plain(information, "original_course_fullname"),
        shortname=plain(course, "shortname") or plain(information, "original_course_shortname"),
        idnumber=plain(course, "idnumber"),
        summary=located(as_html(value(course, "summary"), form), f"{context}/course/summary/0"),
        format=plain(course, "format") or plain(information, "original_course_format"),
        visible=plain(course, "visible") != "0",
        context=context or plain(information, "original_course_contextid"),
        site=plain(information, "original_wwwroot"),
        release=plain(information, "moodle_release"),
        version=plain(information, "backup_version"),
        tags=tuple(plain(tag, "rawname", "name") for tag in course.walk() if tag.name == "tag")
        if course
        else (),
        place=reader.source.place(INDEX),
        location=course.location if course else information.location,
    )


def _parts(reader: _Reader, information: Node, about: About) -> Iterator[Part]:
    found = []
    for row in _contents(information, "sections", "section"):
        node = reader.node(f"{plain(row, 'directory')}/section.xml")
        own = plain(row, "sectionid")
        sequence = plain(node, "sequence")
        form = plain(node, "summaryformat") or "1"
        found.append(
            Part(
                identifier=own,
                number=whole(plain(node, "number")),
                name=plain(node, "name"),
                summary=located(
                    as_html(value(node, "summary"), form), f"{about.context}/course/section/{own}"
                ),
                visible=plain(node, "visible") != "0",
                conditions=conditions.kinds(node),
                sequence=tuple(filter(None, (each.strip() for each in sequence.split(",")))),
                owner=plain(row, "parentcmid"),
                location=node.location if node else row.location,
            )
        )
    yield from sorted(found, key=lambda part: part.number)


def _activities(reader: _Reader, information: Node) -> Iterator[Activity]:
    for row in _contents(information, "activities", "activity"):
        directory, kind = plain(row, "directory"), plain(row, "modulename")
        root = reader.node(f"{directory}/{kind}.xml")
        node = root.first(kind) if root is not None else None
        yield Activity(
            module=plain(row, "moduleid"),
            kind=kind,
            title=plain(node, "name") or plain(row, "title"),
            section=plain(row, "sectionid"),
            instance=node.attributes.get("id", "") if node is not None else "",
            context=root.attributes.get("contextid", "") if root is not None else "",
            node=node,
            settings=reader.node(f"{directory}/module.xml"),
            grade_to_pass=_grade_to_pass(reader, directory),
            members=tuple(sorted(name for name in reader.names if name.startswith(f"{directory}/"))),
            location=node.location if node is not None else row.location,
        )


def _grade_to_pass(reader: _Reader, directory: str) -> str:
    root = reader.node(f"{directory}/grades.xml")
    items = [node for node in root.walk() if node.name == "grade_item"] if root is not None else []
    return plain(items[0], "gradepass") if items else ""


def _bank(source: Source) -> bank.Bank:
    if "questions.xml" not in source.names():
        return bank.Bank()
    with source.open("questions.xml") as file:
        return bank.read(file, source.place("questions.xml"))

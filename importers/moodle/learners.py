"""What learners did, as CSV files beside the bundle: nothing of it ever goes into the bundle.

Enrolments have the columns of our own export (schemas/records.py); completions, grades and attempts are per
content. Only names, addresses and results are read: no passwords, no profiles, no answers.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from io import StringIO
from typing import Final, NamedTuple

from importers.moodle.activities.texts import moment
from importers.moodle.backup import Activity
from importers.shared.moodle_questions.texts import number, plain
from importers.shared.xml import Node
from importers.shared.xml_stream import records
from schemas.cells import neutral
from schemas.model import Content, Course
from schemas.records import ENROLLMENTS
from schemas.source import Source

_CONTENT: Final = ("bundle_key", "course_key", "content_key", "content_title", "user_id", "email", "name")
COMPLETIONS: Final = (*_CONTENT, "status", "completed_at")
GRADES: Final = (*_CONTENT, "points", "max_points", "graded_at")
ATTEMPTS: Final = (*_CONTENT, "attempt", "status", "points", "max_points", "started_at", "finished_at")
_STATES: Final = {"0": "incomplete", "1": "completed", "2": "passed", "3": "failed"}


class _Learner(NamedTuple):
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class _Place:
    """An activity and the first content that was made of it."""

    activity: Activity
    content: Content


@dataclass(frozen=True, slots=True)
class Learners:
    """Of a backup with users. `firsts` are the contents by course-module id, `people` the users by id."""

    source: Source
    bundle: str
    course: Course
    activities: Mapping[str, Activity]
    firsts: Mapping[str, str]
    people: Mapping[str, _Learner]

    def files(self) -> dict[str, tuple[int, Callable[[], Iterable[bytes]]]]:
        """By name: how many rows, and the bytes, made anew from the backup each time."""
        tables = {
            "enrollments.csv": (tuple(column.name for column in ENROLLMENTS.columns), self._enrollments),
            "completions.csv": (COMPLETIONS, self._completions),
            "grades.csv": (GRADES, self._grades),
            "attempts.csv": (ATTEMPTS, self._attempts),
        }
        found: dict[str, tuple[int, Callable[[], Iterable[bytes]]]] = {}
        for name, (columns, rows) in tables.items():
            count = sum(1 for _ in rows())
            if count:
                found[name] = (count, partial(_csv, columns, rows))
        return found

    # ── tables ───────────────────────────────────────────────────────────────────────────────────

    def _enrollments(self) -> Iterator[tuple[str, ...]]:
        done = {plain(node, "userid"): node for node in self._nodes("completion.xml", "course_completions")}
        share = self._progress()
        seen = set()
        for node in self._nodes("course/enrolments.xml", "enrolment"):
            user = plain(node, "userid")
            if user in seen or user not in self.people:
                continue
            seen.add(user)
            completion = done.get(user)
            started, finished = (_time(plain(completion, name)) for name in ("timestarted", "timecompleted"))
            yield (
                node.attributes.get("id", ""),
                self.bundle,
                "",
                self.course.title,
                user,
                *self.people[user],
                _status(node, finished, share.get(user, 0)),
                f"{100 if finished else share.get(user, 0):.2f}",
                _time(plain(node, "timestart")) or _time(plain(node, "timecreated", "timemodified")),
                started,
                finished,
                "",
                "",
                "",
            )

    def _completions(self) -> Iterator[tuple[str, ...]]:
        for place, user, learner, node in self._per_content("completion", "completion.xml"):
            state = plain(node, "completionstate")
            if state in ("1", "2", "3"):
                yield (
                    *self._content(place, user, learner),
                    _STATES[state],
                    _time(plain(node, "timemodified")),
                )

    def _grades(self) -> Iterator[tuple[str, ...]]:
        for place, user, learner, node in self._per_content("grade_grade", "grades.xml"):
            grade = plain(node, "finalgrade", "rawgrade")
            if grade:
                yield (
                    *self._content(place, user, learner),
                    _points(grade),
                    _points(plain(node, "rawgrademax")),
                    _time(plain(node, "timemodified", "timecreated")),
                )

    def _attempts(self) -> Iterator[tuple[str, ...]]:
        for place, user, learner, node in self._per_content("attempt", "quiz.xml"):
            yield (
                *self._content(place, user, learner),
                plain(node, "attemptnum", "attempt"),
                plain(node, "state") or ("finished" if _time(plain(node, "timefinish")) else "inprogress"),
                _points(plain(node, "sumgrades")),
                _points(plain(place.activity.node, "sumgrades")),
                _time(plain(node, "timestart")),
                _time(plain(node, "timefinish")),
            )

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────

    def _per_content(self, element: str, file: str) -> Iterator[tuple[_Place, str, _Learner, Node]]:
        contents = {content.key: content for content in self.course.contents()}
        for module, activity in self.activities.items():
            content = contents.get(self.firsts.get(module, ""))
            name = next((member for member in activity.members if member.endswith(f"/{file}")), None)
            if content is None or name is None:
                continue
            for node in self._nodes(name, element):
                user = plain(node, "userid")
                if user in self.people:
                    yield _Place(activity, content), user, self.people[user], node

    def _progress(self) -> dict[str, float]:
        """Percent of the activities with a completion that a learner has completed."""
        counted = [
            each for each in self.activities.values() if plain(each.settings, "completion") not in ("", "0")
        ]
        done: dict[str, int] = {}
        for _, user, _, node in self._per_content("completion", "completion.xml"):
            done[user] = done.get(user, 0) + (plain(node, "completionstate") in ("1", "2"))
        return (
            {user: min(100.0, 100 * count / len(counted)) for user, count in done.items()} if counted else {}
        )

    def _content(self, place: _Place, user: str, learner: _Learner) -> tuple[str, ...]:
        content = place.content
        return (self.bundle, self.course.key, content.key, content.title, user, *learner)

    def _nodes(self, name: str, element: str) -> Iterator[Node]:
        return _nodes(self.source, name, element)


def people(source: Source) -> dict[str, _Learner]:
    """The users of a backup by id, as far as records name them."""
    return {
        node.attributes.get("id", ""): _Learner(
            plain(node, "email"), f"{plain(node, 'firstname')} {plain(node, 'lastname')}".strip()
        )
        for node in _nodes(source, "users.xml", "user")
        if plain(node, "deleted") != "1"
    }


def _nodes(source: Source, name: str, element: str) -> Iterator[Node]:
    if name in source.names():
        with source.open(name) as file:
            yield from records(file, source.place(name), {element})


def _status(node: Node, finished: str, share: float) -> str:
    if finished:
        return "completed"
    if plain(node, "status") == "1":
        return "dropped"
    return "in_progress" if share else "enrolled"


def _time(seconds: str) -> str:
    """As our own records have it (docs/records.md); "" for none."""
    found = moment(seconds)
    return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if found else ""


def _points(text: str) -> str:
    return f"{number(text):.2f}" if text else ""


def _csv(columns: Iterable[str], rows: Callable[[], Iterable[tuple[str, ...]]]) -> Iterator[bytes]:
    """RFC 4180, UTF-8, without cells that a spreadsheet would run."""
    yield _line(columns)
    for row in rows():
        yield _line(map(neutral, row))


def _line(cells: Iterable[str]) -> bytes:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()
